import { failurePart } from '../../contract/document.ts'
import type { Method as Described } from '../../packages/client/generate/methods.ts'
import { JanusError } from '../../packages/client/src/errors.ts'
import { ours } from '../support/contract-coverage.ts'
import type { Reply } from '../support/wire.ts'
import type { Sent } from './fault.ts'

/** What the document says of a method. */
export type { Method as Described } from '../../packages/client/generate/methods.ts'

export const pathOf = (path: string): string => path.split('?')[0] as string

/**
 * What a method is called with to make a request: what is positional, the query, the body, and the
 * headers of this call alone. Undefined where that would be another request.
 */
export function argumentsOf({ path, positional, query, body }: Described, sent: Sent): any[] | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)
  const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`)
  const values = pattern.exec(pathOf(sent.path))?.slice(1) ?? []
  const given: Record<string, string> = Object.fromEntries(new URLSearchParams(sent.path.split('?')[1]))
  for (const [nth, name] of names.entries()) given[name] = decodeURIComponent(values[nth] ?? '')
  const known = [...positional, ...query].map(({ name }) => name)
  const json = jsonOf(sent.body)
  const fits =
    Object.keys(given).every((name) => known.includes(name)) &&
    positional.every(({ name }) => given[name]) &&
    (body ? json !== undefined : sent.body === undefined)
  if (!fits) return undefined
  const { authorization, headers } = sent
  return [
    ...positional.map(({ name }) => given[name]),
    ...(query.length > 0 ? [Object.fromEntries(query.map(({ name }) => [name, given[name]]))] : []),
    ...(body ? [json] : []),
    { headers: { ...headers, ...(authorization !== undefined && { Authorization: authorization }) } },
  ]
}

/** What the client sends. */
export function sentBy(path: string, { method = 'GET', headers: given, body }: RequestInit = {}): Sent {
  const { authorization, ...headers } = Object.fromEntries(new Headers(given))
  return {
    method,
    path,
    headers,
    ...(authorization !== undefined && { authorization }),
    ...(typeof body === 'string' && { body }),
  }
}

/**
 * Carries a request as the platform does, which adds no content type that the client has forgotten.
 */
export async function viaFetch(url: string, { method, path, authorization, headers, body }: Sent): Promise<Reply> {
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, ...(authorization !== undefined && { authorization }) },
    body: body ?? null,
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: jsonOf(text) ?? (text || undefined),
  }
}

/**
 * What the client has to tell of an answer: read from it by the contract, apart from the client.
 */
export function expectedOf({ operation, pick }: Described, { status, headers, body }: Reply): unknown {
  if (status < 400) return { status, headers, raw: body, data: pick === '*' ? body : body?.[pick] }
  const part = (name: 'code' | 'reason' | 'message' | 'problems') =>
    failurePart(ours, operation.operationId, name, body)
  return {
    class: classes[status] ?? (status < 500 ? 'BadRequestError' : 'ServerError'),
    status,
    message: part('message'),
    code: part('code'),
    reason: part('reason'),
    problems: part('problems') ?? [],
    requestId: headers['x-request-id'],
    retryAfter: headers['retry-after'] && Number(headers['retry-after']),
  }
}

const classes: Readonly<Record<number, string>> = {
  401: 'AuthenticationError',
  403: 'PermissionError',
  404: 'NotFoundError',
  409: 'ConflictError',
  422: 'UnprocessableError',
  429: 'RateLimitError',
}

/** What the client has told of a failure. */
export function shownBy(error: unknown): unknown {
  if (!(error instanceof JanusError)) return String(error)
  const { status, message, code, reason, problems, requestId, retryAfter } = error
  return { class: error.constructor.name, status, message, code, reason, problems, requestId, retryAfter }
}

/** As JSON has it: what is undefined is not there. */
export const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
