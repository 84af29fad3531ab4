import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plainWalk } from '../../src/domain/users/positions.ts'
import type { UserFilter, UserPage } from '../../src/domain/users/store.ts'
import type { Database } from '../../src/store/database.ts'
import { freshDatabase, open } from '../support/database.ts'
import { plansOf } from './plans.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let database: Database

beforeAll(async () => {
  home = await freshDatabase()
  database = open(home.connection, { dbPoolMax: 1, dbStatementTimeoutMs: 60_000 })
  await database.knex.raw(`
    insert into users (id, username, email, full_name, role, status, can_write, created_at, updated_at, deleted_at)
    select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'user-' || md5(n::text),
           md5((n * 7)::text) || '@example.com', case when n % 50 = 0 then '新用户' || n else md5((n * 3)::text) end,
           case when n % 100 = 0 then 'manager' when n % 1000 = 1 then 'admin' else 'user' end,
           case when n % 20 = 0 then 'deleted' when n % 21 = 0 then 'suspended' else 'active' end,
           true, '2026-01-01'::timestamptz + n * interval '1 s', now(), case when n % 20 = 0 then now() end
    from generate_series(1, 20000) n`)
  // An index-only scan needs the visibility map, and a plan the statistics; a server at work does
  // both by itself.
  await database.knex.raw('vacuum analyze users')
  // The table is small and all of it in memory: at times a scan or a sort is really cheaper here,
  // though not on a million users.
  await database.knex.raw('set enable_seqscan = off')
}, 60_000)
afterAll(async () => {
  await database?.close()
  await home?.close()
})

const plans = (work: () => Promise<unknown>) => plansOf(database, work)

const firstPage = { sortBy: 'createdAt', sortOrder: 'DESC', offset: 0, limit: 20, total: 20_000 } as const

const page = (given: Partial<UserPage>) => plans(() => database.store.users.list({ ...firstPage, ...given }))

describe('a page', () => {
  it.each([
    [{}, 'users_newest'],
    [{ sortOrder: 'ASC', offset: 9000 }, 'users_newest'],
    [{ offset: 18_000 }, 'users_newest'],
    [{ role: 'user', offset: 5000 }, 'users_newest_by_role'],
    [{ status: 'active', offset: 5000 }, 'users_newest_by_status'],
    [{ status: 'suspended' }, 'users_newest_by_status'],
    [{ status: 'deleted', offset: 300 }, 'users_newest_deleted'],
    [{ sortBy: 'username', offset: 9000 }, 'users_username_key'],
    [{ sortBy: 'email', sortOrder: 'ASC' }, 'users_email_key'],
  ] as const)('%j is read from an index alone, then by id', async (given, index) => {
    const plan = await page(given)
    expect(plan).toMatch(new RegExp(`Index Only Scan.* using ${index} on users`))
    expect(plan).toMatch(/Index Scan using users_pkey/)
    expect(plan).not.toContain('Seq Scan')
  })

  it.each([
    { role: 'manager', status: 'suspended' },
    { role: 'user', status: 'active', offset: 5000 },
  ] as const)('%j is read from one of the two', async (given) => {
    expect(await page(given)).toMatch(/Index Only Scan.* using users_newest_by_(role|status) on users/)
  })
})

describe('a walk by id', () => {
  const walk = (filter: UserFilter) =>
    plans(() =>
      database.store.users.listAfter({ ...filter, ...plainWalk('01900000-0000-7000-8000-000000001000'), limit: 20 }),
    )

  it.each([
    [{}, 'users_pkey'],
    [{ role: 'manager' }, 'users_in_role'],
    [{ status: 'suspended' }, 'users_in_status'],
    [{ role: 'manager', status: 'suspended' }, 'users_in_(role|status)'],
  ] as const)('%j goes straight to the next user', async (filter, index) => {
    const plan = await walk(filter)
    expect(plan).toMatch(new RegExp(`Index Scan using ${index} on users`))
    expect(plan).not.toMatch(/Sort|Seq Scan/)
  })
})

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
      /^Limit\n +InitPlan 1.*\n.* on pg_index\n.*\n *-> +Result\n.*\n *-> +Index Scan Backward using users_hash_cost on users/,
    )
    expect(plan).not.toMatch(/Sort|Seq Scan/)
  })
})

describe('a count', () => {
  it('of recent users and of administrators reads an index alone', async () => {
    const recent = await plans(() => database.store.users.countCreatedAfter(new Date('2026-01-01T05:00:00Z')))
    expect(recent).toContain('Index Only Scan using users_newest on users')
    const administrators = await plans(() =>
      database.store.users.countOtherAdministrators('01900000-0000-7000-8000-000000000001'),
    )
    expect(administrators).toMatch(/Index Only Scan using users_in_role on users/)
  })

  it('without a search does not touch the users', async () => {
    expect(await plans(() => database.store.users.count({ role: 'user', status: 'active' }))).toBe('')
    expect(await plans(() => database.store.users.countByRoleAndStatus())).toBe('')
  })
})
