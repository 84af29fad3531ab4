import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ownDatabase } from '../support/own-database.ts'

const { store, database } = ownDatabase()

const digest = (text: string) => createHash('sha256').update(text).digest()
const [ada, bob, here, there] = [digest('ada'), digest('bob'), digest('10.0.0.1'), digest('::1')] as const
const minute = (n: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + n * 60_000)
/** At this minute, windows being 15 minutes long. */
const find = (account: Buffer, address: Buffer, n: number) =>
  store.loginFailures.find(account, address, minute(n), minute(n + 15))
const add = (account: Buffer, address: Buffer, n: number) =>
  store.loginFailures.add(account, address, minute(n), minute(n + 15), minute(n + 15))

describe('failed logins', () => {
  it('are counted per account and address, in a window that the first one opens', async () => {
    expect(await find(ada, here, 0)).toBeUndefined()
    expect(await add(ada, here, 0)).toEqual({ count: 1, windowEnd: minute(15) })
    expect(await add(ada, here, 14)).toEqual({
      count: 2,
      windowEnd: minute(15),
    })
    expect(await add(ada, there, 14)).toEqual({
      count: 1,
      windowEnd: minute(29),
    })
    expect(await add(bob, here, 14)).toEqual({
      count: 1,
      windowEnd: minute(29),
    })
    expect(await find(ada, here, 14)).toEqual({ count: 2, windowEnd: minute(15) })
  })

  it('start anew when the window has ended', async () => {
    await add(ada, here, 0)
    expect(await find(ada, here, 15)).toBeUndefined()
    expect(await add(ada, here, 15)).toEqual({
      count: 1,
      windowEnd: minute(30),
    })
  })

  it('are forgotten with the account at this address, or everywhere', async () => {
    for (const account of [ada, bob]) {
      for (const address of [here, there]) await add(account, address, 0)
    }
    await store.loginFailures.remove(ada, here)
    expect(await find(ada, here, 1)).toBeUndefined()
    expect(await find(ada, there, 1)).toBeDefined()
    await store.loginFailures.removeAllOf(ada)
    expect(await find(ada, there, 1)).toBeUndefined()
    expect(await find(bob, here, 1)).toBeDefined()
  })

  it('leave nothing behind once their windows have ended', async () => {
    for (let i = 0; i < 30; i++) await add(digest(`${i}`), here, 0)
    await add(ada, here, 20)
    expect(await database.knex('login_failures')).toHaveLength(1)
  })

  it('are none in a window that ends later than any can: a clock was ahead when it was opened', async () => {
    for (let i = 0; i < 5; i++) await add(ada, here, 1440)
    await add(bob, here, 1440)
    expect(await find(ada, here, 0)).toBeUndefined()
    expect(await add(ada, here, 0)).toEqual({ count: 1, windowEnd: minute(15) })
    expect(await add(ada, here, 1)).toEqual({ count: 2, windowEnd: minute(15) })
    expect(await database.knex('login_failures')).toHaveLength(1)
  })

  it('are all counted when they come at once, ended windows in between', async () => {
    for (let i = 0; i < 20; i++) await add(digest(`${i}`), here, 0)
    await add(ada, here, 0)
    const counts = await Promise.all(Array.from({ length: 24 }, () => add(ada, here, 20)))
    expect(counts.map(({ count }) => count).sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1))
  })
})
