import { expect, it } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import type { UserStore } from '../../src/domain/users/store.ts'
import { createUsers, type UsersDeps } from '../../src/domain/users/users.ts'

const stoppedAt = { key: 'm', id: '01900000-0000-7000-8000-000000000001' }
const stopped: Pick<UserStore, 'list' | 'listAfter' | 'count'> = {
  list: async () => Object.assign([], { stoppedAt }),
  listAfter: async () => Object.assign([], { stoppedAt }),
  count: async () => ({ total: 10_000, isCapped: true }),
}
const store = { users: stopped } as unknown as Store
const users = createUsers({ store } as UsersDeps)
const sorting = { search: 'late', sortBy: 'username', sortOrder: 'ASC', limit: 20 } as const

it('a search that stopped before its page was full has its next page from there', async () => {
  expect(await users.list({ ...sorting, offset: 0 }).result([], store)).toEqual({
    users: [],
    total: 10_000,
    isCapped: true,
    next: stoppedAt,
  })
  expect(await users.walk(sorting).result([], store)).toEqual({ users: [], next: stoppedAt })
})
