import { randomUUID } from 'node:crypto'
import { maxRequests } from './connection-queue.ts'

// Not by `import`, see draining-server.ts.
const { STATUS_CODES } = process.getBuiltinModule('node:http')

/** Why something is refused before there is a request. */
export type EarlyReason =
  | 'malformed_request'
  | 'request_timeout'
  | 'headers_too_large'
  | 'not_implemented'
  | 'http_version'
  | 'chunk_extensions'
  | 'too_many_ahead'

/** What the contract says of it. */
export interface EarlyFailures {
  readonly apiVersion: string
  /** @param values for what stands in braces in its sentence */
  readonly answer: (
    reason: EarlyReason,
    values: Readonly<Record<string, string>>,
  ) => { readonly status: number; readonly mediaType: string; readonly body: string }
}

/** What Node's parser refuses before there is a request; all else is malformed. */
export const parserErrors: Readonly<Record<string, EarlyReason>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'chunk_extensions',
  HPE_PAUSED_H2_UPGRADE: 'http_version',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** A whole answer as it goes over the wire. */
export function writeEarlyFailure({ apiVersion, answer }: EarlyFailures, reason: EarlyReason): string {
  const { status, mediaType, body } = answer(reason, { limit: String(maxRequests) })
  const headers = {
    Date: new Date().toUTCString(),
    'Content-Type': `${mediaType}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': randomUUID(),
    'API-Version': apiVersion,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    'Content-Language': 'en',
    ...(status === 429 && { 'Retry-After': 1 }),
    Connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`
}
