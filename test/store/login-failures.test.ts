import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ownDatabase } from '../support/own-database.ts'

const { store, database } = ownDatabase()

const digest = (text: string) => createHash('sha256').update(text).digest()
const [ada, bob, here, there] = [digest('ada'), digest('bob'), digest('10.0.0.1'), digest('::1')] as const
const minute = (n: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + n * 60_000)

describe('failed logins', () => {
  it('are counted per account and address, in a window that the first one opens', async () => {
    expect(await store.loginFailures.find(ada, here, minute(0))).toBeUndefined()
    expect(await store.loginFailures.add(ada, here, minute(0), minute(15))).toEqual({ count: 1, windowEnd: minute(15) })
    expect(await store.loginFailures.add(ada, here, minute(14), minute(29))).toEqual({
      count: 2,
      windowEnd: minute(15),
    })
    expect(await store.loginFailures.add(ada, there, minute(14), minute(29))).toEqual({
      count: 1,
      windowEnd: minute(29),
    })
    expect(await store.loginFailures.add(bob, here, minute(14), minute(29))).toEqual({
      count: 1,
      windowEnd: minute(29),
    })
    expect(await store.loginFailures.find(ada, here, minute(14))).toEqual({ count: 2, windowEnd: minute(15) })
  })

  it('start anew when the window has ended', async () => {
    await store.loginFailures.add(ada, here, minute(0), minute(15))
    expect(await store.loginFailures.find(ada, here, minute(15))).toBeUndefined()
    expect(await store.loginFailures.add(ada, here, minute(15), minute(30))).toEqual({
      count: 1,
      windowEnd: minute(30),
    })
  })

  it('are forgotten with the account at this address, or everywhere', async () => {
    for (const account of [ada, bob]) {
      for (const address of [here, there]) await store.loginFailures.add(account, address, minute(0), minute(15))
    }
    await store.loginFailures.remove(ada, here)
    expect(await store.loginFailures.find(ada, here, minute(1))).toBeUndefined()
    expect(await store.loginFailures.find(ada, there, minute(1))).toBeDefined()
    await store.loginFailures.removeAllOf(ada)
    expect(await store.loginFailures.find(ada, there, minute(1))).toBeUndefined()
    expect(await store.loginFailures.find(bob, here, minute(1))).toBeDefined()
  })

  it('leave nothing behind once their windows have ended', async () => {
    for (let i = 0; i < 30; i++) await store.loginFailures.add(digest(`${i}`), here, minute(0), minute(15))
    await store.loginFailures.add(ada, here, minute(20), minute(35))
    expect(await database.knex('login_failures')).toHaveLength(1)
  })

  it('are all counted when they come at once, ended windows in between', async () => {
    for (let i = 0; i < 20; i++) await store.loginFailures.add(digest(`${i}`), here, minute(0), minute(15))
    await store.loginFailures.add(ada, here, minute(0), minute(15))
    const counts = await Promise.all(
      Array.from({ length: 24 }, () => store.loginFailures.add(ada, here, minute(20), minute(35))),
    )
    expect(counts.map(({ count }) => count).sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1))
  })
})
