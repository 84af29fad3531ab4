import { describe, expect, it } from 'vitest'
import { compareContracts } from '../../contract/diff/contracts.ts'
import { openContract, prose } from '../../contract/diff/references.ts'
import { contract as whole } from '../support/contract-check.ts'

type Steps = string[]

const contract = withoutExamples(whole)
const { reached } = openContract(contract)
const lists = ['oneOf', 'anyOf', 'allOf']
const single = ['items', 'additionalProperties', 'not']
const reachedBy = new Map<string, ReadonlySet<string>>()

describe('every keyword of every schema of the contract', () => {
  const found = [...schemas([], contract)].flatMap((steps) =>
    Object.keys(at(contract, steps))
      // Prose can be replaced beside every reference to it, and nobody reads it then.
      .filter((key) => !prose.has(key))
      .map((key) => [...steps, key]),
  )

  it('is many', () => {
    expect(found.length).toBeGreaterThan(900)
  })

  it('is noticed when it is taken away', () => {
    expect(found.filter((steps) => isSilent(steps, (holder, key) => delete holder[key]))).toEqual([])
  })

  it('is noticed when it says something else', () => {
    const another = (holder: any, key: string) => {
      holder[key] = other(holder[key])
    }
    // Another reference would lead nowhere: that is refused.
    const others = found.filter((steps) => steps.at(-1) !== '$ref')
    expect(others.filter((steps) => isSilent(steps, another))).toEqual([])
  })

  it('makes a break when it is one that nobody knows', () => {
    const unknown = (holder: any) => {
      holder.weight = 1
    }
    const places = [...schemas([], contract)].map((steps) => [...steps, 'weight'])
    expect(places.filter((steps) => !differences(steps, unknown).some(({ breaking }) => breaking))).toEqual([])
  })
})

function isSilent(steps: Steps, mutate: (holder: any, key: string) => void): boolean {
  return differences(steps, mutate).length === 0
}

function differences(steps: Steps, mutate: (holder: any, key: string) => void) {
  const before = excerpt(steps)
  const after = structuredClone(before)
  mutate(at(after, steps.slice(0, -1)), steps.at(-1) as string)
  return compareContracts(before, after)
}

/**
 * The contract with only the first operation that the place matters to, so that a thousand
 * comparisons take seconds.
 */
function excerpt([root, kind, name]: Steps): any {
  const operations = Object.entries<any>(contract.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ path, method })),
  )
  const uses = ({ path, method }: { path: string; method: string }) =>
    root === 'paths' ? path === kind && method === name : cached(path, method).has(`#/components/${kind}/${name}`)
  const one = operations.find(uses)
  const pointers = one ? cached(one.path, one.method) : reached(contract.components.responses)
  const components = Object.entries<any>(contract.components).map(([kind, all]) => [
    kind,
    Object.fromEntries(
      Object.entries<any>(all).filter(
        ([name]) => (!one && kind === 'responses') || pointers.has(`#/components/${kind}/${name}`),
      ),
    ),
  ])
  return {
    info: { version: '1.0.0' },
    paths: one ? { [one.path]: { [one.method]: contract.paths[one.path][one.method] } } : {},
    components: Object.fromEntries(components),
  }
}

function cached(path: string, method: string): ReadonlySet<string> {
  const key = `${method} ${path}`
  const pointers = reachedBy.get(key) ?? reached(contract.paths[path][method])
  reachedBy.set(key, pointers)
  return pointers
}

/** Where the schemas of a document are. */
function* schemas(steps: Steps, node: any): Generator<Steps> {
  if (node === null || typeof node !== 'object') return
  for (const [key, inner] of Object.entries<any>(node)) {
    const here = [...steps, key]
    if (key === 'schema') yield* within(here, inner)
    else if (key === 'schemas') for (const name of Object.keys(inner)) yield* within([...here, name], inner[name])
    else yield* schemas(here, inner)
  }
}

function* within(steps: Steps, schema: any): Generator<Steps> {
  yield steps
  for (const key of single) if (typeof schema[key] === 'object') yield* within([...steps, key], schema[key])
  for (const key of [...lists, 'properties'])
    for (const [name, inner] of Object.entries(schema[key] ?? {})) yield* within([...steps, key, name], inner)
}

function at(node: any, steps: Steps): any {
  return steps.reduce((found, step) => found[step], node)
}

function other(value: any): any {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'string') return `${value}x`
  if (typeof value === 'boolean') return !value
  if (Array.isArray(value)) return value.slice(1)
  const [first, ...rest] = Object.entries(value)
  return first ? Object.fromEntries(rest) : { another: true }
}

function withoutExamples({ 'x-failures': _, ...document }: any): any {
  return JSON.parse(JSON.stringify(document, (key, value) => (/^examples?$/.test(key) ? undefined : value)))
}
