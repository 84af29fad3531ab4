import type { ErrorObject } from 'ajv'
import type { PasswordWeakness } from '../domain/errors.ts'
import type { ProblemKind, Words } from './contract.ts'
import { branchIndex, isOfMeantBranch, type RequestInputs, type Schema, schemaAt, valueAt } from './schemas.ts'

/**
 * One breach of the contract, in no language yet. A value is never part of it: it may be a secret.
 */
export interface Problem {
  readonly place: 'body' | 'query' | 'header'
  /** The field or parameter, as the client spells it; `address.city` where it is nested. */
  readonly field: string
  readonly kind: ProblemKind
  /** What the contract asks for: a limit, a type, the allowed values. */
  readonly expected?: string
  /** What a breach of this type is called, where it has a name of its own (`x-failure-reason`). */
  readonly reason?: string
  /** In the type's own words (`x-pattern-message`, `x-missing-message`). */
  readonly words?: Words
}

/** Ids that are malformed name nobody: that is a 404, after all other breaches. */
const malformedId = Symbol('malformed id')

/**
 * Ajv's errors as problems in the order in which they are listed: unknown fields, missing fields,
 * then the contract's order; one for each field.
 *
 * @returns `idMalformed` when an id is no id; it is no problem by itself
 */
export function readProblems(
  errors: readonly ErrorObject[],
  inputs: RequestInputs,
  given: { readonly body: unknown; readonly query: Readonly<Record<string, unknown>> },
): { problems: Problem[]; idMalformed: boolean } {
  const at = inputs.body?.oneOf && branchIndex(inputs.body, given.body)
  if (at === -1) return { problems: [noBranch(inputs.body as Schema, given.body)], idMalformed: false }
  const body = at === undefined ? inputs.body : inputs.body?.oneOf?.[at]
  const read = errors
    .filter((error) => isOfMeantBranch(error, inputs.body, given.body))
    .map((error) => readError(error, { ...inputs, body }, given))
  const problems = read.filter((problem) => problem !== undefined && problem !== malformedId)
  const order = [...Object.keys(inputs.query), ...Object.keys(body?.properties ?? {})]
  const rank = ({ field }: Problem) => order.indexOf(field.split('.', 1)[0] as string)
  problems.sort((a, b) => urgency(a) - urgency(b) || rank(a) - rank(b))
  const first = new Map<string, Problem>()
  for (const problem of problems) {
    const key = `${problem.place} ${problem.field}`
    if (!first.has(key)) first.set(key, problem)
  }
  return { problems: [...first.values()], idMalformed: read.includes(malformedId) }
}

/** A value of several shapes that has the fixed field (`action`) of none, or a wrong one. */
function noBranch({ oneOf = [] }: Schema, value: unknown, steps: readonly string[] = []): Problem {
  const fixed = oneOf.flatMap(({ properties = {} }) =>
    Object.entries(properties).filter(([, { const: value }]) => value !== undefined),
  )
  const [[name, schema] = ['body', {}]] = [
    ...fixed.filter(([each]) => Object.hasOwn((value ?? {}) as object, each)),
    ...fixed,
  ]
  const field = [...steps, name].join('.')
  const values = fixed.filter(([each]) => each === name).map(([, { const: value }]) => value)
  const expected = [...new Set(values)].join(', ')
  return problemOf(schema, { place: 'body', field, kind: 'not_allowed', expected })
}

