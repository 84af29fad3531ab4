import type { IncomingMessage } from 'node:http'
import { parse } from 'content-type'
import { Refusal } from './failures.ts'
import { clip } from './problems.ts'

/** A body as it was read: its JSON, or why there is none; that is told later, after who calls is known. */
export type JsonBody = { readonly value: Record<string, unknown> } | { readonly refusal: Refusal }

/** Our own bodies are flat. Deeper ones are breaches anyway, and would exhaust the stack of whoever copies them. */
const maxDepth = 16
const maxFields = 100

/**
 * Reads a JSON body.
 *
 * @param limit in bytes
 * @throws Refusal `body_too_large`, `unsupported_media_type`, `unsupported_charset`, `unsupported_coding`
 */
export async function readJsonBody(request: IncomingMessage, limit: number): Promise<JsonBody> {
  if (Number(request.headers['content-length']) > limit) throw new Refusal('body_too_large')
  const bytes = await collect(request, limit).catch((error: unknown) => {
    // A client that went away is no fault of ours; nobody reads this answer.
    throw request.readableAborted ? new Refusal('not_json') : error
  })
  if (bytes.length === 0) return { refusal: new Refusal('not_json') }
  checkMediaType(request)
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return breach('body', 'not_object')
    const deep = Object.entries(value).find(([, inner]) => isDeeperThan(inner, maxDepth))
    if (deep) return breach(clip(deep[0]), 'too_deep')
    return { value: firstOf(value as Record<string, unknown>) }
  } catch {
    return { refusal: new Refusal('not_json') }
  }
}

/** US-ASCII is UTF-8 that uses half of it. */
const charsets = ['utf-8', 'utf8', 'us-ascii']

/**
 * As RFC 9110 has media types (5.6.6, 8.3.1) and codings (8.4.1): in any case, unknown and empty parameters left aside.
 *
 * @throws Refusal `unsupported_media_type`, `unsupported_charset`, `unsupported_coding`
 */
function checkMediaType({ headersDistinct: headers }: IncomingMessage): void {
  // Several lines are one list (RFC 9110, 5.3), and a body has no list of types. Node would take the first, and a proxy perhaps the last.
  const { type, parameters } = parse((headers['content-type'] ?? []).join(', '))
  if (type !== 'application/json') throw new Refusal('unsupported_media_type')
  if (!charsets.includes(parameters.charset?.toLowerCase() || 'utf-8')) throw new Refusal('unsupported_charset')
  const codings = (headers['content-encoding'] ?? []).join().toLowerCase().split(',')
  if (!codings.every((coding) => ['', 'identity'].includes(coding.trim()))) throw new Refusal('unsupported_coding')
}

/**
 * Enough of the fields to tell that there are too many: every body of the contract is closed and has far fewer, and thousands of breaches take
 * long to be found and are never read.
 */
function firstOf(value: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(value)
  return entries.length > maxFields ? Object.fromEntries(entries.slice(0, maxFields)) : value
}

function breach(field: string, kind: 'not_object' | 'too_deep'): JsonBody {
  return { refusal: new Refusal('invalid_request', { problems: [{ place: 'body', field, kind }] }) }
}

async function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  // Left early, an ordinary loop would destroy the socket, and the client would see a reset in place of its 413.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > limit) throw new Refusal('body_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(inner, depth - 1))
}
