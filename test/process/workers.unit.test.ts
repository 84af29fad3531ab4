import { expect, it } from 'vitest'
import { pauseAfter } from '../../src/process/workers.ts'

it('a worker is replaced at once, and ever later where one after the other dies young', () => {
  expect([0, 1, 2, 3, 4, 8, 9, 1000, 10_000].map(pauseAfter)).toEqual([
    0, 0, 100, 200, 400, 6400, 10_000, 10_000, 10_000,
  ])
})
