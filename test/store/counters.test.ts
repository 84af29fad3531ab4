import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { reconcileCounters } from '../../src/store/users/counters.ts'
import { changeUser, newUser, open } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'

const { database, store, connection } = ownDatabase()

async function counted() {
  const { rows } = await database.knex.raw(
    'select role, status, count(*)::int as n from users group by role, status order by role, status',
  )
  const { rows: counters } = await database.knex.raw(
    'select role, status, sum(n)::int as n from user_counts group by role, status having sum(n) <> 0 order by role, status',
  )
  return { rows, counters }
}

async function expectTrueCounts() {
  const { rows, counters } = await counted()
  expect(counters).toEqual(rows)
}

/** As a restore or a hand at work may leave them. */
async function spoil() {
  await database.knex('user_counts').where({ role: 'user' }).delete()
  await database.knex('user_counts').increment('n', 7)
  const { rows, counters } = await counted()
  expect(counters).not.toEqual(rows)
}

describe('counters that are wrong', () => {
  it('are put right, and right ones are left alone', async () => {
    for (const role of ['user', 'admin', 'guest'] as const) await store.users.insert(newUser({ role }))
    await spoil()
    expect(await reconcileCounters(database.knex)).toBe(true)
    await expectTrueCounts()
    expect(await reconcileCounters(database.knex)).toBe(false)
    await database.knex('user_counts').delete()
    expect(await reconcileCounters(database.knex)).toBe(true)
    await expectTrueCounts()
  })

  it('of hours are put right too; before they were ever made, recent users are counted one by one', async () => {
    const { knex } = database
    const created = (hours: number) => new Date(Date.UTC(2026, 0, 1, hours, 30))
    for (const hours of [0, 1, 1, 5, 9]) await store.users.insert(newUser({ createdAt: created(hours) }))
    const recent = () => Promise.all([-1, 0, 1, 4, 9].map((hours) => store.users.countCreatedAfter(created(hours))))
    expect(await recent()).toEqual([5, 4, 2, 2, 0])
    await knex('user_hours').delete()
    expect(await recent()).toEqual([5, 4, 2, 2, 0])
    expect(await reconcileCounters(knex)).toBe(false)
    expect(await knex('user_hours').where('slot', '>=', 0)).toHaveLength(4)
    expect(await recent()).toEqual([5, 4, 2, 2, 0])
    await knex('user_hours').where('slot', '>=', 0).increment('n', 2)
    expect(await recent()).not.toEqual([5, 4, 2, 2, 0])
    expect(await reconcileCounters(knex)).toBe(true)
    expect(await recent()).toEqual([5, 4, 2, 2, 0])
  })

  it('are put right while eight write, of whom none waits or is lost', async () => {
    const users = await Promise.all(Array.from({ length: 40 }, () => store.users.insert(newUser())))
    await spoil()
    let writing = true
    const writers = Array.from({ length: 8 }, async (_, n) => {
      for (let i = n; writing; i += 8) {
        await store.users.insert(newUser({ role: i % 2 ? 'admin' : 'guest' }))
        const { id } = users[i % users.length] as { id: string }
        await changeUser(store, id, { role: i % 3 ? 'manager' : 'user', updatedAt: new Date() })
      }
    })
    for (let i = 0; i < 10; i++) {
      expect(await reconcileCounters(database.knex)).toBe(i === 0)
      await delay(50)
    }
    writing = false
    await Promise.all(writers)
    await expectTrueCounts()
  })

  it('take longer than a statement may, hold nobody who writes, and are the work of one instance', async () => {
    const impatient = open(connection(), { dbStatementTimeoutMs: 300 })
    await store.users.insert(newUser())
    await spoil()
    let reconciliation: Promise<boolean | undefined> | undefined
    // Its reading waits for this lock: it is as slow as ten million users would make it.
    await database.knex.transaction(async (tx) => {
      await tx.raw('lock table user_counts in access exclusive mode')
      reconciliation = reconcileCounters(impatient.knex)
      await delay(900)
      expect(await reconcileCounters(database.knex)).toBeUndefined()
    })
    expect(await reconciliation).toBe(true)
    await expectTrueCounts()
    await impatient.close()
  })

  it('are told in one line, right ones in none', async () => {
    await store.users.insert(newUser())
    for (const wrong of [true, false]) {
      if (wrong) await spoil()
      const log = { info: vi.fn(), warn: vi.fn() }
      const stopping = new AbortController()
      const kept = database.keepUp(stopping.signal, log)
      await delay(1000)
      stopping.abort()
      await kept
      expect(log.warn).toHaveBeenCalledTimes(wrong ? 1 : 0)
      if (wrong) expect(log.warn.mock.calls[0]?.[0]).toContain('put right')
      await expectTrueCounts()
    }
  })

  it('are told in one line when they could not be looked at, and then the search is seen to all the same', async () => {
    const log = { info: vi.fn(), warn: vi.fn() }
    const stopping = new AbortController()
    await database.knex.raw('alter table user_counts rename to elsewhere')
    const kept = database.keepUp(stopping.signal, log)
    while (log.warn.mock.calls.length === 0) await delay(20)
    stopping.abort()
    await kept
    await database.knex.raw('alter table elsewhere rename to user_counts')
    expect(log.warn).toHaveBeenCalledOnce()
    expect(log.warn.mock.calls[0]?.[0]).toMatch(/^the counters of users could not .*user_counts[^\n]*$/)
  })
})
