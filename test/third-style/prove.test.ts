import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toCurl } from '../prove/curl.ts'
import { arenasOf, type Note, openStage } from '../prove/play.ts'
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

const arenas = () => arenasOf('both').filter(({ name }) => name.includes('resource') || name === 'interleaved')

describe('a third style in the proof', () => {
  it('is compared with each of the others, and with all at once', () => {
    expect(arenas().map(({ name }) => name)).toEqual(['rpc+resource', 'rest+resource', 'interleaved'])
  })

  it('leaves the same users as they do, after a few hundred random steps', async () => {
    const refused = new Set<string>()
    const note: Note = (_, turns) => {
      for (const { wire, outcome } of turns)
        if (wire.name === 'resource' && outcome.refused) refused.add(outcome.refused)
    }
    const sequenceOf = fc.sample(sequences(), { seed: 20_260_303, numRuns: arenas().length })
    for (const [at, arena] of arenas().entries()) {
      const commands = sequenceOf[at]?.slice(0, 90) ?? []
      const stage = await openStage(arena, undefined, fixture.subject)
      try {
        // Every answer is compared; what all lists show, towards the end.
        const failure = await stage.play(commands, note, commands.length - 10)
        expect(failure && toCurl(failure)).toBeUndefined()
      } finally {
        await stage.close()
      }
    }
    expect(refused.size).toBeGreaterThan(3)
  }, 240_000)
})
