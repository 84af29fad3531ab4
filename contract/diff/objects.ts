import { sortOut, sortOutLists } from './comparison.ts'
import { isPart, type Part } from './references.ts'
import { type Change, type Compare, tell } from './variance.ts'

/**
 * Compares the properties of an object: those that went, those that came, and which of them are
 * required.
 */
export function compareProperties(spot: Change, inner: Compare): void {
  const { comparison, direction, place } = spot
  const [before, after] = [spot.released, spot.current].map((schema) => partOf(schema.properties)) as [Part, Part]
  const [needed, needs] = [spot.released, spot.current].map((schema) => listOf(schema.required)) as [string[], string[]]
  const { gone, added, kept } = sortOut(before, after)

  // In a request it would now be refused, or, of an open object, silently do nothing.
  for (const name of gone) comparison.tell(`${place}.${name}`, `${direction}-property-removed`, true, 'is gone')
  for (const name of added) {
    const required = needs.includes(name)
    // A new property in an answer breaks nobody: clients have to leave alone what they do not know
    // (info.description).
    if (direction === 'answer' || !required)
      comparison.tell(`${place}.${name}`, `${direction}-property-added`, false, 'is new')
    else comparison.tell(`${place}.${name}`, 'request-required-property-added', true, 'is new and has to be sent')
  }
  for (const name of kept) inner(`${place}.${name}`, before[name], after[name])

  const stayed = (name: string) => !gone.includes(name) && !added.includes(name)
  for (const name of needs.filter((name) => !needed.includes(name) && stayed(name)))
    tell(
      { ...spot, place: `${place}.${name}` },
      'narrower',
      'property-became-required',
      'is required; it could be left out',
    )
  for (const name of needed.filter((name) => !needs.includes(name) && stayed(name)))
    tell(
      { ...spot, place: `${place}.${name}` },
      'wider',
      'property-became-optional',
      'may be left out; it was required',
    )
}

/**
 * `additionalProperties`: absent and `true` are open, `false` is closed, and a schema is open to
 * what it allows.
 */
export function compareOpenness(spot: Change, inner: Compare): void {
  const [before, after] = [spot.released, spot.current].map((schema) => schema.additionalProperties ?? true)
  if (isPart(before) && isPart(after)) inner(`${spot.place}{*}`, before, after)
  if (before === after || (isPart(before) && isPart(after))) return
  if (spot.direction === 'answer' && before === false) {
    // That an answer was closed told clients that nothing else came, never that they may refuse
    // what does.
    spot.comparison.tell(spot.place, 'answer-object-opened', false, 'may have properties that are not described')
    return
  }
  const narrower = after === false || before === true
  if (narrower) tell(spot, 'narrower', 'object-closed', 'has no properties any more but those that are described')
  else tell(spot, 'wider', 'object-opened', 'may have properties that are not described')
}

/** Compares which properties need which others (`dependentRequired`). */
export function compareDependencies(spot: Change): void {
  const pairs = (schema: Part) =>
    Object.entries(partOf(schema.dependentRequired)).flatMap(([name, needs]) =>
      listOf(needs).map((need) => [name, need]),
    )
  const { gone, added } = sortOutLists(pairs(spot.released), pairs(spot.current))
  for (const [name, need] of added)
    tell(spot, 'narrower', 'dependency-added', `\`${name}\` is only taken together with \`${need}\``)
  for (const [name, need] of gone) tell(spot, 'wider', 'dependency-removed', `\`${name}\` no longer needs \`${need}\``)
}

const partOf = (value: unknown): Part => (isPart(value) ? value : {})
const listOf = (value: unknown): string[] => (Array.isArray(value) ? value : [])
