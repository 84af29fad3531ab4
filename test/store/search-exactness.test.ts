import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { positionOf } from '../../src/domain/users/positions.ts'
import type { Position, Sorting, SortKey, UserFilter } from '../../src/domain/users/store.ts'
import type { User } from '../../src/domain/users/user.ts'
import type { Database } from '../../src/store/database.ts'
import { ask, builder } from '../../src/store/sql/statement.ts'
import { fold, searchColumns } from '../../src/store/users/folding.ts'
import { segmentOf, segmentSize } from '../../src/store/users/search-segments.ts'
import { createUserSearches, type SearchBounds } from '../../src/store/users/user-searches.ts'
import { makeUpUsers } from '../../tools/made-up-users.ts'
import { freshDatabase, open } from '../support/database.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let database: Database
let users: (User & { text: string[] })[]

const size = 2000
/** Numbers between two users, so that they are in several segments. */
const apart = Math.ceil((3 * segmentSize) / size)

beforeAll(async () => {
  home = await freshDatabase()
  database = open(home.connection, { dbStatementTimeoutMs: 60_000 })
  const rows = makeUpUsers(
    size,
    'hash',
  )(size).map((row, n) => {
    const { search_keys } = searchColumns({ ...row, fullName: row.full_name }, segmentOf(n * apart))
    return { ...row, search_keys, must_change_password: false }
  })
  await database.knex.raw('insert into users select * from json_populate_recordset(null::users, ?)', [
    JSON.stringify(rows),
  ])
  await database.knex.raw(`select setval('user_numbers', ?)`, [size * apart])
  await database.knex.raw('vacuum analyze users')
  users = rows.map((row) => ({
    ...{ id: row.id, username: row.username, email: row.email, fullName: row.full_name },
    ...{ role: row.role, status: row.status, canWrite: row.can_write, mustChangePassword: false },
    ...{ createdAt: row.created_at, updatedAt: row.updated_at, lastLoginAt: row.last_login_at },
    text: [row.username, row.email, row.full_name].map(fold),
  }))
}, 60_000)
afterAll(async () => {
  await database?.close()
  await home?.close()
})

/** Whom a search has to find, in this order, by looking at each user. */
function naive({ role, status, search = '' }: UserFilter, { sortBy, sortOrder }: Sorting): string[] {
  const term = fold(search)
  const placed = users
    .filter((user) => (status === undefined ? user.status !== 'deleted' : user.status === status))
    .filter((user) => (role === undefined || user.role === role) && user.text.some((text) => text.includes(term)))
    .map((user) => positionOf(user, sortBy))
    .sort((one, other) => (one.key < other.key || (one.key === other.key && one.id < other.id) ? -1 : 1))
  return (sortOrder === 'ASC' ? placed : placed.reverse()).map(({ id }) => id)
}

const terms = [
  'e',
  'q',
  '~',
  'AN',
  'zq',
  'example',
  '王',
  '欧阳',
  'Иван',
  'ά',
  '.com',
  'mail.example.net',
  'sato-1',
  '@',
  '가',
]
const filters: UserFilter[] = [
  {},
  { role: 'user' },
  { status: 'active' },
  { status: 'deleted' },
  { role: 'guest', status: 'active' },
  { role: 'manager', status: 'deleted' },
  { status: 'banned' },
]
const sortings = (['id', 'createdAt', 'username', 'email'] satisfies SortKey[]).flatMap((sortBy) =>
  (['ASC', 'DESC'] as const).map((sortOrder) => ({ sortBy, sortOrder })),
)

const usual: SearchBounds = { cap: 10_000, few: 2000, passed: 10_000, sorted: 50_000 }
const narrow: SearchBounds = { cap: 40, few: 5, passed: 60, sorted: 2000 }
/** Never looked for in the list. */
const unmet: SearchBounds = { cap: 40, few: 5, passed: 1, sorted: 5000 }

const fillings = {
  'before the index is there': { done: false },
  'while users are being filled': { done: false, isIndexed: true },
  'once all are filled': { done: true, isIndexed: true },
}

