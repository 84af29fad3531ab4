import type { Comparison } from './comparison.ts'
import type { Part } from './references.ts'

/** Which way a value travels: clients write requests and read answers. */
export type Direction = 'request' | 'answer'

/**
 * What a change does to the values that are allowed; `other`: some went and some came, or nobody
 * can tell.
 */
export type Effect = 'narrower' | 'wider' | 'other'

/** A place of a schema. */
export interface Spot {
  comparison: Comparison
  direction: Direction
  place: string
}

/** One place of a schema, as it was and as it is. */
export interface Change extends Spot {
  released: Part
  current: Part
}

/** Compares what stands further in. */
export type Compare = (place: string, released: unknown, current: unknown) => void

/**
 * Tells a change of the values that a place allows. A request breaks when it is narrowed, since
 * what clients send may now be refused; an answer breaks when it is widened, since clients may now
 * meet what they were never told of.
 */
export function tell({ comparison, direction, place }: Spot, effect: Effect, rule: string, words: string): void {
  const breaking = effect === 'other' || (effect === 'narrower') === (direction === 'request')
  comparison.tell(place, `${direction}-${rule}`, breaking, words)
}
