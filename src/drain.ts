import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export interface DrainingServer {
  readonly server: Server
  readonly isDraining: () => boolean
  /**
   * Finishes what is in flight and closes. New requests are still answered until then, and for a moment at least, so that a load balancer can see
   * `/ready` turn and loses none.
   *
   * @param graceMs after this long, what is left is cut
   */
  readonly drain: (graceMs: number) => Promise<void>
}

/** Milliseconds for which a stopping server still answers that it stops. */
const noticeMs = 500

/** Requests that one connection may have sent without an answer. */
const maxPipelined = 64

/** Bytes of the request line and all headers together, as the contract has it, whatever Node was told at its start. */
const maxHeaderSize = 16_384

/**
 * An HTTP server that can be stopped without losing a request.
 *
 * @param apiVersion named by the answers to what is no request, as by all others
 */
export function createDrainingServer(listener: RequestListener, apiVersion: string): DrainingServer {
  const inFlight = new Set<ServerResponse>()
  const pipelined = new WeakMap<Socket, number>()
  let draining = false

  const answer: RequestListener = (request, response) => {
    const { socket } = request
    const unanswered = (pipelined.get(socket) ?? 0) + 1
    pipelined.set(socket, unanswered)
    // Node takes all requests of a chunk before it looks at anything else: thousands of them would stop everybody's.
    if (unanswered > maxPipelined) return socket.destroy()
    inFlight.add(response)
    response.on('close', () => {
      inFlight.delete(response)
      pipelined.set(socket, (pipelined.get(socket) ?? 1) - 1)
    })
    if (draining) response.setHeader('Connection', 'close')
    listener(request, response)
  }
  // Node looks for slow senders every 30 s unless told otherwise.
  const server = createServer({ connectionsCheckingInterval: 2000, maxHeaderSize }, answer)
  // Node would answer 417 by itself, in nobody's shape; an expectation may be left aside (RFC 9110, 10.1.1).
  server.on('checkExpectation', answer)
  // Slow senders are cut: whoever drips headers or a body would otherwise hold a connection for ever (Slowloris).
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return socket.destroy()
    const [status, code, said] = refusals[error.code ?? ''] ?? [400, 'MALFORMED_REQUEST', 'malformed HTTP request']
    const body = JSON.stringify({ error: said, code: status, error_code: code })
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      'X-Request-Id': randomUUID(),
      'API-Version': apiVersion,
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
      'Content-Language': 'en',
      Connection: 'close',
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
  })

  async function drain(graceMs: number): Promise<void> {
    draining = true
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref())
    const finished = (responses: Iterable<ServerResponse>) =>
      Promise.all([...responses].map((response) => new Promise((resolve) => response.on('close', resolve))))
    await Promise.race([Promise.all([finished(inFlight), delay(noticeMs)]), deadline])
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeIdleConnections()
    await Promise.race([closed, deadline])
    server.closeAllConnections()
  }

  return { server, isDraining: () => draining, drain }
}

/** What Node's parser refuses before there is a request; all else is malformed. */
const refusals: Record<string, [status: number, code: string, said: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'HEADERS_TOO_LARGE', 'the request headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'REQUEST_TIMEOUT', 'the request took too long to arrive'],
}
