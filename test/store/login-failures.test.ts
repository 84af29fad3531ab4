import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Failures, LoginFailures } from '../../src/domain/sessions/store.ts'
import { ownDatabase } from '../support/own-database.ts'

const { store, database } = ownDatabase()

const digest = (text: string) => createHash('sha256').update(text).digest()
const [ada, bob, here, there] = [digest('ada'), digest('bob'), digest('10.0.0'), digest('::1')] as const
const minute = (n: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + n * 60_000)
const none = { here: undefined, account: undefined, prefix: undefined, isKnown: false }

const failures = (count: number, given: Partial<Failures> = {}): Failures => ({
  count,
  windowEnd: minute(15),
  retryAt: null,
  failedAt: minute(0),
  told: false,
  ...given,
})
const all = (count: number, given: Partial<Failures> = {}): LoginFailures => ({
  here: failures(count, { retryAt: minute(60), ...given }),
  account: failures(count * 10, given),
  prefix: failures(count * 100, given),
  isKnown: false,
})
const save = (account: Buffer, address: Buffer, count: number, given?: Partial<Failures>) =>
  store.loginFailures.save(account, address, all(count, given) as Required<LoginFailures>)
const find = (account: Buffer, address: Buffer) => store.loginFailures.find(account, address)

describe('failed logins', () => {
  it('are kept of an account at an address, of the account, and of the address', async () => {
    expect(await find(ada, here)).toEqual(none)
    await save(ada, here, 1)
    await save(ada, here, 2)
    expect(await find(ada, here)).toEqual(all(2))
    expect(await find(ada, there)).toEqual({ ...none, account: all(2).account })
    expect(await find(bob, here)).toEqual({ ...none, prefix: all(2).prefix })
    await store.loginFailures.tell(ada, here)
    expect((await find(ada, here)).here?.told).toBe(true)
  })

  it('are forgotten by a success at this address, and of the account', async () => {
    for (const address of [here, there]) await save(ada, address, 1)
    await store.loginFailures.succeed(ada, here, minute(1))
    expect(await find(ada, here)).toEqual({ ...none, prefix: all(1).prefix, isKnown: true })
    expect(await find(ada, there)).toEqual({ ...all(1), account: undefined })
  })

  it('are forgotten with the account, everywhere; who unlocks leaves what is known of it', async () => {
    for (const account of [ada, bob]) {
      await store.loginFailures.succeed(account, here, minute(0))
      for (const address of [here, there]) await save(account, address, 1)
    }
    await store.loginFailures.unlock(ada)
    expect(await find(ada, here)).toEqual({ ...none, prefix: all(1).prefix, isKnown: true })
    await store.loginFailures.removeAllOf(ada)
    expect(await find(ada, here)).toEqual({ ...none, prefix: all(1).prefix })
    expect(await find(bob, here)).toEqual({ ...all(1), isKnown: true })
  })

  it('leave nothing behind once they are old, or of a clock that was ahead', async () => {
    for (let i = 0; i < 30; i++) await save(digest(`${i}`), digest(`at ${i}`), 1, { failedAt: minute(i) })
    await store.loginFailures.removeOld(minute(10), minute(19))
    expect(await database.knex('login_failures')).toHaveLength(27)
    await store.loginFailures.removeOld(minute(29), minute(19))
    expect(await database.knex('login_failures')).toHaveLength(0)
  })

  it('are removed a hundred at a time', async () => {
    for (let i = 0; i < 40; i++) await save(digest(`${i}`), digest(`at ${i}`), 1)
    await store.loginFailures.removeOld(minute(1), minute(1))
    expect(await database.knex('login_failures')).toHaveLength(20)
  })

  it('are all counted when they come at once: nobody else counts until the commit', async () => {
    await Promise.all(
      Array.from({ length: 24 }, (_, n) =>
        store.transaction(async (tx) => {
          const [account, address] = [n % 2 ? ada : bob, n % 3 ? here : there]
          const found = await tx.loginFailures.lock(account, address)
          const one = (each: Failures | undefined) => failures((each?.count ?? 0) + 1)
          const counted = { here: one(found.here), account: one(found.account), prefix: one(found.prefix) }
          await tx.loginFailures.save(account, address, { ...counted, isKnown: false })
        }),
      ),
    )
    expect(await find(ada, here)).toMatchObject({ here: { count: 8 }, account: { count: 12 }, prefix: { count: 16 } })
    expect(await find(bob, there)).toMatchObject({ here: { count: 4 }, account: { count: 12 }, prefix: { count: 8 } })
  })
})

describe('the end of an account’s locks', () => {
  const lockedUntil = (account: Buffer, n: number, attempts = 5, ceiling = 100) =>
    store.loginFailures.lockedUntil(account, { attempts, ceiling, at: minute(n), since: minute(n - 1440) })

  it('is the latest of those that are in force', async () => {
    expect(await lockedUntil(ada, 0)).toBeUndefined()
    await save(ada, here, 5)
    await save(ada, there, 5, { windowEnd: minute(45) })
    await save(bob, here, 5, { windowEnd: minute(90) })
    expect(await lockedUntil(ada, 1)).toEqual(minute(45))
    expect(await lockedUntil(ada, 45)).toBeUndefined()
    expect(await lockedUntil(ada, 1, 6)).toBeUndefined()
    expect(await lockedUntil(ada, 1, 6, 50)).toEqual(minute(45))
    expect(await lockedUntil(ada, 1, 0, 0)).toBeUndefined()
  })

  it('is none of what is forgotten', async () => {
    await save(ada, here, 5, { windowEnd: minute(3000) })
    expect(await lockedUntil(ada, 1439)).toEqual(minute(3000))
    expect(await lockedUntil(ada, 1440)).toBeUndefined()
  })
})

describe('the addresses that an account knows', () => {
  it('are the newest hundred from which it was logged in to', async () => {
    for (let n = 0; n < 100; n++) await store.loginFailures.succeed(ada, digest(`${n}`), minute(n))
    await store.loginFailures.succeed(ada, digest('0'), minute(200))
    await store.loginFailures.succeed(bob, digest('1'), minute(200))
    await store.loginFailures.succeed(ada, digest('new'), minute(201))
    const isKnown = async (name: string) => (await find(ada, digest(name))).isKnown
    expect([await isKnown('0'), await isKnown('1'), await isKnown('2'), await isKnown('new')]).toEqual([
      true,
      false,
      true,
      true,
    ])
    expect(await database.knex('known_prefixes')).toHaveLength(101)
  })

  it('are known at once to two who log in together', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => store.loginFailures.succeed(ada, digest(`${n % 3}`), minute(n))),
    )
    expect(await database.knex('known_prefixes')).toHaveLength(3)
  })
})
