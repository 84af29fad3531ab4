import type { IncomingMessage, ServerResponse } from 'node:http'
import process from 'node:process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { inspect } from 'node:util'

/** A handler of the Fetch standard as one of `node:http`. */
export function listener(handle: (request: Request) => Promise<Response>) {
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const gone = new AbortController()
    outgoing.on('close', () => gone.abort())
    try {
      const { status, headers, body } = await handle(requestOf(incoming, gone.signal))
      outgoing.writeHead(status, [...headers].flat())
      if (body) await pipeline(Readable.fromWeb(body as never), outgoing)
      else outgoing.end()
    } catch (error) {
      if (gone.signal.aborted) return
      process.stderr.write(`${inspect(error)}\n`)
      if (!outgoing.headersSent) outgoing.writeHead(500)
      outgoing.end()
    }
  }
}

function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headersDistinct } = incoming
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  )
  const body = method === 'GET' || method === 'HEAD' ? null : (Readable.toWeb(incoming) as ReadableStream)
  // Who asks may name any host: nothing here trusts it.
  return new Request(new URL(url, 'http://localhost'), { method, headers, body, signal, duplex: 'half' } as RequestInit)
}
