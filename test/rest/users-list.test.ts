import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { NewUser } from '../../src/domain/users/store.ts'
import { truncateAll } from '../support/database.ts'
import { type Service, startService } from '../support/service.ts'
import { makeUsers } from './made-users.ts'

let service: Service
let token: string
/** Of the caller, who is the oldest user and is in the lists too. */
let own: string

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  await truncateAll(service.knex)
  const admin = await service.as('admin', { username: 'm-caller', email: 'm-caller@example.org' })
  token = admin.token
  own = admin.user.id
  service.clock.advance(1)
})
afterAll(() => service.close())

const list = (query = '') => service.call('GET', `/users${query}`, { token })
const idsOf = ({ body }: { body: any }): string[] => body.data.map((user: any) => user.id)
const make = (...given: Partial<NewUser>[]) => makeUsers(service, given)
const plain = (count: number) => Array.from({ length: count }, () => ({}))

describe('GET /users', () => {
  it('shows the newest twenty users first unless it is told otherwise', async () => {
    const made = await make(...plain(24))
    const reply = await list()
    const nextCursor = expect.any(String)
    expect(reply.body.pagination).toEqual({ page: 1, limit: 20, total: 25, totalPages: 2, nextCursor })
    expect(idsOf(reply)).toEqual(made.reverse().slice(0, 20))
  })

  it('cuts the list into pages that meet each user once', async () => {
    const made = await make(...plain(6))
    const pages: string[][] = []
    for (const page of [1, 2, 3]) {
      const reply = await list(`?page=${page}&limit=3`)
      expect(reply.body.pagination).toMatchObject({ page, limit: 3, total: 7, totalPages: 3 })
      pages.push(idsOf(reply))
    }
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1])
    expect(pages.flat()).toEqual([own, ...made].reverse())
  })

  it.each([2, 3, 2147483647])('has an empty page %i past the end, with the same total', async (page) => {
    const { status, body } = await list(`?page=${page}&limit=100`)
    expect(status).toBe(200)
    const pagination = { page, limit: 100, total: 1, totalPages: 1, nextCursor: null }
    expect(body).toEqual({ success: true, data: [], pagination })
  })

  it('has no pages when nobody is found', async () => {
    const { body } = await list('?search=nobody-at-all')
    const pagination = { page: 1, limit: 20, total: 0, totalPages: 0, nextCursor: null }
    expect(body).toEqual({ success: true, data: [], pagination })
  })

  it('shows every field of a user, lastLoginAt only of those who logged in', async () => {
    await make({ fullName: '王小明' })
    const [user, caller] = (await list()).body.data
    const fields = ['id', 'username', 'email', 'fullName', 'role', 'status', 'createdAt', 'updatedAt']
    expect(Object.keys(user).sort()).toEqual([...fields].sort())
    expect(Object.keys(caller).sort()).toEqual([...fields, 'lastLoginAt'].sort())
  })

  it.each([
    ['page', ['0', '-1', '2147483648', '1e1', '1.0', '+1', '', 'first']],
    ['limit', ['0', '101', '-1', '1e1', '']],
    ['sortBy', ['id', 'createdat', 'password_hash', '']],
    ['sortOrder', ['asc', 'up', '']],
    ['role', ['emperor', 'Admin', '']],
    ['status', ['asleep', '']],
    ['search', ['', '%20', '%01']],
    ['after', ['nonsense', '']],
    ['cursor', ['1']],
  ])('refuses %s = %j', async (field, values) => {
    for (const value of values)
      expect(await list(`?${field}=${encodeURIComponent(decodeURIComponent(value))}`), value).toMatchObject({
        status: 400,
        body: { message: '用户查询参数错误', details: { code: 'USER_002', errors: [{ field }] } },
      })
  })
})

describe('sortBy and sortOrder of GET /users', () => {
  const people = [
    { username: 'Zoe', email: 'b@example.com' },
    { username: 'adam', email: 'C@example.com' },
    { username: '_under', email: 'a@example.com' },
    { username: 'Adam-2', email: 'D@example.org' },
    { username: '0zero', email: 'd@example.com' },
  ]
  /** Without regard to case, by code points; what comes first when ascending. */
  const sorted = {
    createdAt: ['m-caller', 'Zoe', 'adam', '_under', 'Adam-2', '0zero'],
    username: ['0zero', '_under', 'adam', 'Adam-2', 'm-caller', 'Zoe'],
    email: ['_under', 'Zoe', 'adam', '0zero', 'Adam-2', 'm-caller'],
  }

  it.each(
    Object.entries(sorted).flatMap(([by, names]) => [
      { by, order: 'ASC', names },
      { by, order: 'DESC', names: [...names].reverse() },
    ]),
  )('sort by $by $order, over all pages', async ({ by, order, names }) => {
    await make(...people)
    const met: string[] = []
    for (const page of [1, 2, 3])
      met.push(
        ...(await list(`?sortBy=${by}&sortOrder=${order}&limit=2&page=${page}`)).body.data.map((u: any) => u.username),
      )
    expect(met).toEqual(names)
  })

  it('order users of the same moment by their ids, in the same direction', async () => {
    const createdAt = new Date('2020-02-02T02:02:02.002Z')
    const made = await make(...plain(5).map(() => ({ createdAt })))
    for (const limit of [2, 100]) {
      const walk = async (order: string) => {
        const pages = [1, 2, 3].map((page) => list(`?search=person&sortOrder=${order}&limit=${limit}&page=${page}`))
        return (await Promise.all(pages)).flatMap(idsOf)
      }
      expect(await walk('ASC')).toEqual(made)
      expect(await walk('DESC')).toEqual([...made].reverse())
    }
  })
})
