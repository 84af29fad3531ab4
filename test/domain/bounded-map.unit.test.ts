import { expect, it } from 'vitest'
import { BoundedMap } from '../../src/domain/bounded-map.ts'

it('forgets its oldest entry for one too many, and none for a new value of one that it has', () => {
  const map = new BoundedMap<string, number>(2)
  map.set('a', 1).set('b', 2).set('b', 3)
  expect([...map]).toEqual([
    ['a', 1],
    ['b', 3],
  ])
  map.set('c', 4)
  expect([...map.keys()]).toEqual(['b', 'c'])
})
