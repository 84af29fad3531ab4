import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import type { User } from '../../src/domain/users/user.ts'
import type { Database } from '../../src/store/database.ts'
import { freshDatabase, newUser, open } from '../support/database.ts'
import { plansOf, roundTripsOf } from './plans.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let database: Database
let store: Store
let user: User
let others: User

beforeAll(async () => {
  home = await freshDatabase()
  database = open(home.connection)
  store = database.store
  user = await store.users.insert(newUser())
  others = await store.users.insert(newUser())
  // Enough that a look at all of them is dearer than the index.
  await many(others, 20_000)
  await many(user, 130)
  await database.knex.raw('analyze sessions')
})
afterAll(async () => {
  await database?.close()
  await home?.close()
})

const createdAt = new Date('2026-05-01T10:00:00Z')

const many = (owner: User, count: number) =>
  database.knex.raw(
    `insert into sessions (id, user_id, created_at, last_used_at, expires_at)
     select gen_random_uuid(), ?, ?::timestamptz, ?::timestamptz + n * interval '1 second', ?::timestamptz + interval '7 days'
     from generate_series(1, ?::int) as n`,
    [owner.id, createdAt, createdAt, createdAt, count],
  )

const plans = (work: () => Promise<unknown>) => plansOf(database, work, 'auto', 'sessions')

describe('the sessions of a user', () => {
  it.each([
    ['listed', () => store.sessions.listOf(user.id)],
    ['used longest ago', () => store.sessions.usedLongestAgo(user.id, 200)],
    ['ended all', () => store.sessions.removeAllOf(randomUUID())],
    ['ended but for one', () => store.sessions.removeOthersOf(randomUUID(), randomUUID())],
  ])('are found by the index: %s', async (_, work) => {
    const plan = await plans(work)
    expect(plan).toMatch(/Index Scan (on|using) sessions_of_user/)
    expect(plan).not.toContain('Seq Scan')
  })

  it('are found by their key where one is ended, and where uses are noted', async () => {
    const ids = (await store.sessions.listOf(user.id)).map(({ id }) => id)
    for (const work of [
      () => store.sessions.removeOf(user.id, randomUUID()),
      () => store.sessions.noteUses(ids.map((id) => ({ id, at: createdAt }))),
    ]) {
      const plan = await plans(work)
      expect(plan).toContain('sessions_pkey')
      expect(plan).not.toContain('Seq Scan')
    }
  })

  it('of very many are those used longest ago', async () => {
    const found = await store.sessions.usedLongestAgo(others.id, 200)
    const oldest = (await store.sessions.listOf(others.id)).reverse().slice(0, 200)
    expect(found.map(({ id }) => id)).toEqual(oldest.map(({ id }) => id))
  })
})

describe('noted uses', () => {
  it('are saved by one statement, and wait for no lock', async () => {
    const [held, free] = (await store.sessions.listOf(user.id)).map(({ id }) => id) as [string, string]
    const at = new Date('2027-01-01T00:00:00Z')
    await store.transaction(async (tx) => {
      await tx.sessions.lock(held)
      const trips = await roundTripsOf(database, () => store.sessions.noteUses([held, free].map((id) => ({ id, at }))))
      expect(trips.flat()).toHaveLength(1)
    })
    const used = (await store.sessions.listOf(user.id)).filter(({ lastUsedAt }) => +lastUsedAt === +at)
    expect(used.map(({ id }) => id)).toEqual([free])
  })
})
