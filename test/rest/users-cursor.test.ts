import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { NewUser } from '../../src/domain/users/store.ts'
import { truncateAll } from '../support/database.ts'
import { type Service, startService } from '../support/service.ts'
import { makeUsers } from './made-users.ts'

let service: Service
let token: string
/** Of the caller, who is the oldest user and is in the lists too. */
let own: string

const nil = '00000000-0000-0000-0000-000000000000'

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

describe('GET /users after the nextCursor of a page', () => {
  /** Of one moment two by two, and with names that differ by case alone from their neighbour's order. */
  const people = ['Zoe', 'adam', '_under', 'Adam-2', '0zero', 'zoe-2'].map((username, n) => ({
    username,
    email: `${['b', 'C', 'a', 'D', 'd', 'e'][n]}@example.${n % 2 ? 'com' : 'org'}`,
    createdAt: new Date(Date.UTC(2020, 1, 2, 2, 2, n >> 1, 7)),
  }))
  const orders = ['createdAt', 'username', 'email'].flatMap((sortBy) =>
    ['ASC', 'DESC'].map((sortOrder) => `sortBy=${sortBy}&sortOrder=${sortOrder}`),
  )

  /** From a list on along its cursor: the ids that are met, and what the pages say of themselves. */
  async function walk(query: string, more = query) {
    const first = await list(`?${query}`)
    const [met, paginations] = [idsOf(first), [first.body.pagination]]
    for (let next = first.body.pagination.nextCursor; next !== null; ) {
      const reply = await list(`?${more}&after=${next}`)
      expect(reply.status).toBe(200)
      met.push(...idsOf(reply))
      paginations.push(reply.body.pagination)
      next = reply.body.pagination.nextCursor
    }
    return { met, paginations }
  }

  it.each(orders)('meets each user once, in the order of %s', async (order) => {
    await make(...people)
    const all = idsOf(await list(`?${order}&limit=100`))
    expect(all).toHaveLength(7)
    for (const limit of [1, 2, 3, 6, 7]) expect((await walk(`${order}&limit=${limit}`)).met, `by ${limit}`).toEqual(all)
    // The cursor keeps its order.
    expect((await walk(`${order}&limit=2`, 'limit=2')).met).toEqual(all)
  })

  it('counts nobody: it says how many it has at most, and where it goes on', async () => {
    await make(...people)
    const { paginations } = await walk('limit=3')
    expect(paginations).toEqual([
      { page: 1, limit: 3, total: 7, totalPages: 3, nextCursor: expect.stringMatching(/^[\w-]{60,}$/) },
      { limit: 3, nextCursor: expect.stringMatching(/^[\w-]{60,}$/) },
      { limit: 3, nextCursor: null },
    ])
  })

  it('goes on from any page, also where pages end', async () => {
    await make(...people)
    const all = idsOf(await list('?sortBy=email&limit=100'))
    for (const page of [1, 2, 3]) {
      const { nextCursor } = (await list(`?sortBy=email&limit=2&page=${page}`)).body.pagination
      expect(idsOf(await list(`?sortBy=email&after=${nextCursor}`))).toEqual(all.slice(page * 2))
    }
    for (const page of [4, 5])
      expect((await list(`?sortBy=email&limit=2&page=${page}`)).body.pagination.nextCursor).toBe(null)
  })

  it('takes the filters of the page', async () => {
    await make(...people.map((each, n) => ({ ...each, role: n % 2 ? 'user' : 'guest' }) as const))
    for (const filter of ['role=guest', 'search=example.org&status=active']) {
      const all = idsOf(await list(`?${filter}&sortBy=username&limit=100`))
      expect((await walk(`${filter}&sortBy=username&limit=1`)).met).toEqual(all)
      expect(all.length).toBeGreaterThan(2)
    }
  })

  it('misses nobody where its own user goes', async () => {
    const made = await make(...people)
    const { body } = await list('?sortBy=username&sortOrder=ASC&limit=2')
    for (const { id } of body.data) await service.call('DELETE', `/users/${id}`, { token })
    const rest = await list(`?after=${body.pagination.nextCursor}`)
    expect(idsOf(rest)).toHaveLength(5)
    expect(idsOf(rest)).toEqual(expect.arrayContaining([own, made[0], made[1], made[3], made[5]]))
  })

  it.each([
    ['sortBy=email', 'sortBy=username&sortOrder=ASC'],
    ['sortOrder=DESC', 'sortBy=username&sortOrder=ASC'],
    ['sortBy=username&sortOrder=DESC', 'sortBy=username&sortOrder=ASC'],
  ])('refuses %s beside it, and says what it takes', async (other, expected) => {
    await make(...people)
    const { nextCursor } = (await list('?sortBy=username&sortOrder=ASC&limit=2')).body.pagination
    expect(await list(`?after=${nextCursor}&${other}`)).toMatchObject({
      status: 400,
      body: {
        message: '用户查询参数错误',
        details: {
          code: 'USER_002',
          reason: 'invalid_query',
          errors: [
            { field: 'after', message: `after 是另一种排序的游标：请与 ${expected} 一起发送，或去掉 after 从头开始` },
          ],
        },
      },
    })
    const english = { token, headers: { 'Accept-Language': 'en' } }
    const { body } = await service.call('GET', `/users?after=${nextCursor}&${other}`, english)
    expect(body.details.errors[0].message).toBe(
      `after is the cursor of a list in another order: send it with ${expected}, or begin without after`,
    )
  })

  it('refuses the number of a page beside it, but for the first', async () => {
    await make(...people)
    const { nextCursor } = (await list('?limit=2')).body.pagination
    expect((await list(`?after=${nextCursor}&page=1&sortBy=createdAt&sortOrder=DESC`)).status).toBe(200)
    expect(await list(`?after=${nextCursor}&page=2`)).toMatchObject({
      status: 400,
      body: { details: { errors: [{ field: 'page', message: 'page 不能与 after 同时使用' }] } },
    })
  })

  it('never fails by a cursor that somebody made up', async () => {
    const forged = (sortBy: string, key: string) => Buffer.from(`1 ${sortBy} ASC ${nil} ${key}`).toString('base64url')
    const statusOf = async (after: string) => (await list(`?after=${after}`)).status
    for (const key of ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])
      expect(await statusOf(forged('createdAt', key)), key).toBe(200)
    for (const key of ['%', "' or 1=1 --", '\\', '$1', '?', 'é'.repeat(160), '\u202e\ufffe', '😀', 'a\nb'])
      expect(await statusOf(forged('username', key)), key).toBe(200)
    for (const key of ['0000-01-01T00:00:00.000Z', '2025-02-30T00:00:00.000Z', 'infinity', 'now', 'x'])
      expect(await statusOf(forged('createdAt', key)), key).toBe(400)
    for (const key of ['a\0b', '', 'k'.repeat(255)]) expect(await statusOf(forged('email', key)), key).toBe(400)
    for (const sortBy of ['id', 'fullName', 'password_hash', 'constructor'])
      expect(await statusOf(forged(sortBy, 'x')), sortBy).toBe(400)
  })

  it('is looked at when it is known who asks', async () => {
    const guest = await service.as('guest')
    expect((await service.call('GET', `/users?after=${'x'.repeat(60)}`)).status).toBe(401)
    expect((await service.call('GET', `/users?after=${'x'.repeat(60)}`, { token: guest.token })).status).toBe(403)
  })

  it('says what to do with what is no cursor', async () => {
    const made = Buffer.from(`1 username ASC ${nil} x`).toString('base64url')
    expect((await list(`?after=${made}`)).status).toBe(200)
    const { body } = await list(`?after=${made.slice(0, -1)}`)
    const [problem] = body.details.errors
    expect(problem.message).toBe('after 不是有效的游标：请原样发送某一页的 nextCursor，或去掉 after 从头开始')
    const english = { token, headers: { 'Accept-Language': 'en' } }
    expect((await service.call('GET', `/users?after=${'x'.repeat(60)}`, english)).body.details.errors).toEqual([
      {
        field: 'after',
        message: 'after is no cursor: send the nextCursor of a page as it was answered, or begin without after',
      },
    ])
  })
})
