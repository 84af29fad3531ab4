import type { Caller, Origin } from '../domain/caller.ts'
import type { Query } from '../domain/query.ts'
import type { EnterLine } from '../domain/waiter.ts'

/*
 * An operation of the contract as types. `Op` is one of the generated `operations`: what it takes,
 * how it may be answered.
 */

export type Language = 'en' | 'zh'

type Present<T> = Exclude<T, undefined>
type OrNothing<T> = [Present<T>] extends [never] ? Record<never, never> : Present<T>
type Parameters<Op, Place extends string> = Op extends { parameters: { [P in Place]?: infer Given } }
  ? OrNothing<Given>
  : Record<never, never>
export type QueryOf<Op> = Parameters<Op, 'query'>

/** What comes as lines of JSON (`application/x-ndjson`) is read and written one after another. */
type Carried<Content> = {
  [Type in keyof Content]: Type extends 'application/x-ndjson' ? AsyncIterable<Content[Type]> : Content[Type]
}[keyof Content]
export type BodyOf<Op> = Op extends { requestBody: { content: infer Content } }
  ? Carried<Content>
  : Op extends { requestBody?: { content: infer Content } }
    ? Carried<Content> | undefined
    : undefined

type Answers<Op> = Op extends { responses: infer Responses } ? Responses : never
/**
 * The statuses that a handler may give, every 2xx of the operation; all others are given by
 * throwing.
 */
export type SuccessOf<Op> = {
  [S in keyof Answers<Op> & number]: `${S}` extends `2${string}` ? S : never
}[keyof Answers<Op> & number]
export type PayloadOf<Op, S extends keyof Answers<Op>> = Answers<Op>[S] extends { content: infer Content }
  ? Carried<Content>
  : never

/** Headers by name, without the index signature that stands for headers that are not described. */
type Named<T> = { [K in keyof T as string extends K ? never : K]: T[K] }
type RequiredKeys<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? never : K }[keyof T]
/** Headers that the service gives with every answer, and, where they apply, those of some. */
const given = [
  'API-Version',
  'Cache-Control',
  'Content-Language',
  'Vary',
  'X-Content-Type-Options',
  'X-Request-Id',
] as const
export const everyHeader: readonly string[] = given
type EveryHeader = (typeof given)[number] | `Access-Control-${string}` | `${'X-' | ''}RateLimit${string}`
type OwnHeaders<Op, S extends keyof Answers<Op>> = Answers<Op>[S] extends { headers: infer H }
  ? { readonly [K in Exclude<RequiredKeys<Named<H>>, EveryHeader>]: string }
  : Record<never, never>

/** The body, where the answer has one, and the headers that only this handler can give. */
type Given<Op, S extends keyof Answers<Op>> = [
  ...([PayloadOf<Op, S>] extends [never] ? [body?: undefined] : [body: PayloadOf<Op, S>]),
  ...([keyof OwnHeaders<Op, S>] extends [never] ? [] : [headers: OwnHeaders<Op, S>]),
]

declare const made: unique symbol
/**
 * Made by `reply` alone, so that a handler cannot answer past the contract: TypeScript checks
 * excess properties of arguments, not of results.
 */
export interface ReplyOf<Op> {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly [made]: Op
}

/**
 * Headers of a request that are read for every operation; a value that does not fit is left aside.
 */
export const commonHeaders: readonly string[] = ['accept-language', 'x-request-id']
type CommonHeader = 'Accept-Language' | 'X-Request-Id'

/**
 * What a handler is given: everything that the contract knows of the request, checked.
 *
 * @template C undefined for an operation that asks for no token
 */
export interface InputOf<Op, C extends Caller | undefined = Caller> {
  readonly query: QueryOf<Op>
  /** The parameters that the request's query has; the others of `query` are defaults. */
  readonly givenQuery: ReadonlySet<string>
  readonly path: Parameters<Op, 'path'>
  readonly headers: Omit<Parameters<Op, 'header'>, CommonHeader>
  readonly body: BodyOf<Op>
  readonly caller: C
  /**
   * Counts the request against a user who shows something else than an access token.
   * Throws HttpError `rate_limited`.
   */
  readonly countRequest: (caller: Pick<Caller, 'principal'>) => void
  /**
   * Waits in the line of that key until the request may be at the database.
   * Throws HttpError `rate_limited`.
   */
  readonly enter: EnterLine
  readonly origin: Origin
  readonly language: Language
  reply<S extends SuccessOf<Op> & keyof Answers<Op>>(status: S, ...given: Given<Op, S>): ReplyOf<Op>
}

export type HandlerOf<Op, C extends Caller | undefined = Caller> = (input: InputOf<Op, C>) => Promise<ReplyOf<Op>>

/** What of a request is known before it is known who calls. */
export type AskedOf<Op> = Pick<InputOf<Op>, 'query' | 'givenQuery' | 'path' | 'headers'>

/** How the pipeline gives a reading handler what was read. */
export interface Read {
  readonly read: () => Promise<unknown>
}

/** A handler that only reads. */
export interface Reading {
  /** What it throws is answered once it is known that the caller may. */
  readonly toRead: (asked: never) => Query<unknown>
}

/**
 * A handler that only reads: what it asks of the store goes there together with the look at who
 * calls, in one round trip.
 */
export function reading<Op, C extends Caller | undefined, Result>(
  toRead: (asked: AskedOf<Op>) => Query<Result>,
  answer: (input: InputOf<Op, C>, result: Result) => ReplyOf<Op>,
): HandlerOf<Op, C> & Reading {
  const handler = async (input: InputOf<Op, C>) =>
    answer(input, (await (input as InputOf<Op, C> & Read).read()) as Result)
  return Object.assign(handler, { toRead })
}

/** A handler of any operation; the contract says which input it gets. */
export type AnyHandler = ((input: never) => Promise<Omit<ReplyOf<unknown>, typeof made>>) & Partial<Reading>
