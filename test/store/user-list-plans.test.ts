import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserFilter, UserPage } from '../../src/domain/users/store.ts'
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
  expect(rows).toMatch(/(Index Scan( Backward)? using|Bitmap Index Scan on) users_pkey[^\n]*\n *Index Cond: \(id = ANY/)
  expect(rows).not.toContain('Seq Scan')
  return ids.join('\n')
}
