/** The OpenAPI document, as far as it is changed after the compiler. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Node = { [key: string]: Json }
export interface Response {
  description: string
  headers: Node
  content: { 'application/json': { schema: { $ref: string }; examples?: Record<string, Json> } }
}
export interface Document {
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Node>
    parameters: Record<string, Node>
    headers?: Record<string, Json>
    responses?: Record<string, Response>
  } & Node
  servers: Node[]
  'x-failures': FailureSituation[]
  'x-styles': Record<string, StyleFacts>
}
/** What the document says of a style. */
export interface StyleFacts {
  title: string
  /** Of its operations and schemas: `Rpc` of `Rpc.Users.create`. */
  namespace: string
  language: string
  mediaType: string
  ids: string
  paths: string[]
}
export interface Reference {
  $ref: string
}

export interface Operation {
  operationId: string
  security?: Node[]
  parameters?: Node[]
  requestBody?: Node
  responses: Record<string, Response | Reference>
  'x-style': string
  'x-failure-reasons': string[]
  'x-error-codes'?: string[]
}

/** A row of `x-failures`: beside these, the answer of each style that has one, under the style's name. */
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
  problems?: Json
  request?: string
}

export function operationsOf({ paths }: Pick<Document, 'paths'>): Operation[] {
  return Object.values(paths).flatMap((path) => Object.values(path))
}
