import type { ErrorObject } from 'ajv'
import type { Operation } from 'openapi-backend'

/** One breach of the contract, in no language yet. A value is never part of it: it may be a secret. */
export interface Problem {
  readonly place: 'body' | 'query'
  /** The field or parameter, as the client spells it. */
  readonly field: string
  readonly kind: ProblemKind
  /** What the contract asks for: a limit, a type, the allowed values. */
  readonly expected?: string
}

export type ProblemKind =
  | 'unknown'
  | 'missing'
  | 'empty'
  | 'not_object'
  | 'too_deep'
  | 'wrong_type'
  | 'repeated'
  | 'broken_encoding'
  | 'not_allowed'
  | 'too_short'
  | 'too_long'
  | 'too_small'
  | 'too_large'
  | 'bad_email'
  | 'invisible'
  | 'bad_characters'
  | 'unknown_action'
  | 'mismatch'
  | 'excluded'
  | 'weak_too_short'
  | 'weak_too_long'
  | 'weak_common'
  | 'weak_identity'
  | 'weak_not_unicode'

/** As much of a JSON schema as is looked at here. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly oneOf?: readonly Schema[]
  readonly const?: unknown
  readonly format?: string
  readonly minLength?: number
  readonly type?: string
}

/** What an operation takes, by place, in the contract's order. */
export interface Inputs {
  readonly body: Schema | undefined
  readonly query: Readonly<Record<string, Schema>>
}

/** What an operation of the document takes. */
export function inputsOf(operation: Operation): Inputs {
  const parameters = (operation.parameters ?? []) as { in: string; name: string; schema: Schema }[]
  const body = operation.requestBody as { content: Record<string, { schema: Schema }> } | undefined
  return {
    body: body?.content['application/json']?.schema,
    query: Object.fromEntries(
      parameters.filter((each) => each.in === 'query').map(({ name, schema }) => [name, schema]),
    ),
  }
}

/** The field in which the operation takes a password that is to be set. */
export function newPasswordField({ body }: Inputs): string | undefined {
  const shapes = body?.oneOf ?? (body ? [body] : [])
  const fields = shapes.flatMap(({ properties = {} }) => Object.entries(properties))
  return fields.find(([, schema]) => isNewPassword(schema))?.[0]
}

/** A password that is only tried is of any length. */
function isNewPassword({ format, minLength = 0 }: Schema): boolean {
  return format === 'password' && minLength > 1
}

/** Ids that are malformed name nobody: that is a 404, after all other breaches. */
const malformedId = Symbol('malformed id')

/**
 * Ajv's errors -> problems in the order in which they are told: unknown fields, missing fields, then the contract's order;
 * one for each field.
 *
 * @returns `idMalformed` when an id is no id; it is no problem by itself
 */
export function readProblems(
  errors: readonly ErrorObject[],
  inputs: Inputs,
  given: { readonly body: unknown; readonly query: Readonly<Record<string, unknown>> },
): { problems: Problem[]; idMalformed: boolean } {
  const branch = chooseBranch(inputs.body, given.body)
  const relevant = errors.filter(({ schemaPath }) => {
    const at = /\/oneOf\/(\d+)\//.exec(schemaPath)
    return !at || Number(at[1]) === branch?.index
  })
  if (inputs.body?.oneOf && !branch)
    return { problems: [{ place: 'body', field: 'action', kind: 'unknown_action' }], idMalformed: false }
  const read = relevant.map((error) => readError(error, inputs, branch?.schema, given.query))
  const problems = read.filter((problem) => problem !== undefined && problem !== malformedId)
  const order = [...Object.keys(inputs.query), ...Object.keys(branch?.schema.properties ?? {})]
  problems.sort((a, b) => urgency(a) - urgency(b) || order.indexOf(a.field) - order.indexOf(b.field))
  const first = new Map<string, Problem>()
  for (const problem of problems) {
    const key = `${problem.place} ${problem.field}`
    if (!first.has(key)) first.set(key, problem)
  }
  return { problems: [...first.values()], idMalformed: read.includes(malformedId) }
}