function readError(
  { instancePath, keyword, params }: ErrorObject,
  inputs: RequestInputs,
  given: { readonly body: unknown; readonly query: Readonly<Record<string, unknown>> },
): Problem | typeof malformedId | undefined {
  const [, part, ...path] = instancePath.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (part === undefined) return { place: 'body', field: 'body', kind: 'missing' }
  if (part === 'path') return malformedId
  const place = part === 'query' || part === 'header' ? part : 'body'
  const root: Schema | undefined = place === 'body' ? inputs.body : { properties: inputs[place] }
  // The validator knows headers in small letters.
  const spell = (name: string) =>
    place === 'header' ? (Object.keys(inputs.header).find((each) => each.toLowerCase() === name) ?? name) : name
  const steps = path.map(spell)
  const nameOf = (name: unknown) => clip([...steps, spell(String(name))].join('.'))
  if (keyword === 'oneOf') {
    const union = schemaAt(root, steps) ?? {}
    // The branches' own errors say more where one was meant.
    const isMeant = steps.length === 0 || branchIndex(union, valueAt(given.body, steps)) !== -1
    return isMeant ? undefined : noBranch(union, valueAt(given.body, steps), steps)
  }
  if (keyword === 'required' || keyword === 'dependentRequired') {
    const field = nameOf(params.missingProperty)
    const words = schemaAt(root, [...steps, String(params.missingProperty)])?.['x-missing-message']
    return { place, field, kind: 'missing', ...(words && { words }) }
  }
  if (keyword === 'additionalProperties') {
    const kind = place === 'query' ? 'unknown_parameter' : 'unknown_field'
    return { place, field: nameOf(params.additionalProperty), kind }
  }
  const field = steps.length === 0 ? 'body' : clip(steps.join('.'))
  if (keyword === 'minProperties') return { place, field, kind: 'empty' }
  if (steps.length === 0) return { place, field, kind: 'not_object' }
  if (place === 'query' && field === 'id' && keyword !== 'type') return malformedId
  if (keyword === 'type') {
    const isRepeated = place === 'query' && Array.isArray(given.query[field])
    return { place, field, kind: isRepeated ? 'repeated' : 'wrong_type', expected: String(params.type) }
  }
  const schema = schemaAt(root, steps) ?? {}
  return problemOf(schema, { place, field, ...breachOf(schema, keyword, params) })
}

/** What is wrong with a value of the right type. */
function breachOf(
  { format, 'x-pattern-message': words }: Schema,
  keyword: string,
  params: ErrorObject['params'],
): Pick<Problem, 'kind' | 'expected' | 'words'> {
  const limit = { expected: String(params.limit) }
  if (keyword === 'enum') return { kind: 'not_allowed', expected: (params.allowedValues as unknown[]).join(', ') }
  if (format === 'email') return { kind: 'bad_email' }
  if (keyword === 'minLength') return params.limit === 1 ? { kind: 'blank' } : { kind: 'too_short', ...limit }
  if (keyword === 'maxLength') return { kind: 'too_long', ...limit }
  if (keyword === 'minimum') return { kind: 'too_small', ...limit }
  if (keyword === 'maximum') return { kind: 'too_large', ...limit }
  return words ? { kind: 'bad_pattern', words } : { kind: 'bad_characters' }
}

function problemOf({ 'x-failure-reason': reason }: Schema, problem: Problem): Problem {
  return { ...problem, ...(reason && { reason }) }
}

/** The problem of a weak password, in the field in which the operation takes a new one. */
export function weakPassword(
  { body }: Pick<RequestInputs, 'body'> = { body: undefined },
  weakness: PasswordWeakness,
): Problem {
  const fields = [body ?? {}, ...(body?.oneOf ?? [])].flatMap(({ properties = {} }) => Object.entries(properties))
  const [field, schema] = fields.find(([, each]) => each['x-failure-reason'] === 'weak_password') ?? ['password', {}]
  const breach = {
    too_short: () => breachOf(schema, 'minLength', { limit: schema.minLength }),
    too_long: () => breachOf(schema, 'maxLength', { limit: schema.maxLength }),
    common: () => ({ kind: 'weak_common' }) as const,
    contains_identity: () => ({ kind: 'weak_identity' }) as const,
    not_unicode: () => breachOf(schema, 'x-well-formed', {}),
  }[weakness]()
  return problemOf(schema, { place: 'body', field, ...breach })
}

/** Types before limits before characters: the first is what the reader has to mend first. */
const urgencies: readonly (readonly ProblemKind[])[] = [
  ['not_object', 'too_deep', 'broken_encoding'],
  ['unknown_field', 'unknown_parameter'],
  ['missing'],
  ['empty'],
]

function urgency({ kind }: Problem): number {
  const at = urgencies.findIndex((kinds) => kinds.includes(kind))
  return at === -1 ? urgencies.length : at
}

/**
 * A name that came from the client, fit for a message: short and without control characters or
 * broken Unicode.
 */
export function clip(name: string): string {
  return (
    name
      .toWellFormed()
      .replace(/[\p{Cc}\p{Cs}]/gu, '\u{fffd}')
      .slice(0, 50)
      .toWellFormed() || '""'
  )
}
