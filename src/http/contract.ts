import { readFileSync } from 'node:fs'
import type { operations } from '../../generated/api.ts'
import type { Caller, Origin } from '../domain/caller.ts'
import type { EnterLine } from '../domain/waiter.ts'

export type { components } from '../../generated/api.ts'

const file = (name: string) => readFileSync(new URL(`../../generated/${name}`, import.meta.url), 'utf8')

/** The contract as it is served, and what is known of it; everything else here is the same contract seen as types. */
export const documents = {
  json: file('openapi.json'),
  yaml: file('openapi.yaml'),
  changes: file('changes.json'),
  coverage: file('coverage.json'),
}

/** The contract's own version; every answer names it. */
export const contractVersion = (JSON.parse(documents.json) as { info: { version: string } }).info.version

export type OperationId = keyof operations

/** The operations that ask for no token; held against the document when the backend starts. */
export const publicOperations = ['Rpc.Auth.login', 'Rpc.Auth.refresh', 'Rest.Auth.login', 'Rest.Auth.refresh'] as const
type PublicOperation = (typeof publicOperations)[number]

type Parameters<Id extends OperationId> = operations[Id]['parameters']
type Present<T> = Exclude<T, undefined>
type OrNothing<T> = [Present<T>] extends [never] ? Record<never, never> : Present<T>
export type Query<Id extends OperationId> = OrNothing<Parameters<Id>['query']>
export type Path<Id extends OperationId> = OrNothing<Parameters<Id>['path']>
export type Body<Id extends OperationId> =
  Present<operations[Id]['requestBody']> extends { content: { 'application/json': infer B } } ? B : undefined

type Answers<Id extends OperationId> = operations[Id]['responses']
export type Status<Id extends OperationId> = keyof Answers<Id> & number
/** The statuses that a handler may give; all others are given by throwing. */
export type Success<Id extends OperationId> = Extract<Status<Id>, 200 | 201>
export type Payload<Id extends OperationId, S extends Status<Id>> = Answers<Id>[S] extends {
  content: { 'application/json': infer B }
}
  ? B
  : never
/** Headers that the handler itself has to give: those of no other answer. */
type OwnHeaders<Id extends OperationId, S extends Status<Id>> = Answers<Id>[S] extends { headers: { Location: string } }
  ? [headers: { Location: string }]
  : []

declare const made: unique symbol
/** Made by `reply` alone, so that a handler cannot answer past the contract: TypeScript checks excess properties of arguments, not of results. */
export interface Reply<Id extends OperationId> {
  readonly status: Success<Id>
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly [made]: Id
}

export type Language = 'en' | 'zh'

/** What a handler is given: everything that the contract knows of the request, checked. */
export interface Input<Id extends OperationId> {
  readonly query: Query<Id>
  /** The parameters that the request's query has; the others of `query` are defaults. */
  readonly givenQuery: ReadonlySet<string>
  readonly path: Path<Id>
  readonly body: Body<Id>
  /** Who calls; nobody where no token is asked for. */
  readonly caller: Id extends PublicOperation ? undefined : Caller
  /**
   * Counts the request against a user who shows something else than an access token.
   * Throws HttpError `rate_limited`.
   */
  readonly countRequest: (caller: Pick<Caller, 'principal'>) => void
  /** Waits in the line of that key until the request may be at the database. Throws HttpError `rate_limited`. */
  readonly enter: EnterLine
  /** Where the request comes from. */
  readonly origin: Origin
  readonly language: Language
  reply<S extends Success<Id>>(status: S, body: Payload<Id, S>, ...headers: OwnHeaders<Id, S>): Reply<Id>
}

export type Handler<Id extends OperationId> = (input: Input<Id>) => Promise<Reply<Id>>
export type Handlers = { readonly [Id in OperationId]: Handler<Id> }
/** The handlers of one style, to be checked whole where they are written. */
export type HandlersOf<Prefix extends string> = Pick<Handlers, Extract<OperationId, `${Prefix}.${string}`>>
