import { resolve } from '../pointer.ts'
import { examplePointers } from './examples.ts'

/** One thing that a test has seen, or that the document says can be seen; as text it is its own name. */
export type Observation =
  | readonly ['answer', id: string, status: string, type: string]
  | readonly ['code', id: string, code: string]
  | readonly ['role', id: string, role: string, verdict: 'allowed' | 'refused']
  | readonly ['input', id: string, place: Place, name: string, value: 'good' | 'bad']
  | readonly ['example', pointer: string]

export type Place = 'path' | 'query' | 'header' | 'body'

/** Something that a caller sends. */
export interface Input {
  readonly in: Place
  /** Unique among those of its place: a field that means another thing in each shape of the body is `PasswordReset.action`. */
  readonly name: string
  /** As it goes over the wire. */
  readonly field: string
  /** Of those in the path: which of its segments it is. */
  readonly segment?: number
  readonly schema: object
}

/** What the document says of one operation, or of the answers where there is none. */
export interface Declared {
  readonly id: string
  readonly answers: readonly { readonly status: string; readonly type: string }[]
  readonly codes: readonly string[]
  /** With `nobody`; a public operation is for all of them. */
  readonly roles: readonly { readonly role: string; readonly allowed: boolean }[]
  readonly inputs: readonly Input[]
}

export interface DeclaredContract {
  readonly version: string
  readonly operations: readonly Declared[]
  /** The answers that belong to no operation: no such path, no such method. */
  readonly elsewhere: readonly Declared[]
  readonly examples: readonly string[]
}

interface Reference {
  readonly $ref: string
}
interface Schema {
  readonly properties?: Readonly<Record<string, Schema | Reference>>
  readonly oneOf?: readonly (Schema | Reference)[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
}
type Content = Readonly<Record<string, { readonly schema: Schema | Reference }>>
interface Response {
  readonly content?: Content
}
interface Parameter {
  readonly in: Place
  readonly name: string
  readonly schema: Schema
}
interface Operation {
  readonly operationId: string
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, Response | Reference>>
  readonly 'x-roles'?: readonly string[]
  readonly 'x-error-codes': readonly string[]
}

/** As much of an OpenAPI document as is looked at here. */
export interface ContractDocument {
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>> & { readonly Role: { readonly enum: readonly string[] } }
    readonly responses: Readonly<Record<string, Response>>
  }
}

/** Everything that the document says can be seen of the service, in an order that does not hang on the document's. */
export function declaredBy(document: ContractDocument): DeclaredContract {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.values(item).map((operation) => ({ path, operation })),
  )
  const used = new Set(
    operations.flatMap(({ operation: { responses } }) =>
      Object.values(responses).map((each) => '$ref' in each && each.$ref),
    ),
  )
  const unused = Object.entries(document.components.responses).filter(
    ([name]) => !used.has(`#/components/responses/${name}`),
  )
  return {
    version: document.info.version,
    operations: operations
      .map(({ path, operation }) => readOperation(document, path, operation))
      .sort(by(({ id }) => id)),
    elsewhere: unused.map(([id, response]) => readElsewhere(document, id, response)).sort(by(({ id }) => id)),
    examples: examplePointers(document).sort(),
  }
}

function readOperation(document: ContractDocument, path: string, operation: Operation): Declared {
  const allowed = operation['x-roles']
  return {
    id: operation.operationId,
    answers: Object.entries(operation.responses)
      .flatMap(([status, response]) => typesOf(resolve(document, response)).map((type) => ({ status, type })))
      .sort(by(({ status, type }) => `${status} ${type}`)),
    codes: [...operation['x-error-codes']].sort(),
    roles: [
      { role: 'nobody', allowed: allowed === undefined },
      ...document.components.schemas.Role.enum.map((role) => ({ role, allowed: allowed?.includes(role) ?? true })),
    ],
    inputs: readInputs(document, path, operation).sort(by((input) => `${places.indexOf(input.in)} ${input.name}`)),
  }
}

const places: readonly Place[] = ['path', 'query', 'header', 'body']

function readInputs(document: ContractDocument, path: string, operation: Operation): Input[] {
  const { parameters = [], requestBody } = operation
  const header = (name: string): Input => ({ in: 'header', name, field: name, schema: {} })
  return [
    ...parameters
      .map((each) => resolve(document, each))
      .map(({ name, schema, in: place }) => ({
        in: place,
        name,
        field: name,
        ...(place === 'path' && { segment: path.split('/').indexOf(`{${name}}`) }),
        schema,
      })),
    ...(operation['x-roles'] ? [header('Authorization')] : []),
    ...(requestBody ? [header('Content-Type'), ...readBody(document, requestBody.content)] : []),
  ]
}

function readBody(document: ContractDocument, content: Content): Input[] {
  const inputs = Object.values(content).flatMap(({ schema }) => {
    const shapes = resolve(document, schema).oneOf ?? [schema]
    return shapes.flatMap((shape) => {
      const shapeName = '$ref' in shape ? (shape.$ref.split(/[/.]/).at(-1) as string) : 'body'
      return Object.entries(resolve(document, shape).properties ?? {}).map(([field, property]) => ({
        field,
        shapeName,
        schema: property,
        text: JSON.stringify(property),
      }))
    })
  })
  const named = inputs.map(({ field, shapeName, schema, text }) => {
    const differs = inputs.some((other) => other.field === field && other.text !== text)
    return { in: 'body' as const, name: differs ? `${shapeName}.${field}` : field, field, schema }
  })
  return [...new Map(named.map((input) => [input.name, input])).values()]
}

/** A failure's own schema says which status and which code it has. */
function readElsewhere(document: ContractDocument, id: string, response: Response): Declared {
  const [type = ''] = typesOf(response)
  const properties = (node: Schema | Reference | undefined) => (node && resolve(document, node).properties) ?? {}
  const constants = (node: Schema | Reference | undefined) => {
    const { const: constant, enum: values = constant === undefined ? [] : [constant] } = node
      ? resolve(document, node)
      : {}
    return values.map(String)
  }
  const { code, error_code, statusCode, details } = properties(response.content?.[type]?.schema)
  return {
    id,
    answers: constants(statusCode ?? code).map((status) => ({ status, type })),
    codes: constants(error_code ?? properties(details).code),
    roles: [],
    inputs: [],
  }
}

function typesOf({ content = {} }: Response): string[] {
  const types = Object.keys(content)
  return types.length > 0 ? types : ['']
}

function by<T>(key: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b)))
}
