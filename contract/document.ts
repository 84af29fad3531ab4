import type { OpenAPIV3_1 as OpenApi } from 'openapi-types'
import { at } from './pointer.ts'

/** The contract as a document: OpenAPI 3.1, and what it says beside OpenAPI's own words. */
export interface ContractDocument {
  readonly info: { readonly version: string }
  tags: OpenApi.TagObject[]
  readonly servers: (OpenApi.ServerObject & { 'x-internal'?: boolean })[]
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: {
    readonly schemas: Record<string, Schema>
    readonly parameters: Record<string, Parameter>
    headers: Record<string, Header>
    responses: Record<string, Response>
  }
  /** By name, in order. */
  'x-styles': Record<string, StyleFacts>
  'x-failures': FailureSituation[]
}

export type Reference = OpenApi.ReferenceObject
export type Schema = OpenApi.SchemaObject
export type Header = OpenApi.HeaderObject | Reference
export type Content = Record<string, Media>
export type Media = OpenApi.MediaTypeObject

export interface Parameter extends OpenApi.ParameterObject {
  'x-failure-reason'?: string
}

/** An answer; one that has no body has no content. */
export interface Response {
  description: string
  headers?: Record<string, Header>
  content?: Content
}

export interface Operation {
  operationId: string
  security?: OpenApi.SecurityRequirementObject[]
  parameters?: (Parameter | Reference)[]
  requestBody?: { content: Content }
  responses: Record<string, Response | Reference>
  /** Which of `x-styles` it is of. */
  'x-style': string
  'x-roles'?: string[]
  'x-failure-reasons': string[]
  'x-error-codes': string[]
  /** A write that may be repeated; what only reads has no mark. */
  'x-idempotent'?: true
  'x-pagination'?: Pagination
}

/** How a list is walked along its cursor. */
export interface Pagination {
  /** The query parameter that takes the cursor. */
  parameter: string
  /** Where an answer holds the things, as a JSON Pointer (RFC 6901). */
  items: string
  /** Where it holds the cursor of the next part, as a JSON Pointer; null in the last one. */
  next: string
  /** The query parameter that asks for a part by its number; left out beside a cursor. */
  page?: string
}

/** What the document says of a style. */
export interface StyleFacts {
  title: string
  /** Of the ids of its operations and the names of its components: `Rpc` of `Rpc.Users.create`. */
  namespace: string
  language: string
  mediaType: string
  ids: string
  /** How its fields and parameters are spelt: `snake` or `camel`. */
  names: string
  /** Whose shape answers where there is no operation: the longest match wins. */
  paths: string[]
  /** Where the body of a failure holds what, as JSON Pointers (RFC 6901). */
  failure: Partial<Record<FailurePart, string>>
}

export type FailurePart = 'status' | 'code' | 'reason' | 'message' | 'problems' | 'path' | 'method'

/**
 * A row of `x-failures`: beside these, the answer of each style that has one, under the style's
 * name.
 */
export interface FailureSituation {
  reason: string
  when: string
  todo: string
  [style: string]: string | FailureAnswer
}

export interface FailureAnswer {
  status: number
  code: string
  message: string
  problems?: { field: string; message: string }[]
  /** The request of the example, where the answer repeats it. */
  request?: string
}

export function operationsOf({ paths }: Pick<ContractDocument, 'paths'>): Operation[] {
  return Object.values(paths).flatMap((path) => Object.values(path))
}

/**
 * Its media type and what it holds; nothing where there is no body. Our own bodies have one type.
 */
export function bodyOf({ content = {} }: { content?: Content }): [type: string, media: Media] | undefined {
  return Object.entries(content)[0]
}

/**
 * The style of an operation or of a named component, by the namespace that its name begins with.
 */
export function styleOf(
  { 'x-styles': styles }: Pick<ContractDocument, 'x-styles'>,
  name: string,
): StyleFacts | undefined {
  return Object.values(styles).find(({ namespace }) => name.startsWith(`${namespace}.`))
}

/**
 * A part of the body of a failure.
 *
 * @param name of the operation that answered, or of the answer
 * @returns undefined where the body has no such part
 */
export function failurePart<T>(
  document: Pick<ContractDocument, 'x-styles'>,
  name: string,
  part: FailurePart,
  body: unknown,
): T | undefined {
  const pointer = styleOf(document, name)?.failure[part]
  return pointer && typeof body === 'object' && body !== null ? at<T | undefined>(body, pointer) : undefined
}
