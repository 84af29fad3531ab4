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
    for (const name of kept) compareRest(comparison, `style ${name}`, read(before[name]), read(after[name]), [])
  }
}

const read = (node: unknown): Part => (isPart(node) ? node : {})
