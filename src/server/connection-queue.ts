import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The requests of one connection, answered one after another. */
export interface Pipeline {
  /** @returns whether it was taken; `flood` where the client goes on although it was refused */
  add(request: IncomingMessage, response: ServerResponse): 'added' | 'too many' | 'flood'
  /** Answers what is no request, after the answers that are owed, and ends the connection. */
  refuse(answer: string): void
  cut(): void
  /** Looks whether its reader takes what is sent: how often in a row nothing of an answer could be. */
  look(): number
  /** Resolves when nothing is owed any more. */
  idle(): Promise<void>
}

export interface PipelineEvents {
  /** A request whose turn it is; the last that the connection has sent so far, or not. */
  readonly serve: (request: IncomingMessage, response: ServerResponse, isLast: boolean) => void
  readonly busy: (pipeline: Pipeline) => void
  readonly idle: (pipeline: Pipeline) => void
}

/** Requests that one connection may have sent without an answer. */
export const maxRequests = 64

/** Requests after those that may still come in what was on its way already. */
const maxIgnored = 500

/** Milliseconds to read a refusal in: a connection closed at once might take the answer with it (RFC 9112, 9.6). */
const lingerMs = 2000

/**
 * Node hands out every request that it has read. Taken one after another, those of a client that reads no answer cost the
 * memory of one, and unsafe ones meet no other of theirs (RFC 9112, 9.3.2).
 */
export function createPipeline(socket: Socket, events: PipelineEvents): Pipeline {
  const waiting: [IncomingMessage, ServerResponse][] = []
  let current: [IncomingMessage, ServerResponse] | undefined
  let refusal: string | undefined
  let ended = false
  let ignored = 0
  const waiters: (() => void)[] = []
  let sent = 0
  let looksInVain = 0

  function next(): void {
    if (ended) return
    current = socket.destroyed ? undefined : waiting.shift()
    if (refusal !== undefined && current?.[0].complete !== true) end(refusal)
    else if (current === undefined) settle()
    else {
      const [request, response] = current
      response.once('close', next)
      events.serve(request, response, waiting.length === 0)
    }
  }

  function end(answer: string): void {
    settle()
    ended = true
    // Nothing, where it cannot be written any more.
    socket.end(answer)
    setTimeout(() => socket.destroy(), lingerMs).unref()
  }

  /** Nothing is owed any more. */
  function settle(): void {
    waiting.length = 0
    current = undefined
    events.idle(pipeline)
    for (const resolve of waiters.splice(0)) resolve()
  }

  const pipeline: Pipeline = {
    add(request, response) {
      if (refusal !== undefined) return ++ignored > maxIgnored ? 'flood' : 'added'
      if (waiting.length >= maxRequests - 1) return 'too many'
      waiting.push([request, response])
      if (!current) {
        events.busy(pipeline)
        next()
      }
      return 'added'
    },
    refuse(answer) {
      // What comes after one malformed request is malformed as well.
      if (refusal !== undefined) return
      refusal = answer
      if (!current) end(answer)
      else if (!current[0].complete) {
        // Its own body is what is wrong.
        if (current[1].headersSent) socket.destroy()
        else end(answer)
      }
    },
    cut: () => socket.destroy(),
    look() {
      const before = sent
      sent = bytesSent(socket)
      looksInVain = sent === before && socket.writableLength > 0 ? looksInVain + 1 : 0
      return looksInVain
    },
    idle: () => new Promise((resolve) => (current ? waiters.push(resolve) : resolve())),
  }
  socket.once('close', settle)
  return pipeline
}

/** Bytes that the system has taken. Node tells no more than what it was given, but keeps count for its own time limits. */
function bytesSent(socket: Socket): number {
  const { _handle: handle } = socket as Handled
  return handle ? handle.bytesWritten - handle.writeQueueSize : socket.bytesWritten
}

interface Handled extends Socket {
  readonly _handle?: { readonly bytesWritten: number; readonly writeQueueSize: number } | null
}
