import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toCurl } from '../prove/curl.ts'
import { type Arena, arenasOf, type Note, openStage } from '../prove/play.ts'
import { sequences } from '../prove/sequences.ts'
import { register } from '../prove/wires.ts'
import { thirdStyle } from './fixture.ts'
import { resourceWire } from './wire.ts'

let fixture: Awaited<ReturnType<typeof thirdStyle>>
let unregister = () => {}
beforeAll(async () => {
  fixture = await thirdStyle()
  unregister = register(resourceWire(fixture.document))
})
afterAll(() => unregister())

describe('a third style in the proof', () => {
  it('is compared with each of the others, and with all at once', () => {
    expect(arenasOf('both').map(({ name }) => name)).toEqual([
      'rpc+rest',
      'rpc+resource',
      'rest+resource',
      'interleaved',
    ])
  })

  it('shows and changes the same users in one database, in a few hundred random steps of all styles', async () => {
    const refused = new Set<string>()
    const note: Note = (_, turns) => {
      for (const { wire, outcome } of turns)
        if (wire.name === 'resource' && outcome.refused) refused.add(outcome.refused)
    }
    const interleaved = arenasOf('interleaved')[0] as Arena
    const stage = await openStage(interleaved, undefined, fixture.subject)
    try {
      for (const commands of fc.sample(sequences(), { seed: 20_260_303, numRuns: 2 })) {
        // Every answer is compared; what all lists show, towards the end.
        const failure = await stage.play(commands, note, commands.length - 10)
        expect(failure && toCurl(failure)).toBeUndefined()
      }
    } finally {
      await stage.close()
    }
    expect(refused.size).toBeGreaterThan(3)
  }, 240_000)
})
