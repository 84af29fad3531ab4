import { type ContractDocument, failurePart, styleOf } from '../document.ts'
import type { Input } from './declared.ts'
import { createSchemaCheck } from './schemas.ts'

/** A request and its reply, as the client saw them. */
export interface Exchange {
  /** With its query, as it went over the wire. */
  readonly path: string
  /** Names in lower case. */
  readonly sent: Readonly<Record<string, string>>
  /** Parsed JSON; undefined where none was sent, or what is none. */
  readonly json: unknown
  readonly reply: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: unknown
  }
}

export type Shown = 'good' | 'bad' | undefined

/**
 * Says what an exchange shows of an input: a good value with which the request succeeded, or a bad
 * one that was refused, and on its account. What is left out shows nothing; nor does a good value
 * of a request that failed: it may not have been looked at.
 */
export function createInputJudge(document: ContractDocument): (id: string, input: Input, exchange: Exchange) => Shown {
  const check = createSchemaCheck(document)

  return (id, input, exchange) => {
    const rule = input.in === 'header' ? headerRules[input.name.toLowerCase()] : undefined
    if (rule) {
      const value = exchange.sent[input.name.toLowerCase()]
      return value === undefined ? undefined : rule(value, exchange, styleOf(document, id)?.language)
    }
    const value = sentValue(input, exchange)
    if (value === undefined) return undefined
    const { reply } = exchange
    if (readings(value, input.in).some((each) => check(input.schema, each).length === 0))
      return reply.status < 300 ? (passesOver(input, value) ? 'bad' : 'good') : undefined
    const breaches = failurePart<Breach[]>(document, id, 'problems', reply.body) ?? []
    return isRefused(input, reply.status, breaches) ? 'bad' : undefined
  }
}

/**
 * The key of a session may be any text: what is none is let pass, and ends nothing, which is how it
 * is told from a good one.
 */
const passesOver = ({ in: place, field }: Input, value: unknown): boolean =>
  place === 'path' && field === 'sessionId' && !/^([0-9A-Za-z]{26}|[0-9A-Fa-f-]{36})$/.test(String(value))

/** Headers that are not refused by a schema: what is wrong with them shows in another way. */
const headerRules: Readonly<Record<string, (value: string, exchange: Exchange, own: string | undefined) => Shown>> = {
  authorization: (_, { reply }) => {
    if (reply.status < 300) return 'good'
    // Told apart from the 401 of a wrong password, which is no fault of the header's (RFC 6750,
    // 3.1).
    return reply.headers['www-authenticate']?.includes('invalid_token') ? 'bad' : undefined
  },
  'content-type': (_, { reply, json }) => {
    if (reply.status < 300) return json === undefined ? undefined : 'good'
    return reply.status === 415 ? 'bad' : undefined
  },
  'x-request-id': (value, { reply }) => (reply.headers['x-request-id'] === value ? 'good' : 'bad'),
  'accept-language': (value, { reply }, own) => {
    const spoken = reply.headers['content-language']
    if (spoken && value.toLowerCase().startsWith(spoken)) return 'good'
    return /[a-z]/i.test(value) && !/\b(en|zh)\b/i.test(value) && spoken === own ? 'bad' : undefined
  },
}

function sentValue(input: Input, { path, sent, json }: Exchange): unknown {
  if (input.in === 'header') return sent[input.name.toLowerCase()]
  if (input.in === 'body') return (json as Record<string, unknown> | null | undefined)?.[input.field]
  const plain = path.replace(/\?.*$/s, '')
  if (input.in === 'path') return decode(plain.split('/')[input.segment ?? 0] ?? '')
  const values = new URLSearchParams(path.slice(plain.length)).getAll(input.field)
  return values.length > 1 ? values : values[0]
}

/** What a value may be meant as: numbers in queries are decimal digits. */
function readings(value: unknown, place: Input['in']): unknown[] {
  return place === 'query' && /^\d{1,20}$/.test(String(value)) ? [value, Number(value)] : [value]
}

/** Ids that are none name nobody; everything else is named where it is refused. */
function isRefused(input: Input, status: number, breaches: readonly Breach[]): boolean {
  if (status === 404) return input.field === 'id'
  return status === 400 && breaches.some(({ field }) => isOrIsIn(field, input.field))
}

/** A breach within a field names both: `name.first`. */
const isOrIsIn = (field: string, input: string) => field === input || field.startsWith(`${input}.`)

interface Breach {
  readonly field: string
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
