import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that does what the service never would. */
export interface OddServer {
  readonly url: string
  /** What it was asked, in order: `GET /users?page=1`. */
  readonly asked: { readonly line: string; readonly headers: IncomingMessage['headers']; readonly body: string }[]
  /** What it does with the next requests, one after another; the last one stays. */
  answers: Answer[]
  close(): void
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void

export async function startOddServer(...answers: Answer[]): Promise<OddServer> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request.setEncoding('utf8')) body += part
    odd.asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body })
    const next = odd.answers.length > 1 ? odd.answers.shift() : odd.answers[0]
    next?.(response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const odd: OddServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answers,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  return odd
}

export const hangUp: Answer = (response) => void response.destroy()
/** The headers, and half of the body. */
export const breakOff: Answer = (response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' })
  response.write('{"user":', () => response.destroy())
}
export const silence: Answer = () => {}
export const json =
  (status: number, body: unknown, headers = {}): Answer =>
  (response) =>
    void response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body))
export const text =
  (status: number, body: string, headers = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end(body)

/** As the service fails in the RPC style. */
export const failure = (status: number, code: string, reason: string, headers = {}): Answer =>
  json(status, { error: `It is ${reason}`, code: status, error_code: code, reason, details: [] }, headers)
