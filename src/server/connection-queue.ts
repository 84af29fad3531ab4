import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The requests of one connection, answered one after another. */
export interface ConnectionQueue {
  /** @returns whether it was taken; `flood` where the client goes on although it was refused */
  add(request: IncomingMessage, response: ServerResponse): 'added' | 'too many' | 'flood'
  /** Answers what is no request, after the answers that are owed, and ends the connection. */
  refuse(answer: string): void
  cut(): void
  /**
   * Looks whether its reader takes what is sent: how often in a row nothing of an answer could be.
   */
  look(): number
  /** Resolves when nothing is owed any more. */
  idle(): Promise<void>
}

export interface ConnectionQueueOptions {
  /** Bytes of a body that are read after its answer. */
  readonly maxDiscarded: number
  /** A request whose turn it is; the last that the connection has sent so far, or not. */
  readonly serve: (request: IncomingMessage, response: ServerResponse, isLast: boolean) => void
  readonly busy: (queue: ConnectionQueue) => void
  readonly idle: (queue: ConnectionQueue) => void
}

/** Requests that one connection may have sent without an answer. */
export const maxRequests = 64

/** Requests after those that may still come in what was on its way already. */
const maxIgnored = 500

/**
 * Milliseconds to read an answer in: a connection closed at once might take it along (RFC 9112,
 * 9.6). For as long what is left of a body is read, so that its client comes to the answer.
 */
const lingerMs = 2000

/**
 * Node hands out every request that it has read. Taken one after another, those of a client that
 * reads no answer cost the memory of one, and unsafe ones meet no other of theirs (RFC 9112,
 * 9.3.2).
 */
export function createConnectionQueue(socket: Socket, options: ConnectionQueueOptions): ConnectionQueue {
  const waiting: [IncomingMessage, ServerResponse][] = []
  let current: [IncomingMessage, ServerResponse] | undefined
  /** A request that was answered before its body had come. */
  let unread: IncomingMessage | undefined
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
      response.prependOnceListener('finish', () => discardBody(request))
      response.once('close', next)
      options.serve(request, response, waiting.length === 0)
    }
  }

  function end(answer = ''): void {
    settle()
    if (ended) return
    ended = true
    // Nothing, where it cannot be written any more.
    socket.end(answer)
    const timer = setTimeout(() => socket.destroy(), lingerMs).unref()
    socket.once('close', () => clearTimeout(timer))
  }

  /**
   * Reads what is still to come of a body, up to a bound, and lets it go; before Node does so
   * without one, hence `prependOnceListener`. A client that reads no answer before it has sent all
   * comes to it, and the connection serves on. Beyond the bound nothing more is read, and the
   * connection ends.
   */
  function discardBody(request: IncomingMessage): void {
    if (request.complete || socket.destroyed) return
    unread = request
    let left = options.maxDiscarded
    const timer = setTimeout(end, lingerMs).unref()
    request.once('close', () => clearTimeout(timer)).on('error', () => {})
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left >= 0) return
      request.pause()
      end()
    })
    // Only what has been asked for once counts for Node as read by somebody.
    request.resume().read(0)
  }

  /** Nothing is owed any more. */
  function settle(): void {
    waiting.length = 0
    current = undefined
    options.idle(queue)
    for (const resolve of waiters.splice(0)) resolve()
  }

  const queue: ConnectionQueue = {
    add(request, response) {
      if (ended || refusal !== undefined) return ++ignored > maxIgnored ? 'flood' : 'added'
      if (waiting.length >= maxRequests - 1) return 'too many'
      waiting.push([request, response])
      if (!current) {
        options.busy(queue)
        next()
      }
      return 'added'
    },
    refuse(answer) {
      // What comes after one malformed request is malformed as well.
      if (refusal !== undefined) return
      refusal = answer
      // A body that has been answered and turns out to be malformed gets no second answer.
      if (!current) end(unread?.complete === false ? '' : answer)
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
  // Node's own, after the last answer, ends in a reset where more is coming, and the answer is
  // lost.
  socket.destroySoon = () => end()
  socket.once('close', settle)
  return queue
}

/**
 * Bytes that the system has taken. Node tells no more than what it was given, but keeps count for
 * its own time limits.
 */
function bytesSent(socket: Socket): number {
  const { _handle: handle } = socket as Handled
  return handle ? handle.bytesWritten - handle.writeQueueSize : socket.bytesWritten
}

interface Handled extends Socket {
  readonly _handle?: { readonly bytesWritten: number; readonly writeQueueSize: number } | null
}
