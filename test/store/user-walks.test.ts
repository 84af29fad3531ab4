import { beforeEach, describe, expect, it } from 'vitest'
import { positionOf } from '../../src/domain/users/positions.ts'
import type { NewUser, Position, Sorting, UserFilter } from '../../src/domain/users/store.ts'
import type { User } from '../../src/domain/users/user.ts'
import { newUser } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'

const { store } = ownDatabase()

const filters: UserFilter[] = [
  {},
  { role: 'user' },
  { status: 'active' },
  { role: 'user', status: 'active' },
  { status: 'deleted' },
  { role: 'user', status: 'deleted' },
]
const sortings = (['id', 'createdAt', 'username', 'email'] as const).flatMap((sortBy) =>
  (['ASC', 'DESC'] as const).map((sortOrder): Sorting => ({ sortBy, sortOrder })),
)

const roles = ['user', 'user', 'guest', 'admin'] as const
const statuses = ['active', 'active', 'pending', 'banned'] as const
const at = new Date('2026-01-01T00:00:00Z')
let made = 0

/** Three of a moment, in both cases, and no order that goes with another. */
const draft = (): Partial<NewUser> => {
  const n = ++made
  const scattered = (n * 37) % 101
  return {
    username: `${n % 2 ? 'User' : 'user'}-${scattered}.${n}`,
    email: `${n % 3 ? 'Mail' : 'mail'}-${(n * 53) % 97}.${n}@example.com`,
    role: roles[n % 4] as NewUser['role'],
    status: statuses[(n >> 2) % 4] as NewUser['status'],
    createdAt: new Date(at.getTime() + Math.floor(scattered / 3) * 1000),
  }
}

const insert = () => store.users.insert(newUser(draft()))
const matches = ({ role, status }: UserFilter, user: User) =>
  (!role || user.role === role) && (status ? user.status === status : user.status !== 'deleted')

describe.each(filters)('a walk along %j', (filter) => {
  beforeEach(async () => {
    await Promise.all(Array.from({ length: 60 }, insert))
    // Deleted ones share a name, so that only their ids tell them apart.
    for (let life = 0; life < 8; life++) {
      const names = { username: 'phoenix', email: 'phoenix@example.com', createdAt: at }
      await store.users.remove((await store.users.insert(newUser(names))).id, at)
    }
  })

  it.each(sortings)('$sortBy $sortOrder meets each user once, in order, whoever comes and goes', async (sorting) => {
    const everybody = async (list: UserFilter) => store.users.listAfter({ ...list, ...sorting, limit: 1000 })
    const all = [...(await everybody({})), ...(await everybody({ status: 'deleted' }))].filter((user) =>
      matches(filter, user),
    )
    const gone = new Set<string>()
    const moved = new Set<string>()
    const seen: User[] = []
    for (let after: Position | undefined, turn = 0; ; turn++) {
      const page = await store.users.listAfter({ ...filter, ...sorting, ...(after && { after }), limit: 5 })
      seen.push(...page)
      const last = page.at(-1)
      if (page.length < 5 || !last) break
      after = positionOf(last, sorting.sortBy)
      // Whoever was seen last is deleted, or takes another place; a new one takes the name.
      if (last.status !== 'deleted' && turn % 3 === 0) {
        await store.users.remove(last.id, at)
        await store.users.insert(newUser({ ...draft(), username: last.username, email: last.email }))
      }
      if (last.status !== 'deleted' && turn % 3 === 1) {
        if (sorting.sortBy === 'email') moved.add(last.id)
        await store.users.change(last, { email: `moved-${last.id}@example.com`, updatedAt: at })
      }
      await insert()
      const isLeft = (user: User) => !gone.has(user.id) && !seen.some(({ id }) => id === user.id)
      const ahead = all.find((user) => user.status !== 'deleted' && isLeft(user))
      if (ahead && turn % 4 === 2) {
        await store.users.remove(ahead.id, at)
        gone.add(ahead.id)
      }
    }
    const ids = seen.map(({ id }) => id)
    // One who takes a place further on may be met there again.
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index && !moved.has(id))
    expect(twice).toEqual([])
    expect(all.filter(({ id }) => !gone.has(id) && !ids.includes(id))).toEqual([])
    expect(seen.filter((user) => !matches(filter, user))).toEqual([])
    const keys = seen.map((user) => positionOf(user, sorting.sortBy))
    const byPlace = (a: Position, b: Position) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id < b.id ? -1 : 1)
    const inOrder = keys.toSorted(byPlace)
    expect(keys).toEqual(sorting.sortOrder === 'ASC' ? inOrder : inOrder.reverse())
  })
})
