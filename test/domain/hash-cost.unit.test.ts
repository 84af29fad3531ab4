import { describe, expect, it } from 'vitest'
import { createDearestCost } from '../../src/domain/passwords/hash-cost.ts'

/** With a clock to be moved, and what the store has to say. */
function setUp(answers: (number | undefined | Error)[]) {
  let at = 0
  let reads = 0
  const read = async () => {
    const answer = answers[Math.min(reads++, answers.length - 1)]
    if (answer instanceof Error) throw answer
    return answer
  }
  const dearest = createDearestCost({ cost: 10, read, now: () => at })
  return { dearest, advance: (ms: number) => (at += ms), reads: () => reads }
}

describe('the dearest cost', () => {
  it('is the highest that is stored, and never below that of new hashes', async () => {
    expect(await setUp([13]).dearest()).toBe(13)
    expect(await setUp([8]).dearest()).toBe(10)
    expect(await setUp([undefined]).dearest()).toBe(10)
  })

  it('is read once a minute, by one for all', async () => {
    const { dearest, advance, reads } = setUp([13, 11])
    expect(reads()).toBe(0)
    expect(await Promise.all([dearest(), dearest(), dearest()])).toEqual([13, 13, 13])
    advance(59_999)
    expect(await dearest()).toBe(13)
    expect(reads()).toBe(1)
    advance(1)
    expect(await Promise.all([dearest(), dearest()])).toEqual([11, 11])
    expect(reads()).toBe(2)
  })

  it('rises with a dearer hash that is met, as of another instance', async () => {
    const { dearest, advance } = setUp([10])
    expect(await dearest(12)).toBe(12)
    expect(await dearest(4)).toBe(12)
    advance(60_000)
    expect(await dearest()).toBe(10)
  })

  it('stays what it was while it cannot be read, and is asked for again', async () => {
    const { dearest, advance } = setUp([new Error('away'), 13, new Error('away again'), 12])
    expect(await dearest()).toBe(10)
    expect(await dearest()).toBe(13)
    advance(60_000)
    expect(await dearest()).toBe(13)
    expect(await dearest()).toBe(12)
  })
})