describe.each(Object.keys(fillings) as (keyof typeof fillings)[])('%s, a search', (when) => {
  beforeAll(async () => {
    // Some are without keys, as of the version before.
    if (when === 'while users are being filled')
      await database.knex.raw(
        `update users set search_keys = null where id::text < (select id::text from users order by id offset 700 limit 1)`,
      )
  })

  it.each([
    ['as a rule', usual],
    ['where few is much', narrow],
    ['where the list has it late', unmet],
  ])('finds and counts whom a look at each user finds, %s', { timeout: 120_000 }, async (_, bounds) => {
    const searches = createUserSearches(fillings[when], bounds)
    const run = database.sql.run.bind(database.sql)
    let at = 0
    for (const search of terms)
      for (const sorting of sortings) {
        const filter = { ...filters[at++ % filters.length], search }
        const expected = naive(filter, sorting)
        const about = JSON.stringify({ ...filter, ...sorting })
        const count = await run(searches.count(filter))
        expect(count, about).toEqual({
          total: Math.min(expected.length, bounds.cap),
          isCapped: expected.length > bounds.cap,
        })
        const known = count.isCapped ? {} : { total: count.total }
        const offset = Math.max(0, Math.floor(expected.length / 3) - 2)
        for (const from of [0, Math.min(offset, 25)]) {
          const page = await run(searches.list({ ...filter, ...sorting, ...known, offset: from, limit: 6 }))
          expect(ids(page), about).toEqual(expected.slice(from, from + 6))
        }
        const last = users.find(({ id }) => id === expected[offset])
        const after = last && positionOf(last, sorting.sortBy)
        const walked = await run(searches.listAfter({ ...filter, ...sorting, ...(after && { after }), limit: 9 }))
        expect(ids(walked), about).toEqual(expected.slice(last ? offset + 1 : 0).slice(0, 9))
      }
  })
})

const ids = (found: readonly User[]) => found.map(({ id }) => id)

describe('a search that is counted to its cap', () => {
  const { list, listAfter } = createUserSearches(fillings['once all are filled'], { ...narrow, sorted: 30 })
  const filter = { search: 'example', sortBy: 'username', sortOrder: 'ASC' } as const

  it('has pages beyond the cap', async () => {
    const page = await database.sql.run(list({ ...filter, offset: 45, limit: 6 }))
    expect(ids(page)).toEqual(naive(filter, filter).slice(45, 51))
  })

  it('refuses a page for which too much had to be sorted, while a walk gets on', async () => {
    await expect(database.sql.run(list({ ...filter, offset: 500, limit: 6 }))).rejects.toMatchObject({
      reason: 'page_too_deep',
    })
    const expected = naive(filter, filter)
    const walked: string[] = []
    for (let after: Position | undefined; ; ) {
      const page = await database.sql.run(listAfter({ ...filter, ...(after && { after }), limit: 400 }))
      walked.push(...ids(page))
      const last = page.at(-1)
      after = page.stoppedAt ?? (last && positionOf(last, 'username'))
      if (!page.stoppedAt && page.length < 400) break
    }
    expect(walked).toEqual(expected)
  })

  it.each(['username', 'email', 'createdAt', 'id'] as const)(
    'stops where too much had to be sorted, and goes on from there, by %s',
    async (sortBy) => {
      const sorting = { sortBy, sortOrder: 'DESC' } as const
      const asked = { search: '王', ...sorting, limit: 9 }
      const expected = naive(asked, sorting)
      // One more than may be sorted, however many were made up.
      const bounds = { ...narrow, few: 3, passed: 20, sorted: expected.length - 1 }
      const stopping = createUserSearches(fillings['once all are filled'], bounds)
      expect(expected.length).toBeGreaterThan(asked.limit)
      const met: string[] = []
      let stops = 0
      let page = await database.sql.run(stopping.list({ ...asked, offset: 0 }))
      for (;;) {
        met.push(...ids(page))
        const last = page.at(-1)
        const after = page.stoppedAt ?? (last && positionOf(last, sortBy))
        if (!after || (!page.stoppedAt && page.length < asked.limit)) break
        if (page.stoppedAt) stops++
        page = await database.sql.run(stopping.listAfter({ ...asked, after }))
      }
      expect(met).toEqual(expected)
      expect(stops).toBeGreaterThan(0)
      // Behind a pooler the session has whatever the role or another client has set.
      const first = stopping.list({ ...asked, offset: 0 })
      const elsewhere = await database.sql.transaction(async (tx) => {
        await tx.run(ask(builder.raw("set local DateStyle = 'German, DMY'"), () => undefined))
        return tx.run(first)
      })
      expect(elsewhere.stoppedAt).toEqual((await database.sql.run(first)).stoppedAt)
    },
  )
})
