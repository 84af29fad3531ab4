import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { secrets } from './secrets.ts'

/** Learns from requests, and scans answers, whoever the client is: `fetch`, a browser, a socket. */
export function watchSecrets(server: Server): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    watchRequest(request)
    watchResponse(request, response)
  })
}

/** By the events as they happen: a listener would have the body flow before anybody reads it. */
function watchRequest(request: IncomingMessage): void {
  const emit = request.emit.bind(request)
  const chunks: Buffer[] = []
  request.emit = ((name: string, ...args: unknown[]) => {
    if (name === 'data') chunks.push(Buffer.from(args[0] as Buffer))
    if (name === 'end') secrets.learnRequest(Buffer.concat(chunks))
    return emit(name, ...args)
  }) as typeof request.emit
}

function watchResponse({ method = '', url: path = '' }: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  const own = { writeHead: response.writeHead, write: response.write, end: response.end }
  let headers = ''
  const keep = (chunk: unknown) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  }
  Object.assign(response, {
    writeHead(...args: Parameters<typeof own.writeHead>) {
      headers = JSON.stringify([response.getHeaders(), ...args])
      return own.writeHead.apply(response, args)
    },
    write(...args: Parameters<typeof own.write>) {
      keep(args[0])
      return own.write.apply(response, args)
    },
    end(...args: Parameters<typeof own.end>) {
      keep(args[0])
      return own.end.apply(response, args)
    },
  })
  response.once('finish', () => {
    const text = Buffer.concat(chunks).toString()
    secrets.scanExchange({ method, path, status: response.statusCode, headers, text })
  })
}
