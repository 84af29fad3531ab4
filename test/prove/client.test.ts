import { describe, expect, it } from 'vitest'
import { toCurl } from './curl.ts'
import { Divergence } from './divergence.ts'
import type { Fault } from './fault.ts'
import { planted } from './planted.ts'
import { plantedInClient } from './planted-client.ts'
import { plantedSessions } from './planted-sessions.ts'
import { hunt } from './planting.ts'
import { arenasOf } from './play.ts'
import { noFigures, prove } from './prove.ts'
import { sequenceLength } from './sequences.ts'
import { called, shortfall } from './tally.ts'

describe('random steps through the client', () => {
  it('have the answers that raw requests have, told as they came, and lists iterated whole', async () => {
    const figures = noFigures()
    const plan = { arenas: arenasOf('interleaved'), steps: sequenceLength, seed: 20_260_102, client: true }
    const example = await prove(plan, figures)
    expect(example && toCurl(example.failure)).toBeUndefined()
    expect(shortfall(figures.client)).toBeUndefined()
    // Three views after each step, and what the step itself asks.
    expect(called(figures.client)).toBeGreaterThan(4 * figures.steps)
    expect(figures.client.iterations).toBeGreaterThan(30)
    const { calls } = figures.client
    // Chance calls nearly all, even in so few.
    expect(Object.values(calls).filter((count) => count > 0).length).toBeGreaterThan(15)
  }, 240_000)
})

describe('the bugs planted in the client', () => {
  it.each([
    'client: an iteration stops a page early',
    'client: an error has its reason for its code',
    'client: a list that was asked for is not asked for again',
  ])(
    'are found, whether it asks or tells wrongly: %s',
    async (name) => {
      const bug = plantedInClient.find((each) => each.name === name) as Fault
      expect(await hunt(bug, 1, undefined, 0)).toMatchObject({ failure: { divergence: expect.any(Divergence) } })
    },
    240_000,
  )

  it('have names of their own', () => {
    const names = [...planted, ...plantedSessions, ...plantedInClient].map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(plantedInClient).toHaveLength(8)
  })
})
