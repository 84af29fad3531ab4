import { describe, expect, it } from 'vitest'
import { createLoginLimits, type LoginLimits } from '../../src/domain/sessions/login-limits.ts'
import type { LoginFailures } from '../../src/domain/sessions/store.ts'

const start = Date.parse('2026-05-01T10:00:00Z')
const minute = (n: number) => new Date(start + n * 60_000)
const defaults = { attempts: 5, windowSeconds: 900, ceiling: 100, accountsPerPrefix: 50 }
const none: LoginFailures = { here: undefined, account: undefined, prefix: undefined, isKnown: false }

/** What stands after failures at these minutes; those that a lock refuses are not counted. */
function failing(minutes: readonly number[], given: Partial<LoginLimits> = {}, before = none) {
  const { judge, afterFailure } = createLoginLimits({ ...defaults, ...given })
  let failures = before
  const ends: (number | undefined)[] = []
  for (const n of minutes) {
    if (!judge(failures, minute(n)).lockedUntil) failures = { ...failures, ...afterFailure(failures, minute(n)) }
    const { lockedUntil } = judge(failures, minute(n))
    ends.push(lockedUntil && (lockedUntil.getTime() - start) / 60_000)
  }
  return { failures, ends, judge: (n: number) => judge(failures, minute(n)) }
}

const times = (count: number, n: number) => Array<number>(count).fill(n)

describe('failures of an account at a prefix', () => {
  it('lock to the end of their window, then at once, for twice and four times as long', () => {
    const { ends } = failing([0, 1, 2, 3, 4, 14, 15, 44, 45, 104, 105, 165])
    expect(ends).toEqual([undefined, undefined, undefined, undefined, 15, 15, 45, 45, 105, 105, 165, 225])
  })

  it('are nothing when a window ends with less of them', () => {
    expect(failing([0, 1, 2, 14, 15, 16, 17, 18]).ends).toEqual(times(8, 0).map(() => undefined))
  })

  it('are forgotten a day after the last', () => {
    const { failures } = failing(times(5, 0))
    expect(failing([15 + 23 * 60], {}, failures).ends).toEqual([15 + 23 * 60 + 30])
    expect(failing([24 * 60], {}, failures).ends).toEqual([undefined])
  })

  it('never lock for longer than a day', () => {
    const { ends } = failing([0, 1440], { attempts: 1, windowSeconds: 86_400 })
    expect(ends).toEqual([1440, 2880])
  })

  it('are not believed where they are of the future: a clock was ahead', () => {
    const { failures } = failing(times(5, 60))
    expect(failing([0], {}, failures)).toMatchObject({ ends: [undefined], failures: { here: { count: 1 } } })
    // A little of it is believed, but not that the lock is longer than it was.
    expect(failing([59.6], {}, failures).ends).toEqual([74.6])
  })

  it('are told of once for each lock', () => {
    const told = (failures: LoginFailures) =>
      ({ ...failures, here: { ...failures.here, told: true } }) as unknown as LoginFailures
    const { failures } = failing(times(5, 0))
    expect(failures.here?.told).toBe(false)
    expect(failing([15], {}, told(failures)).failures.here?.told).toBe(false)
    const slowed = failing([0], { ceiling: 1 }).failures
    expect(failing([1], { ceiling: 1 }, told(slowed)).failures.here?.told).toBe(true)
    expect(failing([60], { ceiling: 1 }, told(slowed)).failures.here?.told).toBe(false)
  })
})

describe('failures of an account from anywhere', () => {
  const elsewhere = (failures: LoginFailures): LoginFailures => ({ ...none, account: failures.account })

  it('at the ceiling leave each stranger one try an hour', () => {
    let { failures } = failing([0])
    for (let n = 1; n < 100; n++) {
      expect(failing([], {}, failures).judge(0).slowedUntil, `${n}`).toBeUndefined()
      failures = failing([0], {}, elsewhere(failures)).failures
    }
    expect(failing([], {}, failures).judge(1).slowedUntil).toEqual(minute(60))
    expect(failing([], {}, failures).judge(60).slowedUntil).toBeUndefined()
    expect(failing([], {}, elsewhere(failures)).judge(1).slowedUntil).toBeUndefined()
    expect(failing([1], {}, elsewhere(failures)).judge(1).slowedUntil).toEqual(minute(61))
    // Refused in between, it waits no longer.
    expect(failing([1], {}, failures).judge(1).slowedUntil).toEqual(minute(60))
    expect(failing([], { ceiling: 0 }, failures).judge(1).slowedUntil).toBeUndefined()
  })

  it('are forgotten a day after the last', () => {
    const { failures } = failing([0], { ceiling: 1 })
    expect(failing([1430], { ceiling: 3 }, elsewhere(failures)).failures.account?.count).toBe(2)
    expect(failing([1440], { ceiling: 3 }, elsewhere(failures)).failures.account?.count).toBe(1)
  })
})

describe('failures of a prefix at many accounts', () => {
  const another = (failures: LoginFailures): LoginFailures => ({ ...none, prefix: failures.prefix })

  it('slow it at all of them to the end of the window, then for longer', () => {
    let { failures } = failing([0], { accountsPerPrefix: 3 })
    failures = failing([1], { accountsPerPrefix: 3 }, failures).failures
    expect(failures.prefix?.count, 'the same account').toBe(1)
    for (const n of [2, 3]) failures = failing([n], { accountsPerPrefix: 3 }, another(failures)).failures
    const judged = (n: number) => failing([], { accountsPerPrefix: 3 }, another(failures)).judge(n).slowedUntil
    expect(judged(3)).toEqual(minute(15))
    expect(judged(15)).toBeUndefined()
    for (const [n, end] of [
      [4, 15],
      [15, 45],
      [45, 105],
      [105, 165],
    ] as const) {
      failures = failing([n], { accountsPerPrefix: 3 }, another(failures)).failures
      expect(judged(n)).toEqual(minute(end))
    }
    expect(failing([], { accountsPerPrefix: 0 }, another(failures)).judge(106).slowedUntil).toBeUndefined()
  })

  it('slow it until the later of both ends', () => {
    const limits = { accountsPerPrefix: 1, ceiling: 1 }
    const { failures } = failing([0], limits)
    expect(failing([], limits, failures).judge(1)).toEqual({ lockedUntil: undefined, slowedUntil: minute(60) })
    expect(failing([], { ...limits, ceiling: 2 }, failures).judge(1).slowedUntil).toEqual(minute(15))
  })
})
