import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { ValidateFunction } from 'ajv'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { operations } from '../../generated/api.ts'
import type * as generated from '../../generated/failures.ts'
import type { Caller } from '../domain/caller.ts'
import type { HandlerOf, InputOf, Language, QueryOf } from './operation.ts'

export type { components } from '../../generated/api.ts'
export { messages, publicOperations } from '../../generated/failures.ts'
export type { Language } from './operation.ts'

export type FailureReason = keyof typeof generated.failures
export type ProblemKind = keyof typeof generated.problems
export type EarlyReason = keyof typeof generated.earlyFailures
export type Words = Readonly<Record<Language, string>>

/** How a style answers a failure. */
export interface FailureAnswer {
  readonly status: number
  readonly code: string
  /** `{problem}` is the sentence of the first problem. */
  readonly message: Words
  /** Whether the answer lists what is wrong where. */
  readonly problems?: true
}

/** How what is no request yet is answered. */
export interface EarlyFailure {
  /** As its answer says it; several are of one reason. */
  readonly reason: string
  readonly status: number
  readonly code: string
  readonly message: Pick<Words, 'en'>
}

/** A style as the document describes it (`x-styles`). */
export interface StyleDescription {
  /** The language of whoever asks for none. */
  readonly language: Language
  /** Of the bodies of its failures. */
  readonly mediaType: string
  /** Whose paths are its own where they have no operation; `*` stands at the end for anything. */
  readonly paths: readonly string[]
}

/** A generated folder: the only description of what goes over the wire. */
export interface Contract {
  readonly version: string
  readonly document: OpenAPIV3_1.Document
  /** The files as they are released, and what is known of them; read whenever they are asked for. */
  readonly files: Readonly<Record<'json' | 'yaml' | 'changes' | 'coverage', string>>
  readonly styles: Readonly<Record<string, StyleDescription>>
  readonly failures: Readonly<Record<string, Readonly<Record<string, FailureAnswer>>>>
  /** What a breach of the contract is called, by place, and its sentence. */
  readonly problems: Readonly<Record<ProblemKind, { reason: Record<'body' | 'query', string>; message: Words }>>
  /** JSON types in words. */
  readonly typeWords: Readonly<Record<string, Words>>
  readonly earlyFailures: Readonly<Record<EarlyReason, EarlyFailure>>
  /**
   * What Ajv has made of the requests of its operations, by operation and the order in which
   * openapi-backend asks them (`Users.create 0`); what is missing is compiled.
   */
  readonly validators: Readonly<Record<string, ValidateFunction>>
}

/**
 * @param folder what `npm run generate` makes; its reports (`changes.json`, `coverage.json`) may be
 * missing
 */
export async function readContract(folder = new URL('../../generated/', import.meta.url)): Promise<Contract> {
  const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')
  const readIfThere = (name: string, otherwise: string) => (existsSync(new URL(name, folder)) ? read(name) : otherwise)
  const files = {
    get json() {
      return read('openapi.json')
    },
    get yaml() {
      return read('openapi.yaml')
    },
    get changes() {
      return readIfThere('changes.json', '[]')
    },
    get coverage() {
      return readIfThere('coverage.json', '{}')
    },
  }
  // Missing, it is told at the start, not to the first who asks for it.
  accessSync(new URL('openapi.yaml', folder), constants.R_OK)
  const { failures, problems, typeWords, earlyFailures }: typeof generated = await import(
    new URL('failures.ts', folder).href
  )
  const { default: load } = await import(new URL('validators.js', folder).href)
  const document = JSON.parse(files.json) as OpenAPIV3_1.Document & { readonly 'x-styles': Contract['styles'] }
  return {
    version: document.info.version,
    document,
    files,
    styles: document['x-styles'],
    failures,
    problems,
    typeWords,
    earlyFailures,
    validators: load(createRequire(import.meta.url)),
  }
}

export type OperationId = keyof operations
type CallerOf<Id> = Id extends generated.PublicOperation ? undefined : Caller
export type Input<Id extends OperationId> = InputOf<operations[Id], CallerOf<Id>>
export type Query<Id extends OperationId> = QueryOf<operations[Id]>
export type Handler<Id extends OperationId> = HandlerOf<operations[Id], CallerOf<Id>>
export type Handlers = { readonly [Id in OperationId]: Handler<Id> }
/** The handlers of one style or resource, to be checked whole where they are written. */
export type HandlersOf<Prefix extends string> = Pick<Handlers, Extract<OperationId, `${Prefix}.${string}`>>
