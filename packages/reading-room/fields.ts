import type { Face } from './capabilities.ts'
import { type Contract, choicesOf, follow, json, type Response, type Schema } from './contract.ts'

/** A field of a request or an answer, where it stands and what it may be. */
export interface Field {
  /** `user.id`, `users[].id`, `data.pagination.limit`. */
  readonly path: string
  readonly place: 'query' | 'path' | 'body'
  readonly schema: Schema
  readonly required: boolean
  readonly face: Face
}

/** What a caller sends: parameters and body. Headers are the same in both styles, and left out. */
export function requestFields(contract: Contract, face: Face): readonly Field[] {
  const parameters = face.parameters.flatMap(
    ({ name: path, in: place, required = false, schema, description }): Field[] =>
      place === 'header'
        ? []
        : [
            {
              path,
              place,
              schema: { ...follow(contract, schema), ...(description && { description }) },
              required,
              face,
            },
          ],
  )
  const body = json(face.operation.requestBody)
  return [...parameters, ...(body ? flatten(contract, body.schema, face) : [])]
}

/** What comes back when all is well. */
export function answerFields(contract: Contract, face: Face): readonly Field[] {
  const good = Object.entries(face.operation.responses).filter(([status]) => Number(status) < 300)
  return good.flatMap(([, response]) => {
    const media = json(follow<Response>(contract, response))
    return media ? flatten(contract, media.schema, face) : []
  })
}

/** Every property by its path; those of a `oneOf` together, each once. */
function flatten(contract: Contract, given: Schema, face: Face, prefix = '', sure = true): readonly Field[] {
  const schema = follow(contract, given)
  const shapes = schema.oneOf ?? schema.anyOf
  if (shapes) {
    const byPath = Map.groupBy(
      shapes.flatMap((shape) => flatten(contract, shape, face, prefix, false)),
      ({ path }) => path,
    )
    return [...byPath.values()].map(merge)
  }
  if (schema.type === 'array' && schema.items)
    return flatten(contract, schema.items, face, `${prefix.slice(0, -1)}[].`, sure)
  return Object.entries(schema.properties ?? {}).flatMap(([name, each]) => {
    const path = `${prefix}${name}`
    const own = follow(contract, each)
    const inner = flatten(contract, each, face, `${path}.`, sure)
    const required = sure && (schema.required?.includes(name) ?? false)
    // What only holds others together is not a field that anybody compares.
    return inner.length > 0 ? inner : [{ path, place: 'body' as const, schema: own, required, face }]
  })
}

/** A field that several shapes have: it may be what it may be in any of them. */
function merge(fields: readonly Field[]): Field {
  const [first, ...others] = fields as [Field, ...Field[]]
  const values = [first, ...others].flatMap(({ schema }) => choicesOf(schema) ?? [])
  return values.length === 0 ? first : { ...first, schema: { ...first.schema, enum: [...new Set(values)] } }
}

/** A field of one style beside that of the other; one of them may be missing. */
export interface FieldPair {
  readonly rpc: Field | undefined
  readonly rest: Field | undefined
}

/** Fields that mean the same: by `x-twin-fields`, else by their names without envelopes and case. */
export function pairFields(
  rpc: readonly Field[],
  rest: readonly Field[],
  renamed: Readonly<Record<string, string>>,
): readonly FieldPair[] {
  const left = new Set(rest)
  const take = (match: (field: Field) => boolean) => {
    const found = [...left].find(match)
    if (found) left.delete(found)
    return found
  }
  const pairs = rpc.map((field): FieldPair => {
    const target = renamed[field.path] ?? renamed[bare(field.path)]
    const named = target && take(({ path }) => path === target || bare(path) === target)
    return { rpc: field, rest: named || take(({ path }) => bare(path) === camelCase(bare(field.path))) }
  })
  return [...pairs, ...[...left].map((field) => ({ rpc: undefined, rest: field }))]
}

/** Without what an answer is wrapped in. */
function bare(path: string): string {
  return path.replace(/^(?:data(?:\[\])?\.|users?(?:\[\])?\.)+/, '')
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
