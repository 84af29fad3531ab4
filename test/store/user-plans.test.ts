import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/store/database.ts'
import { manyUsers } from './many-users.ts'
import { plansOf } from './plans.ts'

let many: Awaited<ReturnType<typeof manyUsers>>
let database: Database

beforeAll(async () => {
  many = await manyUsers()
  database = many.database
}, 60_000)
afterAll(() => many?.close())

const plans = (work: () => Promise<unknown>) => plansOf(database, work)

describe('a single user', () => {
  it('is found by either name at once', async () => {
    const plan = await plans(() => database.store.users.findCredentials('someone@example.com'))
    expect(plan).toContain('BitmapOr')
    expect(plan).toContain('users_username_key')
    expect(plan).toContain('users_email_key')
  })
})

describe('the highest cost of a hash', () => {
  it('is one row of its index, whatever else stands in the column', async () => {
    const { knex, store } = database
    const set = (n: number, hash: string | null) =>
      knex('users')
        .where('username', `user-${createHash('md5').update(String(n)).digest('hex')}`)
        .update({ password_hash: hash })
    const tail = `$${'x'.repeat(53)}`
    expect(await store.users.highestHashCost()).toBeUndefined()
    for (const [n, hash] of [
      `$2b$16${tail}`,
      `$2b$31${tail}`,
      `$2b$99${tail}`,
      `$2b$03${tail}`,
      `$2b$1١${tail}`,
      `x$2b$15${tail}`,
      `other-scheme$2b$15${tail}`,
      '$argon2id$v=19$m=19456,t=2,p=1$15$15',
      'correct horse battery',
      '',
    ].entries())
      await set(n + 1, hash)
    expect(await store.users.highestHashCost()).toBeUndefined()
    await set(21, `$2a$09${tail}`)
    expect(await store.users.highestHashCost()).toBe(9)
    await set(22, `bcrypt-hmac-sha384$2b$12${tail}`)
    await set(23, `$2y$10${tail}`)
    expect(await store.users.highestHashCost()).toBe(12)
    // Only the cost is looked at, and kept within what a login may cost.
    await set(24, `$2b$15${tail}x`)
    expect(await store.users.highestHashCost()).toBe(15)
    const plan = await plans(() => store.users.highestHashCost())
    expect(plan).toMatch(
      /^Limit\n +InitPlan 1.*\n.* on pg_index\n.*\n *-> +Result\n.*\n *-> +Index Scan Backward using users_by_hash_cost on users/,
    )
    expect(plan).not.toMatch(/Sort|Seq Scan/)
  })
})

describe('a count', () => {
  it('of recent users and of administrators reads an index alone', async () => {
    const recent = await plans(() => database.store.users.countCreatedAfter(new Date('2026-01-01T05:00:00Z')))
    // The hours, and what is left of one.
    expect(recent).toMatch(/Index.* on user_hours/)
    expect(recent).toContain('Index Only Scan using users_newest on users')
    const administrators = await plans(() =>
      database.store.users.countOtherAdministrators('01900000-0000-7000-8000-000000000001'),
    )
    expect(administrators).toMatch(/Index Only Scan using users_by_\w+ on users/)
  })

  it('without a search does not touch the users', async () => {
    expect(await plans(() => database.store.users.count({ role: 'user', status: 'active' }))).toBe('')
    expect(await plans(() => database.store.users.countByRoleAndStatus())).toBe('')
  })
})
