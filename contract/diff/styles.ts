import { type Comparison, compareRest, quoted, sortOut } from './comparison.ts'
import { isPart, type Part } from './references.ts'

/**
 * Compares the styles (`x-styles`): their paths say in whose shape it is answered where there is no
 * operation.
 */
export function compareStyles(comparison: Comparison): void {
  const [released, current] = [comparison.released.root['x-styles'], comparison.current.root['x-styles']]
  if (released === undefined)
    compareRest(comparison, 'document', {}, current === undefined ? {} : { 'x-styles': current }, [])
  else {
    const [before, after] = [read(released), read(current)]
    const { gone, added, kept } = sortOut(before, after)
    for (const name of gone) comparison.tell('styles', 'style-removed', true, `the style ${quoted(name)} is gone`)
    for (const name of added) comparison.tell('styles', 'style-added', false, `the style ${quoted(name)} is new`)
    for (const name of kept) compareStyle(comparison, `style ${name}`, read(before[name]), read(after[name]))
  }
}

/** A body may hold one part more; a part that is held elsewhere is found by nobody. */
function compareStyle(comparison: Comparison, place: string, released: Part, current: Part): void {
  const failure = read(current.failure)
  const { added } = sortOut(read(released.failure), failure)
  for (const part of added)
    comparison.tell(place, 'failure-part-added', false, `its failures have the ${part} at ${quoted(failure[part])}`)
  const known = Object.fromEntries(Object.entries(failure).filter(([part]) => !added.includes(part)))
  compareRest(comparison, place, released, current.failure ? { ...current, failure: known } : current, [])
}

const read = (node: unknown): Part => (isPart(node) ? node : {})
