import { type Contract, isNote, isPart, type Part } from './references.ts'
import { type Compare, type Spot, tell } from './variance.ts'

/** A schema that is nothing but a choice. Without a keyword it is a choice of one. */
interface Union {
  keyword?: 'oneOf' | 'anyOf'
  branches: readonly unknown[]
}

/**
 * The schema as a choice, when it is nothing else: what stands beside it may only be prose and a
 * default.
 */
export function unionOf(schema: Part): Union | undefined {
  const assertions = Object.keys(schema).filter((key) => !isNote(key))
  const [keyword] = assertions
  if (assertions.length !== 1 || (keyword !== 'oneOf' && keyword !== 'anyOf')) return undefined
  return { keyword, branches: schema[keyword] as unknown[] }
}

/**
 * Compares two choices. Branches that are equal belong together, then those of one name, then those
 * left in their order; whatever has no partner was removed or added.
 */
export function compareUnions(spot: Spot, released: Union, current: Union, compare: Compare): void {
  if (isAnything(current)) tell(spot, 'wider', 'union-removed', 'may be anything, no longer one of certain shapes')
  else if (isAnything(released))
    tell(spot, 'narrower', 'union-added', 'has to be one of certain shapes; it could be anything')
  else compareBranches(spot, released, current, compare)
}

function compareBranches(spot: Spot, released: Union, current: Union, compare: Compare): void {
  const { comparison, place } = spot
  if (released.keyword && current.keyword && released.keyword !== current.keyword) {
    const wider = current.keyword === 'anyOf'
    tell(
      spot,
      wider ? 'wider' : 'narrower',
      'union-kind-changed',
      `has to match ${wider ? 'any number' : 'exactly one'} of its shapes`,
    )
  }
  const left = [...released.branches]
  const right = [...current.branches]
  const pairs = [
    ...pairUp(left, right, (a, b) => shapeOf(comparison.released, a) === shapeOf(comparison.current, b)),
    ...pairUp(left, right, (a, b) => nameOf(a) !== undefined && nameOf(a) === nameOf(b)),
    ...pairUp(left, right, () => true),
  ]
  const several = Math.max(released.branches.length, current.branches.length) > 1
  for (const [before, after] of pairs) compare(several ? `${place}(${label(before)})` : place, before, after)
  for (const branch of left) tell(spot, 'narrower', 'union-branch-removed', `the shape \`${label(branch)}\` is gone`)
  for (const branch of right) tell(spot, 'wider', 'union-branch-added', `the shape \`${label(branch)}\` is new`)
}

function isAnything({ keyword, branches: [only] }: Union): boolean {
  return keyword === undefined && isPart(only) && Object.keys(only).length === 0
}

/** Takes out of both lists what belongs together. */
function pairUp(left: unknown[], right: unknown[], belong: (a: unknown, b: unknown) => boolean): [unknown, unknown][] {
  const pairs: [unknown, unknown][] = []
  for (const a of [...left]) {
    const index = right.findIndex((b) => belong(a, b))
    if (index < 0) continue
    left.splice(left.indexOf(a), 1)
    pairs.push([a, right.splice(index, 1)[0]])
  }
  return pairs
}

/** What a branch allows, its own prose aside. */
function shapeOf(contract: Contract, branch: unknown): string {
  const entries = Object.entries(contract.read(branch)).filter(([key]) => !isNote(key))
  return contract.text(Object.fromEntries(entries))
}

function nameOf(branch: unknown): string | undefined {
  return isPart(branch) && typeof branch.$ref === 'string' ? branch.$ref.split('/').at(-1) : undefined
}

/** A branch for people: its name, or what it is. */
function label(branch: unknown): string {
  const { properties, type } = isPart(branch) ? branch : {}
  return nameOf(branch) ?? (isPart(properties) ? Object.keys(properties).join('+') : String(type ?? 'other'))
}
