import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageDepth, searchCap } from '../../src/domain/users/store.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let token: string

beforeAll(async () => {
  service = await startService()
  token = (await service.as('admin', { username: 'zz-caller', email: 'caller@example.net' })).token
  await service.makeUser({ username: 'zz-guest', role: 'guest' })
})
afterAll(() => service.close())

const list = (query: string, language?: string) =>
  service.call('GET', `/users?${query}`, { token, ...(language && { headers: { 'Accept-Language': language } }) })
const namesOf = ({ body }: { body: any }): string[] => body.data.map((user: any) => user.username)
const nameOf = (n: number) => `many-${String(n).padStart(5, '0')}`

/** Has the counters tell of so many more guests, whom nobody has to make. */
async function pretend(more: number): Promise<void> {
  await service.knex.raw(
    `update user_counts set n = n + ? where (role, status, slot) in
     (select role, status, slot from user_counts where role = 'guest' and n > 0 limit 1)`,
    [more],
  )
}

describe('a page that is too deep', () => {
  const total = 3 * pageDepth
  // Beside the caller and the guest that there is.
  const more = total - 2

  beforeAll(() => pretend(more))
  afterAll(() => pretend(-more))

  it.each(['sortBy=createdAt', 'sortBy=username&sortOrder=ASC', 'sortBy=email', 'status=active', 'role=guest'])(
    'is refused, and pointed to after, with %s',
    async (query) => {
      const { status, body } = await list(`${query}&limit=100&page=1501`)
      expect(status).toBe(400)
      expect(body.message).toBe('页码过深，请使用 after 继续或缩小筛选范围')
      expect(body.details).toEqual({
        code: 'USER_009',
        reason: 'page_too_deep',
        errors: [
          {
            field: 'page',
            message: `page 最多可到达距列表开头或结尾 ${pageDepth} 个用户的位置：请改用 after（某一页的 nextCursor）继续`,
          },
        ],
      })
      const english = (await list(`${query}&limit=100&page=1501`, 'en')).body
      expect(english.message).toBe('The page is too deep: go on with after, or filter')
      expect(english.details.errors[0].message).toBe(
        `page reaches ${pageDepth} users deep, from the beginning or the end of the list: go on with after, the nextCursor of a page`,
      )
    },
  )

  it('begins behind the last page that can be reached from the beginning, and ends before the first from the end', async () => {
    const statusOf = async (page: number) => (await list(`limit=100&page=${page}`)).status
    const last = pageDepth / 100 + 1
    expect(await statusOf(last)).toBe(200)
    expect(await statusOf(last + 1)).toBe(400)
    const pages = total / 100
    expect(await statusOf(pages - last + 1)).toBe(200)
    expect(await statusOf(pages - last)).toBe(400)
  })

  it.each([3001, 2147483647])('is not one past the end, which is empty: %i', async (page) => {
    expect(await list(`limit=100&page=${page}`)).toMatchObject({
      status: 200,
      body: { data: [], pagination: { page, total, totalPages: 3000, nextCursor: null } },
    })
  })
})

describe('a search that finds more than are counted', () => {
  const many = searchCap + 25

  beforeAll(async () => {
    await service.knex.raw(
      `insert into users (id, username, email, full_name, role, status, can_write, created_at, updated_at)
       select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'many-' || lpad(n::text, 5, '0'),
              n || '@many.example', '', 'guest', 'active', false, '2026-01-01'::timestamptz + n * interval '1 s', now()
       from generate_series(1, ?::int) n`,
      [many],
    )
  })

  it('tells that its total is capped, and no number of pages', async () => {
    const { body } = await list('search=many-&sortBy=username&sortOrder=ASC&limit=2')
    expect(body.pagination).toEqual({
      page: 1,
      limit: 2,
      total: searchCap,
      totalIsCapped: true,
      nextCursor: expect.any(String),
    })
    expect(body.data).toHaveLength(2)
  })

  it('is counted whole up to there', async () => {
    const gone = service.knex('users').whereIn(
      'username',
      Array.from({ length: 25 }, (_, n) => nameOf(n + 1)),
    )
    const { rows } = await service.knex.raw('select * from users where username <= ? and username like ?', [
      nameOf(25),
      'many-%',
    ])
    await gone.clone().del()
    const { body } = await list('search=many-&limit=100')
    await service.knex('users').insert(rows)
    expect(body.pagination).toMatchObject({ total: searchCap, totalPages: searchCap / 100 })
    expect(body.pagination).not.toHaveProperty('totalIsCapped')
  })

  it('has pages past its total, to the end', async () => {
    const query = 'search=many-&sortBy=username&sortOrder=ASC&limit=10'
    const capped = { total: searchCap, totalIsCapped: true }
    const past = await list(`${query}&page=${searchCap / 10 + 1}`)
    expect(namesOf(past)).toEqual(Array.from({ length: 10 }, (_, n) => nameOf(searchCap + 1 + n)))
    expect(past.body.pagination).toMatchObject({ ...capped, nextCursor: expect.any(String) })
    const last = await list(`${query}&page=${searchCap / 10 + 3}`)
    expect(namesOf(last)).toEqual(Array.from({ length: 5 }, (_, n) => nameOf(searchCap + 21 + n)))
    expect(last.body.pagination).toMatchObject({ ...capped, nextCursor: null })
    const beyond = await list(`${query}&page=${searchCap / 10 + 4}`)
    expect(beyond.body).toMatchObject({ data: [], pagination: { ...capped, nextCursor: null } })
  })

  it('loses no hit along its cursor', async () => {
    const query = 'search=many-&sortBy=email&sortOrder=DESC&limit=100'
    const met = new Set<string>()
    let reply = await list(query)
    for (;;) {
      for (const name of namesOf(reply)) met.add(name)
      const { nextCursor } = reply.body.pagination
      if (nextCursor === null) break
      reply = await list(`search=many-&limit=100&after=${nextCursor}`)
    }
    expect(met.size).toBe(many)
  })

  it('has pages from the beginning alone', async () => {
    const last = pageDepth / 100 + 1
    expect((await list(`search=many-&limit=100&page=${last}`)).body.data).toEqual([])
    expect(await list(`search=many-&limit=100&page=${last + 1}`)).toMatchObject({
      status: 400,
      body: { details: { code: 'USER_009', errors: [{ field: 'page' }] } },
    })
  })
})
