import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse } from 'content-type'
import { HttpError, InvalidRequest } from './failures.ts'
import { ndjson } from './held-contract.ts'
import { clip } from './problems.ts'
import type { RequestInputs } from './schemas.ts'

/**
 * Our own bodies are flat. Deeper ones are breaches anyway, and would exhaust the stack of whoever
 * copies them.
 */
const maxDepth = 16
const maxFields = 100

type Json = Readonly<Record<string, unknown>>

/**
 * Reads the body that an operation takes: a JSON object, or lines of them one after another.
 *
 * @returns undefined where there is none and none is required
 * @throws HttpError `body_too_large`, `unsupported_media_type`, `unsupported_charset`,
 *   `unsupported_coding`; InvalidRequest. So does the reading of lines.
 */
export type ReadBody = (
  inputs: Pick<RequestInputs, 'mediaTypes' | 'bodyRequired'>,
) => Promise<Json | AsyncIterable<Json> | undefined>

/**
 * @param response sends `100 Continue` to a client that waits for it, once nothing speaks against
 *   the body (RFC 9110, 10.1.1)
 * @param limit in bytes, of a body or of a line
 */
export function createReadBody(request: IncomingMessage, response: ServerResponse, limit: number): ReadBody {
  return async ({ mediaTypes, bodyRequired }) => {
    const { 'content-length': length, 'transfer-encoding': isChunked, expect } = request.headers
    const hasLines = mediaTypes.includes(ndjson) && mediaTypeOf(request).type === ndjson
    if (Number(length) > limit && !hasLines) throw new HttpError('body_too_large')
    if (Number(length) > 0 || isChunked) checkMediaType(request, mediaTypes)
    if (/\b100-continue\b/i.test(expect ?? '') && request.httpVersion === '1.1') response.writeContinue()
    if (hasLines) return linesOf(request, limit)
    const bytes = await collect(request, limit).catch((error: unknown) => {
      // A client that went away is no fault of ours; nobody reads this answer.
      throw request.readableAborted ? notJson() : error
    })
    if (bytes.length === 0 && !bodyRequired) return undefined
    return parseObject(bytes)
  }
}

function notJson(): InvalidRequest {
  return new InvalidRequest({ place: 'body', field: 'body', kind: 'not_json' })
}

/** @throws InvalidRequest */
function parseObject(bytes: Buffer): Json {
  const value = parseJson(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidRequest({ place: 'body', field: 'body', kind: 'not_object' })
  const deep = Object.entries(value).find(([, inner]) => isDeeperThan(inner, maxDepth))
  if (deep) throw new InvalidRequest({ place: 'body', field: clip(deep[0]), kind: 'too_deep' })
  return firstOf(value as Record<string, unknown>)
}

/** US-ASCII is UTF-8 that uses half of it. */
const charsets = ['utf-8', 'utf8', 'us-ascii']

/**
 * Several lines are one list (RFC 9110, 5.3), and a body has no list of types. Node would take the
 * first, and a proxy perhaps the last.
 */
function mediaTypeOf({ headersDistinct: headers }: IncomingMessage): ReturnType<typeof parse> {
  return parse((headers['content-type'] ?? []).join(', '))
}

/**
 * As RFC 9110 has media types (5.6.6, 8.3.1) and codings (8.4.1): in any case, unknown and empty
 * parameters left aside.
 *
 * @throws HttpError `unsupported_media_type`, `unsupported_charset`, `unsupported_coding`
 */
function checkMediaType(request: IncomingMessage, mediaTypes: readonly string[]): void {
  const { type, parameters } = mediaTypeOf(request)
  if (!mediaTypes.includes(type)) throw new HttpError('unsupported_media_type')
  if (!charsets.includes(parameters.charset?.toLowerCase() || 'utf-8')) throw new HttpError('unsupported_charset')
  const codings = (request.headersDistinct['content-encoding'] ?? []).join().toLowerCase().split(',')
  if (!codings.every((coding) => ['', 'identity'].includes(coding.trim()))) throw new HttpError('unsupported_coding')
}

/**
 * Enough of the fields to tell that there are too many: every body of the contract is closed and
 * has far fewer, and thousands of breaches take long to be found and are never read.
 */
function firstOf(value: Json): Json {
  const entries = Object.entries(value)
  return entries.length > maxFields ? Object.fromEntries(entries.slice(0, maxFields)) : value
}

/** @throws InvalidRequest where it is none in UTF-8 */
function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw notJson()
  }
}

/**
 * Left early, an ordinary loop would destroy the socket, and the client would see a reset in place
 * of its 413.
 */
function chunksOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
}

async function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of chunksOf(request)) {
    length += chunk.length
    if (length > limit) throw new HttpError('body_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The objects of newline-delimited JSON; empty lines are left aside. */
async function* linesOf(request: IncomingMessage, limit: number): AsyncIterable<Json> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunksOf(request)) {
    rest = Buffer.concat([rest, chunk])
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      const line = rest.subarray(0, end)
      rest = rest.subarray(end + 1)
      if (line.length > limit) throw new HttpError('body_too_large')
      if (line.toString().trim()) yield parseObject(line)
    }
    if (rest.length > limit) throw new HttpError('body_too_large')
  }
  if (rest.toString().trim()) yield parseObject(rest)
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(inner, depth - 1))
}
