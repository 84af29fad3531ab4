import type { Endpoint, Style } from './model.ts'
import { choicesOf, type Document, follow, json, nameOf, type Schema } from './openapi.ts'

/** A field of a request or an answer, where it stands and what it may be. */
export interface Field {
  /** `user.id`, `users[].id`, `data.pagination.limit`. */
  readonly path: string
  readonly place: string
  readonly schema: Schema
  readonly required: boolean
  readonly endpoint: Endpoint
}

/** What a caller sends: parameters and body. Headers are the same in every style, and left out. */
export function requestFields(contract: Document, endpoint: Endpoint): readonly Field[] {
  const parameters = endpoint.parameters
    .filter((each) => each.in !== 'header')
    .map(({ name, in: place, required = false, schema = {}, description }): Field => {
      const own = { ...follow(contract, schema), ...(description && { description }) }
      return { path: name, place, schema: own, required, endpoint }
    })
  const { requestBody } = endpoint.operation
  const body = requestBody && json(follow(contract, requestBody))
  return [...parameters, ...(body?.schema ? flatten(contract, body.schema, endpoint) : [])]
}

/** What comes back when all is well. */
export function answerFields(contract: Document, endpoint: Endpoint): readonly Field[] {
  const good = Object.entries(endpoint.operation.responses ?? {}).filter(([status]) => Number(status) < 300)
  return good.flatMap(([, response]) => {
    const schema = json(follow(contract, response))?.schema
    return schema ? flatten(contract, schema, endpoint) : []
  })
}

/**
 * Every property by its path; those of a `oneOf` together, each once. A schema within itself is not
 * entered again.
 */
function flatten(
  contract: Document,
  given: Schema,
  endpoint: Endpoint,
  prefix = '',
  sure = true,
  within: readonly string[] = [],
): readonly Field[] {
  const name = nameOf(given)
  if (name !== undefined && within.includes(name)) return []
  const inside = name === undefined ? within : [...within, name]
  const enter = (schema: Schema, at: string, isSure = sure) => flatten(contract, schema, endpoint, at, isSure, inside)
  const schema = follow(contract, given)
  const shapes = schema.oneOf ?? schema.anyOf
  if (shapes) {
    const byPath = Map.groupBy(
      shapes.flatMap((shape) => enter(shape, prefix, false)),
      ({ path }) => path,
    )
    return [...byPath.values()].map(merge)
  }
  if (schema.type === 'array' && schema.items) return enter(schema.items, `${prefix.slice(0, -1)}[].`)
  return Object.entries(schema.properties ?? {}).flatMap(([name, each]) => {
    const path = `${prefix}${name}`
    const inner = enter(each, `${path}.`)
    const required = sure && (schema.required?.includes(name) ?? false)
    // What only holds others together is not a field that anybody compares.
    return inner.length > 0 ? inner : [{ path, place: 'body', schema: follow(contract, each), required, endpoint }]
  })
}

/** A field that several shapes have: it may be what it may be in any of them. */
function merge(fields: readonly Field[]): Field {
  const [first, ...others] = fields as [Field, ...Field[]]
  const values = [first, ...others].flatMap(({ schema }) => choicesOf(schema) ?? [])
  return values.length === 0 ? first : { ...first, schema: { ...first.schema, enum: [...new Set(values)] } }
}

/** The fields that mean the same, one of each style at most. */
export type FieldRow = ReadonlyMap<Style, Field>

/**
 * Pairs the fields that mean the same: by `x-twin-fields` of either, else by the ends of their
 * paths, the longest first. Styles wrap their answers in different ways and write `snake_case` or
 * `camelCase`.
 *
 * @param fields of each style
 */
export function pairFields(fields: ReadonlyMap<Style, readonly Field[]>): readonly FieldRow[] {
  const rows: Map<Style, Field>[] = []
  for (const [style, own] of fields) {
    const pairs = rows.flatMap((row) =>
      own.map((field) => ({
        row,
        field,
        alike: Math.max(...[...row.values()].map((other) => likeness(field, other))),
      })),
    )
    const left = new Set(own)
    for (const { row, field } of pairs.filter(({ alike }) => alike > 0).sort((a, b) => b.alike - a.alike)) {
      if (row.has(style) || !left.delete(field)) continue
      row.set(style, field)
    }
    for (const field of left) rows.push(new Map([[style, field]]))
  }
  return rows
}

/**
 * How many names their paths have in common, from the end; more than any path has where the
 * document says it.
 */
function likeness(one: Field, other: Field): number {
  if (isTwin(one, other) || isTwin(other, one)) return Number.POSITIVE_INFINITY
  const [a, b] = [one, other].map(({ path }) => path.split('.').map(plain).reverse()) as [string[], string[]]
  const differ = a.findIndex((name, i) => name !== b[i])
  return differ < 0 ? a.length : differ
}

/** Whether `x-twin-fields` of the one says that it is the other. */
function isTwin({ path, endpoint }: Field, other: Field): boolean {
  const named = Object.entries(endpoint.operation['x-twin-fields'] ?? {})
  return named.some(([name, twin]) => endsWith(path, name) && endsWith(other.path, twin))
}

function endsWith(path: string, name: string): boolean {
  return path === name || path.endsWith(`.${name}`)
}

function plain(name: string): string {
  return name.replace(/_|\[\]$/g, '').toLowerCase()
}
