import type { ErrorObject } from 'ajv'
import type { Operation } from 'openapi-backend'
import type { Words } from './contract.ts'
import { commonHeaders } from './operation.ts'

/** As much of a JSON schema as is looked at here; references have been followed. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  /** Of a value that can be null. */
  readonly anyOf?: readonly Schema[]
  readonly const?: unknown
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly type?: string
  readonly 'x-failure-reason'?: string
  readonly 'x-pattern-message'?: Words
  readonly 'x-missing-message'?: Words
}

/** What an operation takes, by place, in the contract's order. */
export interface RequestInputs {
  readonly body: Schema | undefined
  readonly query: Readonly<Record<string, Schema>>
  /** But for those that are read for every operation. */
  readonly header: Readonly<Record<string, Schema>>
  /** Media types of the body; none where it takes none. */
  readonly mediaTypes: readonly string[]
  readonly bodyRequired: boolean
}

/** A body of the prepared document. */
interface Body {
  readonly content: Readonly<Record<string, { readonly schema: Schema }>>
  readonly 'x-media-types'?: readonly string[]
  readonly required?: boolean
}

/** What an operation of the document takes. */
export function inputsOf(operation: Operation): RequestInputs {
  const parameters = (operation.parameters ?? []) as { in: string; name: string; schema: Schema }[]
  const at = (place: string) =>
    Object.fromEntries(parameters.filter((each) => each.in === place).map(({ name, schema }) => [name, schema]))
  const body = operation.requestBody as Body | undefined
  return {
    body: body?.content['application/json']?.schema,
    query: at('query'),
    header: Object.fromEntries(
      Object.entries(at('header')).filter(([name]) => !commonHeaders.includes(name.toLowerCase())),
    ),
    mediaTypes: body?.['x-media-types'] ?? [],
    bodyRequired: body?.required === true,
  }
}

/**
 * The schema of what stands in a value at these steps; of several shapes, the first that has it.
 */
export function schemaAt(schema: Schema | undefined, [step, ...rest]: readonly string[]): Schema | undefined {
  const value = schema?.anyOf?.find(({ type }) => type !== 'null')
  if (value) return schemaAt(value, step === undefined ? [] : [step, ...rest])
  if (schema === undefined || step === undefined) return schema
  const own = schema.properties?.[step] ?? (/^\d+$/.test(step) ? schema.items : undefined)
  if (own) return schemaAt(own, rest)
  for (const branch of schema.oneOf ?? []) {
    const found = schemaAt(branch, [step, ...rest])
    if (found) return found
  }
  return undefined
}

export function valueAt(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], value)
}

/**
 * The one branch of several shapes that the client means: the one whose fixed fields (`action`) the
 * value has, or the one without where it has none; -1 where there is no such branch.
 */
export function branchIndex({ oneOf = [] }: Schema, value: unknown): number {
  const given = (value ?? {}) as Record<string, unknown>
  const fixedIn = ({ properties = {} }: Schema) =>
    Object.entries(properties).filter(([, property]) => property.const !== undefined)
  const names = new Set(oneOf.flatMap((branch) => fixedIn(branch).map(([name]) => name)))
  return oneOf.findIndex((branch) => {
    const fixed = fixedIn(branch)
    if (fixed.length === 0) return ![...names].some((name) => Object.hasOwn(given, name))
    return fixed.every(([name, property]) => property.const === given[name])
  })
}

/**
 * Whether an error is of the shapes that were meant. Ajv lists the breaches of every branch, and
 * all but those of the one that was meant would mislead.
 */
export function isOfMeantBranch({ schemaPath, instancePath }: ErrorObject, body: Schema | undefined, value: unknown) {
  const [, , part, ...path] = schemaPath.split('/')
  if (part !== 'requestBody') return true
  const indices = instancePath.split('/').filter((step) => /^\d+$/.test(step))
  let schema = body
  let inner = value as Record<string, unknown> | undefined
  for (let at = 0; at < path.length && schema; at++) {
    if (path[at] === 'oneOf' && path[at + 1] !== undefined) {
      const index = Number(path[++at])
      if (branchIndex(schema, inner) !== index) return false
      schema = schema.oneOf?.[index]
    } else if (path[at] === 'properties') {
      const name = path[++at] as string
      schema = schema.properties?.[name]
      inner = inner?.[name] as typeof inner
    } else if (path[at] === 'items') {
      schema = schema.items
      inner = inner?.[indices.shift() ?? ''] as typeof inner
    } else return true
  }
  return true
}
