import {
  bodyOf,
  type ContractDocument,
  type Media,
  type Operation,
  type Parameter,
  type Reference,
  type Response,
  styleOf,
} from '../../../contract/document.ts'
import { propertyAt, resolve } from '../../../contract/pointer.ts'
import { camel, typeName, variable } from './text.ts'
import type { Schema } from './types.ts'

/** An operation, with what the document says of it for people. */
export interface Described extends Operation {
  readonly summary?: string
  readonly description?: string
  readonly deprecated?: boolean
  readonly requestBody?: { content: Record<string, Media>; required?: boolean }
  readonly 'x-twin'?: readonly string[]
  readonly 'x-accepts-expired-token'?: true
}

/** An operation as a method of a face. */
export interface Method {
  readonly operation: Described
  /** `GET`. */
  readonly verb: string
  /** As the document has it, with `{name}` for the parameters of the path. */
  readonly path: string
  /** What leads to it: `users`, `list`. */
  readonly names: readonly [group: string, name: string]
  /** What its types are called by: `UsersList`. */
  readonly typeName: string
  /** What is given one by one, in order: the parameters that it cannot do without. */
  readonly positional: readonly Parameter[]
  /** What is given as an object: the parameters of the query that may be left out. */
  readonly query: readonly Parameter[]
  /** Headers of its own. */
  readonly headers: readonly Parameter[]
  readonly body:
    | { readonly schema: Schema; readonly type: string; readonly media: Media; readonly required: boolean }
    | undefined
  readonly answers: readonly Answered[]
  /** The property of the answer that is the data; `*` the whole, `-` none. */
  readonly pick: string
}

/** A success. */
export interface Answered {
  readonly status: number
  /** None where there is no body. */
  readonly media?: Media
  readonly schema?: Schema
}

/** What every call takes as an option. */
const headersOfCalls = ['accept-language', 'x-request-id']

/** The methods of a style, in the order of the document. */
export function methodsOf(document: ContractDocument, style: string): Method[] {
  return Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs)
      .filter(([, operation]) => operation['x-style'] === style)
      .map(([verb, operation]) => methodOf(document, path, verb.toUpperCase(), operation as Described)),
  )
}

function methodOf(document: ContractDocument, path: string, verb: string, operation: Described): Method {
  const { operationId, requestBody } = operation
  const parameters = (operation.parameters ?? []).map((each) => resolve<Parameter>(document, each as Reference))
  const query = parameters.filter((each) => each.in === 'query')
  const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(
    ([, name]) => parameters.find((each) => each.in === 'path' && each.name === name) as Parameter,
  )
  const names = namesOf(document, operationId)
  const [type, media] = bodyOf(requestBody ?? {}) ?? []
  const answers = answersOf(document, operation)
  return {
    operation,
    verb,
    path,
    names,
    typeName: typeName(...names),
    positional: [...inPath, ...query.filter(({ required }) => required)],
    query: query.filter(({ required }) => !required),
    headers: parameters.filter((each) => each.in === 'header' && !headersOfCalls.includes(each.name.toLowerCase())),
    body: media && {
      schema: (media.schema ?? {}) as Schema,
      type: type as string,
      media,
      required: requestBody?.required ?? false,
    },
    answers,
    pick: pickOf(document, operation, answers),
  }
}

/** `users`, `list` of `Rpc.Users.list`. */
export function namesOf(document: ContractDocument, operationId: string): [group: string, name: string] {
  const { namespace = '' } = styleOf(document, operationId) ?? {}
  const [group, name, ...more] = operationId
    .slice(namespace.length + 1)
    .split('.')
    .map(camel)
  if (!group || !name || more.length > 0) throw new Error(`${operationId} is not called Style.Group.name`)
  return [group, name]
}

/** As it is called: `rpc(janus).users.list`. */
export function callOf(document: ContractDocument, operationId: string): string {
  const [style = ''] =
    Object.entries(document['x-styles']).find(([, { namespace }]) => operationId.startsWith(`${namespace}.`)) ?? []
  return [`${variable(style)}(janus)`, ...namesOf(document, operationId)].join('.')
}

function answersOf(document: ContractDocument, { responses }: Described): Answered[] {
  return Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([status, response]) => {
      const [type, media] = bodyOf(resolve<Response>(document, response)) ?? []
      if (!media) return { status: Number(status) }
      // What is no JSON is given as a text.
      const schema = /[/+]json$/.test(type as string) ? ((media.schema ?? {}) as Schema) : { type: 'string' }
      return { status: Number(status), media, schema }
    })
}

/**
 * The property that the answer is about, where it has but one beside what every answer says: a
 * constant, a sentence for people.
 */
function pickOf(document: ContractDocument, operation: Described, answers: readonly Answered[]): string {
  const [answer, ...others] = answers
  if (answer?.schema === undefined) return '-'
  const { properties } = resolve<Schema>(document, answer.schema as Reference)
  if (operation['x-pagination'] || others.length > 0 || !properties) return '*'
  const [name, ...more] = Object.entries(properties)
    .filter(([, schema]) => !isSentence(schema) && resolve<Schema>(document, schema as Reference).const === undefined)
    .map(([name]) => name)
  if (more.length > 0) return '*'
  return name ?? '-'
}

function isSentence({ $ref }: Schema): boolean {
  return $ref === '#/components/schemas/Sentence'
}

/** The schema of the data of an answer. */
export function dataOf(document: ContractDocument, { pick }: Method, schema: Schema): Schema {
  return pick === '*' ? schema : propertyIn(document, schema, `/${pick}`)
}

/** @throws Error where the answer has nothing there */
export function propertyIn(document: ContractDocument, schema: Schema, pointer: string): Schema {
  const names = pointer.split('/').slice(1)
  const last = names.pop() as string
  const holder = propertyAt<Schema>(document, schema as Reference, names.map((name) => `/${name}`).join(''))
  const found = holder && resolve<Schema>(document, holder as Reference).properties?.[last]
  if (!found) throw new Error(`nothing stands at ${pointer} of ${schema.$ref?.split('/').at(-1) ?? 'an answer'}`)
  return found
}

/** What the service needs no token for. */
export function isPublic({ security }: Described): boolean {
  return security?.every((each) => Object.keys(each).length === 0) ?? false
}
