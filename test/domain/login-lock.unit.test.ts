import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createLoginLock } from '../../src/domain/sessions/login-lock.ts'
import type { Failures, LoginFailures } from '../../src/domain/sessions/store.ts'
import { at, callerOf, outcomeOf, row, seconds } from '../support/decisions.ts'

const caller = callerOf(row({ id: 'user' }))
const { origin } = caller
const attempt = { account: Buffer.from('account'), address: Buffer.from('address'), userId: null }
const { account, address } = attempt

const failures = (count: number, given: Partial<Failures> = {}): Failures => ({
  count,
  windowEnd: seconds(60),
  retryAt: seconds(600),
  failedAt: seconds(-10),
  told: false,
  ...given,
})
const none: LoginFailures = { here: undefined, account: undefined, prefix: undefined, isKnown: false }
const nameKey = Buffer.from('a key of names')
const lock = (attempts = 5) =>
  createLoginLock({
    failures: { find: async () => none },
    execute: async () => undefined as never,
    nameKey,
    attempts,
    windowSeconds: 900,
    ceiling: 100,
    accountsPerPrefix: 50,
    now: () => at,
  })
const count = (found: LoginFailures | undefined, event: 'login_failed' | 'wrong_current_password' = 'login_failed') =>
  outcomeOf(() =>
    lock(found ? 5 : 0)
      .countFailure(origin, attempt, event)
      .decide({ found } as never, at),
  )
const saved = ['loginFailures', 'save', account, address, expect.anything()]
const swept = ['loginFailures', 'removeOld', seconds(-86_400), seconds(30)]
const told = ['loginFailures', 'tell', account, address]
const nobody = { userId: null, nameDigest: createHmac('sha256', nameKey).update(account).digest('hex') }
const refusedOnce = [{ event: 'login_refused', ...nobody }]

describe('countFailure', () => {
  it.each([
    [3, false],
    [4, true],
  ])('after %i others counts one more: locked %s', (before, locked) => {
    expect(count({ ...none, here: failures(before) })).toEqual({
      writes: [saved, swept],
      events: [{ event: 'login_failed', ...nobody, locked }],
      refusal: 'credentials_refused',
    })
  })

  it('counts nothing under a lock, and tells of it once', () => {
    const refusal = 'login_locked'
    expect(count({ ...none, here: failures(5) })).toEqual({ writes: [told], events: refusedOnce, refusal })
    expect(count({ ...none, here: failures(5, { told: true }) })).toEqual({ writes: [], events: [], refusal })
  })

  it.each([true, false])('of who is slowed counts, and is refused like the right password; known: %s', (isKnown) => {
    const refusal = 'login_locked'
    const slowed = { ...none, isKnown, account: failures(100), here: failures(1) }
    expect(count(slowed)).toEqual({ writes: [saved, swept, told], events: refusedOnce, refusal })
    expect(count({ ...slowed, here: failures(1, { told: true }) })).toEqual({
      writes: [saved, swept],
      events: [],
      refusal,
    })
  })

  it.each([true, false])('that reaches the ceiling says so of strangers; known: %s', (isKnown) => {
    expect(count({ ...none, isKnown, account: failures(99) })).toMatchObject({
      events: [{ locked: !isKnown }],
      refusal: 'credentials_refused',
    })
  })

  it('counts nothing where there is no limit', () => {
    const events = [{ event: 'login_failed', ...nobody, locked: false }]
    expect(count(undefined)).toEqual({ writes: [], events, refusal: 'credentials_refused' })
  })

  it('of the current password is refused with that', () => {
    const events = [{ event: 'wrong_current_password', userId: null, locked: false }]
    expect(count(none, 'wrong_current_password')).toMatchObject({ events, refusal: 'wrong_current_password' })
  })
})
