import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface PrefixProxy {
  /** With the prefix, without a slash at the end. */
  readonly url: string
  readonly origin: string
  /** What was asked outside the prefix: nothing should be. */
  readonly strays: string[]
  /** Where requests go from now on. */
  leadTo(service: string): void
  close(): void
}

/**
 * A reverse proxy as small as one can be: what is below the prefix goes to the service without it,
 * all else is 404.
 */
export async function startPrefixProxy(prefix: string, added: IncomingHttpHeaders = {}): Promise<PrefixProxy> {
  let target = ''
  const strays: string[] = []
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    if (!url.startsWith(`${prefix}/`)) {
      strays.push(url)
      response.writeHead(404).end()
      return
    }
    const onward = httpRequest(target + url.slice(prefix.length), { method, headers: { ...headers, ...added } })
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: origin + prefix,
    origin,
    strays,
    leadTo(service) {
      target = service
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
