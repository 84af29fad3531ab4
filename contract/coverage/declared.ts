import {
  type Content,
  type ContractDocument,
  type Operation,
  type Parameter,
  type Response,
  type Schema,
  styleOf,
} from '../document.ts'
import { propertyAt, resolve } from '../pointer.ts'
import { examplePointers } from './examples.ts'

/**
 * One thing that a test has seen, or that the document says can be seen; as text it is its own
 * name.
 */
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
  /**
   * Unique among those of its place: a field that means another thing in each shape of the body is
   * `PasswordReset.action`.
   */
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
  /** What a caller is told whose role may not. */
  readonly roleCode?: string
  readonly inputs: readonly Input[]
}

export interface DeclaredContract {
  readonly version: string
  readonly operations: readonly Declared[]
  /** The answers that belong to no operation: no such path, no such method. */
  readonly elsewhere: readonly Declared[]
  readonly examples: readonly string[]
}

/**
 * Everything that the document says can be seen of the service, in an order that does not hang on
 * the document's.
 */
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
  const limited = document['x-failures'].find(({ reason }) => reason === 'role_required')
  const roleAnswer = limited?.[operation['x-style']]
  return {
    id: operation.operationId,
    answers: Object.entries(operation.responses)
      .flatMap(([status, response]) => typesOf(resolve<Response>(document, response)).map((type) => ({ status, type })))
      .sort(by(({ status, type }) => `${status} ${type}`)),
    codes: [...operation['x-error-codes']].sort(),
    roles: [
      { role: 'nobody', allowed: allowed === undefined },
      ...rolesOf(document).map((role) => ({ role, allowed: allowed?.includes(role) ?? true })),
    ],
    ...(typeof roleAnswer === 'object' && { roleCode: roleAnswer.code }),
    inputs: readInputs(document, path, operation).sort(by((input) => `${places.indexOf(input.in)} ${input.name}`)),
  }
}

const places: readonly Place[] = ['path', 'query', 'header', 'body']

function readInputs(document: ContractDocument, path: string, operation: Operation): Input[] {
  const { parameters = [], requestBody } = operation
  const header = (name: string): Input => ({ in: 'header', name, field: name, schema: {} })
  return [
    ...parameters
      .map((each) => resolve<Parameter>(document, each))
      .map(({ name, schema = {}, in: place }) => ({
        in: place as Place,
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
  const inputs = Object.values(content).flatMap(({ schema = {} }) => {
    const shapes = resolve<Schema>(document, schema).oneOf ?? [schema]
    return shapes.flatMap((shape) => {
      const shapeName = '$ref' in shape ? (shape.$ref.split(/[/.]/).at(-1) as string) : 'body'
      return Object.entries(resolve<Schema>(document, shape).properties ?? {}).map(([field, property]) => ({
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
  const { schema = {} } = response.content?.[type] ?? {}
  const { status, code } = styleOf(document, id)?.failure ?? {}
  const values = (pointer: string | undefined) => {
    const found = pointer === undefined ? undefined : propertyAt<Schema>(document, schema, pointer)
    return (found?.enum ?? (found?.const === undefined ? [] : [found.const])).map(String)
  }
  return { id, answers: values(status).map((status) => ({ status, type })), codes: values(code), roles: [], inputs: [] }
}

function rolesOf({ components }: ContractDocument): readonly string[] {
  return components.schemas.Role?.enum ?? []
}

function typesOf({ content = {} }: Response): string[] {
  const types = Object.keys(content)
  return types.length > 0 ? types : ['']
}

function by<T>(key: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b)))
}
