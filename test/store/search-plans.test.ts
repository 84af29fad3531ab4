import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserFilter } from '../../src/domain/users/store.ts'
import type { Database } from '../../src/store/database.ts'
import type { Call, Step } from '../../src/store/sql/statement.ts'
import { searchColumns } from '../../src/store/users/folding.ts'
import { segmentOf, segmentSize } from '../../src/store/users/search-segments.ts'
import { createUserSearches } from '../../src/store/users/user-searches.ts'
import { makeUpUsers } from '../../tools/made-up-users.ts'
import { freshDatabase, open } from '../support/database.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let database: Database

const size = 4000
const segments = 20
/** Numbers between two users, so that they are in several segments. */
const apart = Math.floor((segments * segmentSize) / size)

beforeAll(async () => {
  home = await freshDatabase()
  database = open(home.connection, { dbPoolMax: 5, dbStatementTimeoutMs: 60_000 })
  const rows = makeUpUsers(
    size,
    'hash',
  )(size).map((row, n) => ({
    ...row,
    must_change_password: false,
    search_keys: searchColumns({ ...row, fullName: row.full_name }, segmentOf(n * apart)).search_keys,
  }))
  await database.knex.raw('insert into users select * from json_populate_recordset(null::users, ?)', [
    JSON.stringify(rows),
  ])
  await database.knex.raw(`select setval('user_numbers', ?)`, [(size - 1) * apart])
  await database.knex.raw('vacuum analyze users')
}, 60_000)
afterAll(async () => {
  await database?.close()
  await home?.close()
})

const searches = createUserSearches({ done: true, isIndexed: true }, { cap: 200, few: 30, passed: 100, sorted: 2000 })
const first = { sortBy: 'username', sortOrder: 'ASC', offset: 0, limit: 10 } as const
const count = (filter: UserFilter) => searches.count(filter)
const page = (filter: UserFilter) => searches.list({ ...filter, ...first })
const walk = (filter: UserFilter) => searches.listAfter({ ...filter, ...first, sortBy: 'id' })

/** How a search has been carried out, when it was prepared and run for the tenth time. */
async function carriedOut(call: Call<unknown>): Promise<string> {
  const [{ text, values }] = call.steps as [Step]
  const explain = `explain (analyze, buffers off, costs off, timing off, summary off) ${text}`
  let plan = ''
  for (let n = 0; n < 10; n++)
    plan = await database.sql.run({
      steps: [{ text: explain, name: `planned ${explain.length} ${values.join().length}`, values }],
      read: ([answer]) => answer?.rows.map((row) => row['QUERY PLAN']).join('\n') ?? '',
      heavy: true,
    })
  // As PostgreSQL 15 has it.
  return plan.replace(/(rows=\d+)\.00/g, '$1')
}

/** How many segments were looked at, by each scan of the index of the search. */
const looked = (plan: string, index = 'users_search') =>
  [
    ...plan.matchAll(new RegExp(`Bitmap Index Scan on ${index} \\((?:actual.*loops=(\\d+)|never executed)\\)`, 'g')),
  ].map(([, loops = '0']) => Number(loops))

const rare = ['~', 'ж~', 'c0ffee', '欧x', 'no such name']
const filters: UserFilter[] = [{}, { role: 'user' }, { status: 'active' }, { role: 'guest', status: 'banned' }]
const both = [...filters, { status: 'deleted' }, { status: 'deleted', role: 'user' }] as UserFilter[]

describe('a search for what nobody has', () => {
  it.each(rare)('"%s" looks for it in each segment, by the index alone', async (search) => {
    for (const filter of both)
      for (const call of [count, page, walk].map((make) => make({ ...filter, search }))) {
        const plan = await carriedOut(call)
        const index = filter.status === 'deleted' ? 'users_search_deleted' : 'users_search'
        const [loops, ...more] = looked(plan, index)
        expect([loops, ...more.filter((more) => more > 0)], plan).toEqual([segments])
        expect(plan).not.toContain('Seq Scan on users')
        expect(plan).toContain('users_search_keyless')
      }
  })
})

describe('a search for what many have', () => {
  it.each(['e', 'an', 'example', '.com', '@example'])(
    '"%s" is counted in the newest segments alone',
    async (search) => {
      for (const filter of filters.slice(0, 3)) {
        const [loops] = looked(await carriedOut(count({ ...filter, search })))
        expect(loops).toBeLessThan(segments / 2)
      }
    },
  )

  it.each(['e', 'example'])('"%s" is met in the list, of which no more is read than that takes', async (search) => {
    for (const call of [page({ search }), walk({ search })]) {
      const plan = await carriedOut(call)
      const [few, rest] = looked(plan)
      expect([few, rest]).toEqual([1, 0])
      expect(plan).toMatch(/Index Scan using users_(pkey|username_key) on users( \w+)? \(actual rows=1\d\b/)
    }
  })
})

describe('a role or status', () => {
  it('is looked for together with the text', async () => {
    const plan = await carriedOut(count({ search: 'e', role: 'guest', status: 'banned' }))
    expect(plan).toMatch(/Index Cond: \(\(search_keys @> .*\) AND \(ARRAY\[.*role.*status.*\] @> '\{guest,banned\}'/)
  })
})

describe('a search that the list has late', () => {
  it('is found by the index, and sorted', async () => {
    const { rows } = await database.knex.raw(
      `select substr(username, 1, 5) as search from users where deleted_at is null order by lower(username collate "C") desc offset 100 limit 1`,
    )
    const plan = await carriedOut(page(rows[0]))
    const [few, rest] = looked(plan)
    expect(few).toBeGreaterThan(0)
    expect(rest).toBe(segments)
    expect(plan).toMatch(/Limit \(actual rows=100 loops=1\)/)
  })
})
