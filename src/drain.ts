import { createServer, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http'

export interface DrainingServer {
  readonly server: Server
  readonly isDraining: () => boolean
  /**
   * Finishes what is in flight and closes. New requests are still answered until then, so that a load balancer that has not seen
   * `/ready` turn yet loses none.
   *
   * @param graceMs after this long, what is left is cut
   */
  readonly drain: (graceMs: number) => Promise<void>
}

/** An HTTP server that can be stopped without losing a request. */
export function createDrainingServer(listener: RequestListener): DrainingServer {
  const inFlight = new Set<ServerResponse>()
  let draining = false

  const server = createServer((request, response) => {
    inFlight.add(response)
    response.on('close', () => inFlight.delete(response))
    if (draining) response.setHeader('Connection', 'close')
    listener(request, response)
  })
  // Slow senders are cut: whoever drips headers or a body would otherwise hold a connection for ever (Slowloris).
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return socket.destroy()
    const [status, said] = refusals[error.code ?? ''] ?? [400, 'malformed HTTP request']
    const body = JSON.stringify({ error: said, code: status })
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  })

  async function drain(graceMs: number): Promise<void> {
    draining = true
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref())
    const finished = (responses: Iterable<ServerResponse>) =>
      Promise.all([...responses].map((response) => new Promise((resolve) => response.on('close', resolve))))
    await Promise.race([finished(inFlight), deadline])
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeIdleConnections()
    await Promise.race([closed, deadline])
    server.closeAllConnections()
  }

  return { server, isDraining: () => draining, drain }
}

/** What Node's parser refuses before there is a request; all else is malformed. */
const refusals: Record<string, [status: number, said: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'the request headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request took too long to arrive'],
}
