import type { Operation, Request } from 'openapi-backend'
import type { Origin } from '../domain/caller.ts'
import type { ReadBody } from './body.ts'
import type { Language } from './contract.ts'
import type { Match } from './route-table.ts'
import type { RequestInputs } from './schemas.ts'
import type { DescribedStyle } from './style.ts'
import type { Places } from './user-lines.ts'

/** A request, apart from any framework. */
export interface PlainRequest extends Request {
  /** As it came, still percent-encoded. */
  readonly path: string
  /** Without its question mark. */
  readonly query: string
  readonly headers: Record<string, string>
  readonly origin: Origin
  /** Picks the language, given the one that the style speaks by itself. */
  readonly language: (own: Language) => Language
  /** Called at most once, for operations that take a body, when the caller is known. */
  readonly readBody: ReadBody
}

export type FoundOperation = Operation & {
  readonly operationId: string
  readonly inputs: RequestInputs
  readonly style: DescribedStyle
}

/** What the steps of the pipeline know of one request. */
export interface RequestContext {
  readonly request: PlainRequest
  readonly path: string
  readonly match: Match
  readonly operation: FoundOperation | undefined
  readonly style: DescribedStyle
  readonly language: Language
  readonly places: Places
  /** Of the answer, whatever it is. */
  readonly headers: Record<string, string>
}

export interface Answer {
  readonly status: number
  /** An async iterable is sent line by line; undefined: there is none. */
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

export interface Outcome extends Answer {
  /** Of the body; undefined where there is none. */
  readonly mediaType: string | undefined
  /** The template of the operation's path, if the request reached one. */
  readonly path: string | undefined
  /** What nobody threw on purpose, or what lies behind a 503; for the log alone. */
  readonly error?: unknown
}
