import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
    from generate_series(1, 20000) n;
    update users set search_grams = search_grams(search_text)`)
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

const plans = (work: () => Promise<unknown>, ...mode: [Parameters<typeof plansOf>[2]?]) =>
  plansOf(database, work, ...mode)

const firstPage = { sortBy: 'createdAt', sortOrder: 'DESC', offset: 0, limit: 20, total: 20_000 } as const

const page = (given: Partial<UserPage>, ...mode: [Parameters<typeof plansOf>[2]?]) =>
  plans(() => database.store.users.list({ ...firstPage, ...given }), ...mode)

const sorts = ['id', 'createdAt', 'username', 'email'] as const
/** The ends of the names of the indexes that have a sort. */
const endings = { id: 'id', createdAt: 'creation', username: 'username', email: 'email' }
const wholeLists = { id: 'pkey', createdAt: 'newest', username: 'username_key', email: 'email_key' }

/** Filters with rare and common values, the family of indexes that has them, and how many of it. */
const families: [UserFilter, string, number][] = [
  [{ role: 'user' }, 'users_by_', 5],
  [{ role: 'guest' }, 'users_by_', 5],
  [{ status: 'active' }, 'users_by_', 6],
  [{ status: 'banned' }, 'users_by_', 6],
  [{ role: 'user', status: 'active' }, 'users_by_', 1],
  [{ role: 'manager', status: 'suspended' }, 'users_by_', 1],
  [{ status: 'deleted' }, 'users_deleted_by_', 6],
  [{ status: 'deleted', role: 'user' }, 'users_deleted_by_', 1],
]
const lists = sorts.flatMap((sortBy) =>
  (['ASC', 'DESC'] as const).flatMap((sortOrder) => [
    { filter: {} as UserFilter, sortBy, sortOrder, index: `users_${wholeLists[sortBy]}`, scans: 1 },
    ...families.map(([filter, family, scans]) => {
      return { filter, sortBy, sortOrder, index: `${family}${endings[sortBy]}`, scans }
    }),
  ]),
)

describe.each(lists)('$filter by $sortBy $sortOrder', ({ filter, sortBy, sortOrder, index, scans }) => {
  const list = { ...filter, sortBy, sortOrder }
  const direction = sortOrder === 'DESC' ? ' Backward' : ''
  const expectScans = (plan: string, kind: string) => {
    const read = plan.match(/(Index.* Scan.*) using (\S+) on users/g) ?? []
    expect(read).toHaveLength(scans)
    for (const each of read) expect(each).toContain(`${kind} using ${index} on users`)
    expect(plan).not.toMatch(/Seq Scan|Sort(?! Key)|Bitmap/)
    expect(plan.includes('Merge Append')).toBe(scans > 1)
  }

  const place = {
    id: '01900000-0000-7000-8000-000000001000',
    createdAt: '2026-01-01T01:00:00.000Z',
    username: 'user-8',
    email: '8',
  }
  const after = { key: place[sortBy], id: place.id }

  it.each([
    ['the first page', () => database.store.users.list({ ...list, offset: 0, limit: 20 })],
    ['what comes after a place', () => database.store.users.listAfter({ ...list, after, limit: 20 })],
  ])('reads %s along its index', async (what, work) => {
    const plan = await plans(work, 'force_generic_plan')
    if (scans === 1 && Object.keys(filter).length === 0) expectScans(plan, `Index Scan${direction}`)
    else expectScans(idsOf(plan), `Index Only Scan${direction}`)
    // One condition on what it is sorted by for each: not a filter of all that comes before.
    if (what !== 'the first page') {
      expect(plan.match(/Index Cond: .*(\bid|created_at|username|email)\b.* [<>]/gi)).toHaveLength(scans)
    }
  })

  // The contract has no pages by id.
  it.skipIf(sortBy === 'id')('has all that a deep page passes over in the index', async () => {
    for (const [offset, backwards] of [
      [5000, sortOrder === 'DESC'],
      [18_000, sortOrder === 'ASC'],
    ] as const) {
      const plan = await page({ ...list, offset }, 'force_custom_plan')
      expectScans(idsOf(plan), `Index Only Scan${backwards ? ' Backward' : ''}`)
    }
  })
})

/** The part of a plan that finds the ids; beside it there is only their way to the rows of the page. */
function idsOf(plan: string): string {
  const lines = plan.split('\n')
  const indent = (line = '') => line.search(/\S/)
  const from = lines.findIndex((line) => /^ *InitPlan 1/.test(line))
  const isOfIds = (line: string, at: number) => at > from && indent(line) > indent(lines[from])
  const to = lines.findIndex((line, at) => at > from && !isOfIds(line, at))
  const ids = lines.slice(from + 1, to < 0 ? undefined : to)
  const rows = [...lines.slice(0, from), ...(to < 0 ? [] : lines.slice(to))].join('\n')
  expect(rows).toMatch(/(Index Scan using|Bitmap Index Scan on) users_pkey[^\n]*\n *Index Cond: \(id = ANY/)
  expect(rows).not.toContain('Seq Scan')
  return ids.join('\n')
}

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
