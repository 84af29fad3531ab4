import { type Comparison, compareRest, quoted, sortOutLists } from './comparison.ts'
import { compareDependencies, compareOpenness, compareProperties } from './objects.ts'
import { isNote, type Part } from './references.ts'
import { compareUnions, unionOf } from './unions.ts'
import { type Change, type Compare, type Direction, tell } from './variance.ts'

/**
 * Compares what a schema allows. `place` is where it stands, for people; `under` are the pairs of
 * schemas that it stands in.
 */
export function compareSchemas(
  comparison: Comparison,
  direction: Direction,
  place: string,
  released: unknown,
  current: unknown,
  under: readonly (readonly [Part, Part])[] = [],
): void {
  const before = comparison.released.read(released)
  const after = comparison.current.read(current)
  // A schema that contains itself: what is being compared further out need not be compared again
  // further in.
  if (under.some(([outer, same]) => outer === before && same === after)) return
  const within = [...under, [before, after] as const]
  const inner = (at: string, left: unknown, right: unknown) =>
    compareSchemas(comparison, direction, at, left, right, within)

  const spot = { comparison, direction, place }
  const [unionBefore, unionAfter] = [unionOf(before), unionOf(after)]
  if (unionBefore || unionAfter) {
    compareUnions(spot, unionBefore ?? { branches: [bare(before)] }, unionAfter ?? { branches: [bare(after)] }, inner)
    compareKeywords({ ...spot, released: notes(before), current: notes(after) }, inner)
  } else compareKeywords({ ...spot, released: before, current: after }, inner)
}

function compareKeywords(spot: Change, inner: Compare): void {
  compareTypes(spot)
  compareValues(spot)
  for (const keyword of upper) compareBound(spot, keyword, Number.POSITIVE_INFINITY)
  for (const keyword of lower) compareBound(spot, keyword, Number.NEGATIVE_INFINITY)
  for (const keyword of counts) compareBound(spot, keyword, 0)
  for (const keyword of assertions) compareAssertion(spot, keyword)
  compareProperties(spot, inner)
  compareOpenness(spot, inner)
  compareDependencies(spot)
  compareItems(spot, inner)
  compareDefaults(spot)
  compareRest(spot.comparison, spot.place, spot.released, spot.current, judged)
}

const upper = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties']
const lower = ['minimum', 'exclusiveMinimum']
const counts = ['minLength', 'minItems', 'minProperties']
/** Those of our own beside those of JSON Schema: what is asked of a text. */
const assertions = ['pattern', 'format', 'x-well-formed', 'x-not-blank']
const judged = [
  ...[...upper, ...lower, ...counts, ...assertions],
  ...['type', 'enum', 'const', 'required', 'properties', 'additionalProperties'],
  ...['dependentRequired', 'items', 'default'],
]

function compareTypes(spot: Change): void {
  const [before, after] = [typesOf(spot.released), typesOf(spot.current)]
  if (!before || !after) {
    if (before) tell(spot, 'wider', 'type-removed', `may be of any type, no longer only ${before.join(' or ')}`)
    if (after) tell(spot, 'narrower', 'type-added', `has to be ${after.join(' or ')}; it could be of any type`)
    return
  }
  // Every integer is a number (JSON Schema, validation, clause 6.1.1).
  const has = (types: string[], type: string) =>
    types.includes(type) || (type === 'integer' && types.includes('number'))
  const gone = before.filter((type) => !has(after, type))
  const added = after.filter((type) => !has(before, type))
  if (gone.length + added.length === 0) return
  const effect = gone.length === 0 ? 'wider' : added.length === 0 ? 'narrower' : 'other'
  tell(
    spot,
    effect,
    `type-${effect === 'other' ? 'changed' : effect}`,
    `is ${after.join(' or ')} instead of ${before.join(' or ')}`,
  )
}

function compareValues(spot: Change): void {
  const [before, after] = [valuesOf(spot.released), valuesOf(spot.current)]
  if (!before || !after) {
    if (before) tell(spot, 'wider', 'enum-removed', `may have any value, no longer only ${listed(before)}`)
    if (after)
      tell(spot, 'narrower', 'enum-added', `has to be one of ${listed(after)}; it was not limited to certain values`)
    return
  }
  const { gone, added } = sortOutLists(before, after)
  for (const value of gone) tell(spot, 'narrower', 'enum-value-removed', `the value ${quoted(value)} is gone`)
  for (const value of added) tell(spot, 'wider', 'enum-value-added', `the value ${quoted(value)} is new`)
}

function compareBound(spot: Change, keyword: string, none: number): void {
  const [before, after] = [spot.released[keyword] ?? none, spot.current[keyword] ?? none] as [number, number]
  if (before === after) return
  const grew = after > before
  const effect = grew === upper.includes(keyword) ? 'wider' : 'narrower'
  const said = (bound: unknown) => (bound === undefined ? 'no limit' : String(bound))
  const words = `\`${keyword}\` is ${said(spot.current[keyword])} instead of ${said(spot.released[keyword])}`
  tell(spot, effect, `${kebab(keyword)}-${grew ? 'increased' : 'decreased'}`, words)
}

function compareAssertion(spot: Change, keyword: string): void {
  const [before, after] = [spot.released[keyword], spot.current[keyword]]
  if (before === after) return
  if (after === undefined) tell(spot, 'wider', `${keyword}-removed`, `no longer has the ${keyword} ${quoted(before)}`)
  else if (before === undefined) tell(spot, 'narrower', `${keyword}-added`, `now has the ${keyword} ${quoted(after)}`)
  else tell(spot, 'other', `${keyword}-changed`, `has the ${keyword} ${quoted(after)} instead of ${quoted(before)}`)
}

function compareItems(spot: Change, inner: Compare): void {
  const [before, after] = [spot.released.items, spot.current.items]
  if (before !== undefined && after !== undefined) inner(`${spot.place}[]`, before, after)
  else if (before !== undefined) tell(spot, 'wider', 'items-removed', 'its items may be anything')
  else if (after !== undefined) tell(spot, 'narrower', 'items-added', 'its items may no longer be anything')
}

/**
 * Another default changes what a request means that says nothing; in an answer a default only tells
 * people something.
 */
function compareDefaults({ comparison, direction, place, released, current }: Change): void {
  if (JSON.stringify(released.default) === JSON.stringify(current.default)) return
  const [before, after] = [released.default, current.default].map((value) =>
    value === undefined ? 'none' : quoted(value),
  )
  comparison.tell(
    place,
    `${direction}-default-changed`,
    direction === 'request',
    `the default is ${after} instead of ${before}`,
  )
}

/** A schema without its notes, or its notes without the schema. */
const bare = (schema: Part): Part => Object.fromEntries(Object.entries(schema).filter(([key]) => !isNote(key)))
const notes = (schema: Part): Part => Object.fromEntries(Object.entries(schema).filter(([key]) => isNote(key)))
const typesOf = ({ type }: Part) => (type === undefined ? undefined : ([type].flat() as string[]))
const valuesOf = (schema: Part) => ('const' in schema ? [schema.const] : (schema.enum as unknown[] | undefined))
const listed = (values: unknown[]) => values.map(quoted).join(', ')
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
