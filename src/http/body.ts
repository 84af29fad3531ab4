import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse } from 'content-type'
import { HttpError } from './failures.ts'
import { clip } from './problems.ts'

/** Reads the body of a request: its JSON. */
export type ReadBody = () => Promise<Record<string, unknown>>

/** Our own bodies are flat. Deeper ones are breaches anyway, and would exhaust the stack of whoever copies them. */
const maxDepth = 16
const maxFields = 100

/**
 * Reads a JSON body.
 *
 * @param response sends `100 Continue` to a client that waits for it, once nothing speaks against
 *   the body (RFC 9110, 10.1.1)
 * @param limit in bytes
 * @throws HttpError `body_too_large`, `unsupported_media_type`, `unsupported_charset`,
 *   `unsupported_coding`, `not_json`, `invalid_request`
 */
export async function readJsonBody(
  request: IncomingMessage,
  response: ServerResponse,
  limit: number,
): Promise<Record<string, unknown>> {
  const { 'content-length': length, 'transfer-encoding': isChunked, expect } = request.headers
  if (Number(length) > limit) throw new HttpError('body_too_large')
  if (Number(length) > 0 || isChunked) checkMediaType(request)
  if (/\b100-continue\b/i.test(expect ?? '') && request.httpVersion === '1.1') response.writeContinue()
  const bytes = await collect(request, limit).catch((error: unknown) => {
    // A client that went away is no fault of ours; nobody reads this answer.
    throw request.readableAborted ? new HttpError('not_json') : error
  })
  if (bytes.length === 0) throw new HttpError('not_json')
  const value = parseJson(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw breach('body', 'not_object')
  const deep = Object.entries(value).find(([, inner]) => isDeeperThan(inner, maxDepth))
  if (deep) throw breach(clip(deep[0]), 'too_deep')
  return firstOf(value as Record<string, unknown>)
}

/** US-ASCII is UTF-8 that uses half of it. */
const charsets = ['utf-8', 'utf8', 'us-ascii']

/**
 * As RFC 9110 has media types (5.6.6, 8.3.1) and codings (8.4.1): in any case, unknown and empty parameters left aside.
 *
 * @throws HttpError `unsupported_media_type`, `unsupported_charset`, `unsupported_coding`
 */
function checkMediaType({ headersDistinct: headers }: IncomingMessage): void {
  // Several lines are one list (RFC 9110, 5.3), and a body has no list of types. Node would take the first, and a proxy perhaps the last.
  const { type, parameters } = parse((headers['content-type'] ?? []).join(', '))
  if (type !== 'application/json') throw new HttpError('unsupported_media_type')
  if (!charsets.includes(parameters.charset?.toLowerCase() || 'utf-8')) throw new HttpError('unsupported_charset')
  const codings = (headers['content-encoding'] ?? []).join().toLowerCase().split(',')
  if (!codings.every((coding) => ['', 'identity'].includes(coding.trim()))) throw new HttpError('unsupported_coding')
}

/**
 * Enough of the fields to tell that there are too many: every body of the contract is closed and has far fewer, and thousands of breaches take
 * long to be found and are never read.
 */
function firstOf(value: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(value)
  return entries.length > maxFields ? Object.fromEntries(entries.slice(0, maxFields)) : value
}

function breach(field: string, kind: 'not_object' | 'too_deep'): HttpError {
  return new HttpError('invalid_request', { problems: [{ place: 'body', field, kind }] })
}

/** @throws HttpError `not_json` where it is none in UTF-8 */
function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new HttpError('not_json')
  }
}

async function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  // Left early, an ordinary loop would destroy the socket, and the client would see a reset in place of its 413.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > limit) throw new HttpError('body_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(inner, depth - 1))
}
