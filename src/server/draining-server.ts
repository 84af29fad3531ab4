import type { RequestListener, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { type ConnectionQueue, createConnectionQueue } from './connection-queue.ts'
import { type EarlyFailures, parserErrors, writeEarlyFailure } from './early-failures.ts'

// Not by `import`: that reads every export of the module, and one of them loads the whole of
// `fetch`, 50 ms and 4 MB of a start.
const { createServer } = process.getBuiltinModule('node:http')

export interface DrainingServer {
  readonly server: Server
  readonly isDraining: () => boolean
  /**
   * Finishes what is in flight and closes. New requests are still answered until then, and for a
   * moment at least, so that a load balancer can see `/ready` turn and loses none.
   *
   * @param graceMs after this long, what is left is cut
   * @param delayMs before the grace begins: how long new requests are answered, where half a second
   *   is too short
   */
  readonly drain: (graceMs: number, delayMs?: number) => Promise<void>
}

/** What a connection may take; times in milliseconds. */
export interface Limits {
  /**
   * To send the headers of a request, the first or a further one: whoever drips them would hold a
   * connection for ever (Slowloris).
   */
  readonly headersMs: number
  /** To send a request. */
  readonly requestMs: number
  /** Without a request, before it is closed: longer than a load balancer in front keeps one. */
  readonly keepAliveMs: number
  /** To take the next piece of an answer. */
  readonly stallMs: number
  /** Bytes of a body; of a longer one no more is read, and its connection ends with the answer. */
  readonly bodyBytes: number
}

const defaults: Limits = {
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 65_000,
  stallMs: 110_000,
  bodyBytes: 100 * 1024,
}

/** Milliseconds for which a stopping server still answers that it stops, at least. */
const noticeMs = 500

/** Milliseconds for which a stopping server lets nobody take nothing of an answer. */
const drainStallMs = 3000

/**
 * Bytes of the request line and all headers together, as the contract has it, whatever Node was
 * told at its start.
 */
const maxHeaderSize = 16_384

/**
 * An HTTP server that can be stopped without losing a request.
 *
 * @param failures the answers to what is no request
 * @param limits where they are others than ours
 */
export function createDrainingServer(
  listener: RequestListener,
  failures: EarlyFailures,
  limits: Partial<Limits> = {},
): DrainingServer {
  const { headersMs, requestMs, keepAliveMs, stallMs, bodyBytes } = { ...defaults, ...limits }
  const queues = new WeakMap<Duplex, ConnectionQueue>()
  const busy = new Set<ConnectionQueue>()
  const sockets = new Set<Socket>()
  let draining = false

  function queueOf(socket: Socket): ConnectionQueue {
    const known = queues.get(socket)
    if (known) return known
    const made = createConnectionQueue(socket, {
      maxDiscarded: bodyBytes,
      serve(request, response, isLast) {
        const isTooLong = Number(request.headers['content-length']) > bodyBytes
        if ((draining && isLast) || isTooLong) response.setHeader('Connection', 'close')
        listener(request, response)
      },
      busy: (queue) => busy.add(queue),
      idle: (queue) => busy.delete(queue),
    })
    queues.set(socket, made)
    return made
  }

  const isBusy = (socket: Socket) => {
    const queue = queues.get(socket)
    return queue !== undefined && busy.has(queue)
  }

  const answer: RequestListener = (request, response) => {
    // Node takes all requests of a chunk before it looks at anything else: thousands of them would
    // stop everybody's.
    const queue = queueOf(request.socket)
    const added = queue.add(request, response)
    if (added === 'too many') queue.refuse(writeEarlyFailure(failures, 'too_many_ahead'))
    else if (added === 'flood') request.socket.destroy()
  }
  const checkMs = Math.min(2000, Math.min(headersMs, requestMs, stallMs) / 4)
  const server = createServer(
    // Node looks for slow senders every 30 s unless told otherwise. Of `Host` the listener thinks
    // as of all else: Node's own answer has no body.
    { connectionsCheckingInterval: checkMs, maxHeaderSize, requireHostHeader: false },
    answer,
  )
  // Node would answer 417 by itself, in nobody's shape; an expectation may be left aside (RFC 9110,
  // 10.1.1).
  server.on('checkExpectation', answer)
  // Node would send `100 Continue` before anybody has looked at the request.
  server.on('checkContinue', (request, response) => {
    // Answered without it, a client may send the body or not: only its end makes clear what comes
    // next.
    response.setHeader('Connection', 'close')
    const writeContinue = response.writeContinue.bind(response)
    response.writeContinue = (sent) => {
      response.removeHeader('Connection')
      writeContinue(sent)
    }
    answer(request, response)
  })
  server.headersTimeout = headersMs
  server.requestTimeout = requestMs
  server.keepAliveTimeout = keepAliveMs
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Who has sent nothing has asked nothing: a load balancer that connects ahead would take a 408
    // for the answer to its next request.
    const { bytesRead } = socket as Socket
    if (!socket.writable || (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && bytesRead === 0)) return socket.destroy()
    queueOf(socket as Socket).refuse(writeEarlyFailure(failures, parserErrors[error.code ?? ''] ?? 'malformed_request'))
  })
  // Node would cut the connection. Where a proxy is asked for there is no path, so no methods that
  // it has (405): RFC 9110, 9.1 and 9.3.6.
  server.on('connect', (_request, socket) => {
    socket.on('error', () => {})
    queueOf(socket as Socket).refuse(writeEarlyFailure(failures, 'not_implemented'))
  })
  // Counted in looks, not by the clock: a process that slept has not given anybody their time.
  const watch = setInterval(() => {
    const limit = (draining ? Math.min(drainStallMs, stallMs) : stallMs) / checkMs
    for (const queue of busy) if (queue.look() >= limit) queue.cut()
  }, checkMs).unref()

  async function drain(graceMs: number, delayMs = 0): Promise<void> {
    draining = true
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, delayMs + graceMs).unref())
    const finished = Promise.all([...busy].map((queue) => queue.idle()))
    await Promise.race([Promise.all([finished, delay(Math.max(noticeMs, delayMs))]), deadline])
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeIdleConnections()
    await Promise.race([closed, deadline, delay(Math.min(drainStallMs, stallMs), undefined, { ref: false })])
    // Node takes a connection with half a head of a request for one at work, and no longer looks at
    // its limits.
    for (const socket of sockets) if (!isBusy(socket)) socket.destroy()
    await Promise.race([closed, deadline])
    server.closeAllConnections()
    clearInterval(watch)
  }

  return { server, isDraining: () => draining, drain }
}