/**
 * The one branch of a body of several shapes that the client means: the one whose fixed fields (`action`) it has. Ajv lists the breaches of
 * every branch, and all but this one's would mislead.
 */
function chooseBranch(schema: Schema | undefined, body: unknown): { schema: Schema; index: number } | undefined {
  if (!schema?.oneOf) return schema && { schema, index: -1 }
  const given = (body ?? {}) as Record<string, unknown>
  const index = schema.oneOf.findIndex(({ properties = {} }) => {
    const fixed = Object.entries(properties).filter(([, property]) => property.const !== undefined)
    if (fixed.length === 0) return !Object.hasOwn(given, 'action')
    return fixed.every(([field, property]) => property.const === given[field])
  })
  const chosen = schema.oneOf[index]
  return chosen && { schema: chosen, index }
}

function readError(
  error: ErrorObject,
  inputs: Inputs,
  body: Schema | undefined,
  query: Readonly<Record<string, unknown>>,
): Problem | typeof malformedId | undefined {
  const [, part, ...rest] = error.instancePath
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const { keyword, params } = error
  // The branches' own errors say more than these.
  if (keyword === 'oneOf' || keyword === 'anyOf') return undefined
  if (part === undefined) return { place: 'body', field: 'body', kind: 'missing' }
  if (part === 'path') return malformedId
  const place = part === 'query' ? 'query' : 'body'
  if (rest.length === 0) {
    if (keyword === 'required') return { place, field: String(params.missingProperty), kind: 'missing' }
    if (keyword === 'dependentRequired') return { place, field: String(params.missingProperty), kind: 'missing' }
    if (keyword === 'additionalProperties')
      return { place, field: clip(String(params.additionalProperty)), kind: 'unknown' }
    if (keyword === 'minProperties') return { place, field: 'body', kind: 'empty' }
    return { place, field: 'body', kind: 'not_object' }
  }
  const field = clip(rest.join('.'))
  const schema = place === 'query' ? inputs.query[field] : body?.properties?.[field]
  if (place === 'query' && field === 'id' && keyword !== 'type') return malformedId
  const problem = (kind: ProblemKind, expected?: unknown): Problem => ({
    place,
    field,
    kind,
    ...(expected !== undefined && { expected: String(expected) }),
  })
  if (keyword === 'type')
    return problem(place === 'query' && Array.isArray(query[field]) ? 'repeated' : 'wrong_type', params.type)
  if (keyword === 'enum') return problem('not_allowed', (params.allowedValues as unknown[]).join(', '))
  if (schema?.format === 'email') return problem('bad_email')
  const secret = schema !== undefined && isNewPassword(schema)
  if (keyword === 'minLength') return problem(secret ? 'weak_too_short' : 'too_short', params.limit)
  if (keyword === 'maxLength') return problem(secret ? 'weak_too_long' : 'too_long', params.limit)
  if (keyword === 'minimum') return problem('too_small', params.limit)
  if (keyword === 'maximum') return problem('too_large', params.limit)
  return problem(secret ? 'weak_not_unicode' : 'bad_characters')
}

/** Types before limits before characters: the first is what the reader has to mend first. */
const urgencies: readonly (readonly ProblemKind[])[] = [
  ['not_object', 'too_deep', 'broken_encoding'],
  ['unknown'],
  ['missing'],
  ['empty'],
]

function urgency({ kind }: Problem): number {
  const at = urgencies.findIndex((kinds) => kinds.includes(kind))
  return at === -1 ? urgencies.length : at
}

/** A name that came from the client, fit for a message: short and without control characters or broken Unicode. */
export function clip(name: string): string {
  return (
    name
      .toWellFormed()
      .replace(/[\p{Cc}\p{Cs}]/gu, '\u{fffd}')
      .slice(0, 50)
      .toWellFormed() || '""'
  )
}
