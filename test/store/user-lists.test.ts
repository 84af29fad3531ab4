import { beforeEach, describe, expect, it } from 'vitest'
import { plainWalk } from '../../src/domain/users/positions.ts'
import type { NewUser, UserFilter, UserPage } from '../../src/domain/users/store.ts'
import { newUser } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'
import { roundTripsOf } from './plans.ts'

const { database, store } = ownDatabase()

const insert = async (...users: Partial<NewUser>[]) => {
  for (const user of users) await store.users.insert(newUser(user))
}

/** A page of the users that there are. */
const list = async (page: Omit<UserPage, 'total'>) =>
  store.users.list({ ...page, total: (await store.users.count(page)).total })

describe('sorting', () => {
  const usernames = async (
    sortBy: 'createdAt' | 'username' | 'email',
    sortOrder: 'ASC' | 'DESC',
    filter: UserFilter = {},
  ) => (await list({ ...filter, sortBy, sortOrder, offset: 0, limit: 100 })).map((user) => user.username)

  it('is by bytes of the lower case', async () => {
    await insert(
      { username: 'bob' },
      { username: 'Zoe' },
      { username: '_xy' },
      { username: 'Alice' },
      { username: '100' },
      { username: 'a.b' },
      { username: 'a-b' },
    )
    const sorted = ['100', '_xy', 'a-b', 'a.b', 'Alice', 'bob', 'Zoe']
    expect(await usernames('username', 'ASC')).toEqual(sorted)
    expect(await usernames('username', 'DESC')).toEqual(sorted.toReversed())
  })

  it('is by email too', async () => {
    await insert(
      { username: 'one', email: 'B@example.com' },
      { username: 'two', email: 'a@example.com' },
      { username: 'three', email: 'C@example.com' },
    )
    expect(await usernames('email', 'ASC')).toEqual(['two', 'one', 'three'])
  })

  it('breaks ties by id in the same direction', async () => {
    const createdAt = new Date('2026-01-01T00:00:00Z')
    await insert(...['aaa', 'bbb', 'ccc'].map((username) => ({ username, createdAt })))
    expect(await usernames('createdAt', 'ASC')).toEqual(['aaa', 'bbb', 'ccc'])
    expect(await usernames('createdAt', 'DESC')).toEqual(['ccc', 'bbb', 'aaa'])
    const ids: string[] = []
    for (let life = 0; life < 3; life++) {
      const { id } = await store.users.insert(newUser({ username: 'phoenix', email: 'phoenix@example.com' }))
      await store.users.remove(id, createdAt)
      ids.push(id)
    }
    for (const sortBy of ['username', 'email'] as const) {
      const page = { status: 'deleted', sortBy, offset: 0, limit: 10 } as const
      expect((await list({ ...page, sortOrder: 'ASC' })).map((user) => user.id)).toEqual(ids)
      expect((await list({ ...page, sortOrder: 'DESC' })).map((user) => user.id)).toEqual(ids.toReversed())
    }
  })
})

describe('pages', () => {
  const filters: UserFilter[] = [
    {},
    { role: 'user' },
    { status: 'active' },
    { role: 'user', status: 'active' },
    { role: 'guest' },
    { status: 'deleted' },
    { search: 'ser' },
    { search: 'mple', role: 'user' },
  ]

  beforeEach(() =>
    database.knex.raw(`
      insert into users (id, username, email, full_name, role, status, can_write, created_at, updated_at, deleted_at)
      select gen_random_uuid(), 'user-' || md5(n::text), md5((n * 7)::text) || '@example.com', '',
             case when n % 3 = 0 then 'manager' else 'user' end,
             case when n % 10 = 0 then 'deleted' when n % 4 = 0 then 'pending' else 'active' end,
             true, '2026-01-01'::timestamptz + (n / 3) * interval '1 s', now(), case when n % 10 = 0 then now() end
      from generate_series(1, 157) n`),
  )

  it.each(filters)('at any depth, from either end, equal the plain order: %j', async (filter) => {
    const { total } = await store.users.count(filter)
    for (const sortBy of ['createdAt', 'username', 'email'] as const) {
      for (const sortOrder of ['ASC', 'DESC'] as const) {
        const all = await list({ ...filter, sortBy, sortOrder, offset: 0, limit: 1000 })
        expect(all).toHaveLength(total)
        for (const limit of [1, 7, 20, 100]) {
          for (const offset of [
            0,
            1,
            limit,
            20,
            70,
            75,
            total - limit,
            total - 1,
            total,
            total + 1,
            2147483646 * 100,
          ]) {
            if (offset < 0) continue
            const page = await list({ ...filter, sortBy, sortOrder, offset, limit })
            expect(page).toEqual(all.slice(offset, offset + limit))
          }
        }
      }
    }
  })

  it.each(filters)('by id visit each user once: %j', async (filter) => {
    const ids: string[] = []
    for (let after: string | undefined; ; after = ids.at(-1)) {
      const page = await store.users.listAfter({ ...filter, ...plainWalk(after), limit: 13 })
      ids.push(...page.map((user) => user.id))
      if (page.length < 13) break
    }
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength((await store.users.count(filter)).total)
    expect(ids).toEqual(ids.toSorted())
  })

  it('by id start after an id that nobody has', async () => {
    const [first, second] = await store.users.listAfter({
      ...plainWalk('00000000-0000-0000-0000-000000000000'),
      limit: 2,
    })
    const between = `${first?.id.slice(0, -12)}ffffffffffff`
    expect((await store.users.listAfter({ ...plainWalk(between), limit: 1 }))[0]?.id).toBe(second?.id)
    expect(await store.users.listAfter({ ...plainWalk('ffffffff-ffff-ffff-ffff-ffffffffffff'), limit: 1 })).toEqual([])
  })

  it('past the end ask the counters alone', async () => {
    const deep = { sortBy: 'createdAt', sortOrder: 'DESC', offset: 2147483646 * 100, limit: 100 } as const
    const asked = await roundTripsOf(database, async () => expect(await list(deep)).toEqual([]))
    expect(asked).toHaveLength(1)
    expect(asked[0]?.[0]?.text).toContain('user_counts')
  })
})
