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
}
export interface Reference {
  $ref: string
}

export interface Operation {
  operationId: string
  requestBody?: Node
  responses: Record<string, Response | Reference>
  'x-failure-reasons': string[]
  'x-error-codes'?: string[]
}

/** A row of the table of failures (failures.tsp). */
export interface FailureSituation {
  reason: string
  when: string
  rpc?: FailureAnswer
  rest?: FailureAnswer
}

export interface FailureAnswer {
  status: number
  code: string
  message: string
  problems?: Json
  request?: string
}
