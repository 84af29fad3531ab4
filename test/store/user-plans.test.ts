import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserPage } from '../../src/domain/users/store.ts'
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

const firstPage = { sortBy: 'createdAt', sortOrder: 'DESC', offset: 0, limit: 20, total: 20_000 } as const

const page = (given: Partial<UserPage>) => plans(() => database.store.users.list({ ...firstPage, ...given }))

const short: [string, string][] = [
  ['qq', 'users_search_grams'],
  ['用户1', 'users_search_grams'],
  ['李', 'users_search_grams'],
  ['..-', 'users_search_grams'],
]

describe('a search while users are being filled', () => {
  beforeAll(() =>
    database.knex.raw(
      'create index users_search_grams_before on users using gin (search_grams(search_text)) where deleted_at is null',
    ),
  )

  it.each(short)('for "%s" uses the index that knows it and the one of the version before', async (search, index) => {
    for (const filter of [{ search }, { search, role: 'user' }] as const) {
      for (const plan of [await page(filter), await plans(() => database.store.users.count(filter))]) {
        expect(plan).toContain(`Bitmap Index Scan on ${index}\n`)
        expect(plan).toMatch(/users_search_(grams_before|unfilled)/)
        expect(plan).not.toContain('Seq Scan')
      }
    }
  })

  it('ends, and the service knows', async () => {
    const stopping = new AbortController()
    const kept = database.keepUp(stopping.signal, { info: () => {}, warn: () => {} }, 0)
    const gone = async () =>
      (await database.knex.raw("select to_regclass('users_search_grams_before') is null as gone")).rows[0].gone
    while (!(await gone())) await delay(50)
    await delay(200)
    stopping.abort()
    await kept
  })
})

describe('a search', () => {
  it.each([['c0ffee', 'users_search_trigrams'], ['a.b c0f', 'users_search_trigrams'], ...short])(
    'for "%s" uses the index that knows it, to list and to count',
    async (search, index) => {
      for (const filter of [{ search }, { search, role: 'user' }, { search, status: 'active' }] as const) {
        expect(await page(filter)).toContain(`Bitmap Index Scan on ${index}`)
        expect(await plans(() => database.store.users.count(filter))).toContain(`Bitmap Index Scan on ${index}`)
      }
    },
  )

  it('for what nearly everyone has walks the order instead', async () => {
    expect(await page({ search: 'example' })).toMatch(/Index Scan.* using users_newest on users/)
    expect(await page({ search: 'c0' })).toMatch(/Index Scan.* using users_newest on users/)
    expect(await page({ search: 'e' })).toMatch(/Index Scan.* using users_newest on users/)
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
