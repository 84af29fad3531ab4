import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { HttpError } from '../../src/http/failures.ts'
import type { RateLimit } from '../../src/http/rate-limit.ts'
import { createSharedRateLimit, createShares } from '../../src/http/shared-rate-limit.ts'

const start = Date.parse('2026-11-27T12:00:00Z')

/** Workers with one limit, that are answered after some rounds of the event loop. */
function share(rateLimitPerMinute: number, workers: number) {
  const settings = { rateLimitPerMinute, workers }
  const clock = { at: start }
  const now = () => new Date(clock.at)
  const shares = createShares(settings, now)
  let asked = 0
  const limits = Array.from({ length: workers }, () =>
    createSharedRateLimit(
      settings,
      async (share) => {
        asked++
        await setImmediate()
        return shares(share)
      },
      now,
    ),
  )
  return { limits, clock, asked: () => asked }
}

const principal = (id: string) => ({ principal: { id } as never })

/** @returns what is left, as the headers tell; undefined where it was refused */
async function request(limit: RateLimit | undefined, user = 'one'): Promise<number | undefined> {
  const headers: Record<string, string> = {}
  try {
    await limit?.(principal(user), headers)
    return Number(headers['X-RateLimit-Remaining'])
  } catch (error) {
    expect(error).toBeInstanceOf(HttpError)
    expect(headers['X-RateLimit-Remaining']).toBe('0')
    return undefined
  }
}

/** How many of these requests are let through, eight of them at once; `at`: which worker has the n-th. */
async function letThrough(limits: readonly RateLimit[], count: number, at: (n: number) => number): Promise<number> {
  let n = 0
  let through = 0
  const client = async () => {
    while (n < count) if ((await request(limits[at(n++) % limits.length])) !== undefined) through++
  }
  await Promise.all(Array.from({ length: 8 }, client))
  return through
}

describe.each([1, 4, 10, 39])('a limit of %s for two workers', (perMinute) => {
  it.each([
    ['in turn', (n: number) => n],
    ['at one of them', () => 0],
    ['at one first', (n: number) => (n < perMinute / 2 ? 0 : 1)],
  ])('is exact, with requests %s', async (_, at) => {
    const { limits } = share(perMinute, 2)
    expect(await letThrough(limits, 3 * perMinute, at)).toBe(perMinute)
  })
})

describe.each([
  [100, 2],
  [1000, 2],
  [6000, 2],
  [6000, 16],
  [250, 64],
])('a limit of %s for %s workers', (perMinute, workers) => {
  it.each([
    ['in turn', (n: number) => n],
    ['at one of them', () => 0],
    ['at random', () => Math.floor(Math.random() * workers)],
    ['at one until it is used up, then at the others', (n: number) => (n < perMinute ? 0 : n)],
  ])('holds within a twentieth, with requests %s', async (_, at) => {
    const { limits } = share(perMinute, workers)
    const through = await letThrough(limits, 3 * perMinute, at)
    expect(Math.abs(through - perMinute)).toBeLessThanOrEqual(perMinute / 20)
  })
})

describe('a shared limit', () => {
  it('asks for nothing for who asks little, and seldom for who asks much', async () => {
    const { limits, asked } = share(6000, 2)
    for (let n = 0; n < 150; n++) {
      // Counted at once: nothing is waited for.
      expect(limits[0]?.(principal('one'), {})).toBeUndefined()
      await request(limits[0], `user ${n}`)
    }
    expect(asked()).toBe(0)
    await letThrough(limits, 6000, (n) => n)
    expect(asked()).toBeLessThan(60)
  })

  it('counts each user apart, and down', async () => {
    const { limits } = share(4, 2)
    expect(await request(limits[0])).toBe(3)
    expect(await request(limits[1])).toBe(2)
    expect(await request(limits[1], 'other')).toBe(3)
    expect(await request(limits[0])).toBe(1)
    expect(await request(limits[0])).toBe(0)
    expect(await request(limits[0])).toBeUndefined()
    expect(await request(limits[1])).toBeUndefined()
    expect(await request(limits[1], 'other')).toBe(2)
  })

  it('is new with each minute, also where the clock goes back', async () => {
    const { limits, clock } = share(2, 2)
    for (const moment of [start, start + 60_000, start - 3_600_000]) {
      clock.at = moment
      expect(await letThrough(limits, 6, (n) => n)).toBe(2)
    }
  })

  it.each([
    [6000, 2],
    [6000, 16],
    [10, 2],
  ])('of %s for %s workers is whole in a minute that turns while workers ask', async (perMinute, workers) => {
    const { limits, clock, asked } = share(perMinute, workers)
    const size = Math.floor(perMinute / (20 * workers))
    for (const limit of limits) for (let n = 0; n < size; n++) await request(limit)
    const waiting = limits.map((limit) => request(limit))
    expect(asked()).toBe(workers)
    clock.at += 60_000
    const late = (await Promise.all(waiting)).filter((left) => left !== undefined).length
    const through = late + (await letThrough(limits, 3 * perMinute, (n) => n))
    expect(Math.abs(through - perMinute)).toBeLessThanOrEqual(perMinute / 20)
  })

  it('is off at 0', async () => {
    const { limits, asked } = share(0, 2)
    expect(limits[0]?.(principal('one'), {})).toBeUndefined()
    expect(asked()).toBe(0)
  })
})
