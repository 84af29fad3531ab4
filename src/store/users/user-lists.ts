import type { Knex } from 'knex'
import type { Position, Sorting, UserCount, UserFilter, UserStore } from '../../domain/users/store.ts'
import { administrators, type Role, type Status, type User } from '../../domain/users/user.ts'
import { type Answer, ask, type Call, builder as knex, known, statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import type { SearchFilling } from './search-filling.ts'
import { deepRows, headRows, headSize, rowsAfter, type Shape, shapeOf } from './sorted-users.ts'
import { liveUsers, toUser } from './user-rows.ts'
import { createUserSearches } from './user-searches.ts'

type UserLists = Pick<
  UserStore,
  'list' | 'listAfter' | 'count' | 'countByRoleAndStatus' | 'countCreatedAfter' | 'countOtherAdministrators'
>

/** Pages and counts of users; those of a search are in `user-searches.ts`. */
export function createUserLists(filling: SearchFilling): CallsOf<UserLists> {
  const searches = createUserSearches(filling)
  return {
    list(page) {
      if (page.search !== undefined) return searches.list(page)
      const { offset, limit, sortOrder, total, role, status } = page
      const shape = shapeOf(page, page)
      if (offset + limit <= headSize) return head(shape)({ role, status, offset, limit })
      // A page is as dear as the rows before it: one in the second half is read from the other end.
      const isBehind = total !== undefined && offset > total / 2
      const size = isBehind ? Math.max(0, Math.min(limit, total - offset)) : limit
      if (size === 0) return known([])
      const opposite = sortOrder === 'ASC' ? 'DESC' : 'ASC'
      const call = isBehind
        ? deep({ ...shape, from: opposite })({ role, status, offset: total - offset - size, limit: size })
        : deep({ ...shape, from: sortOrder })({ role, status, offset, limit })
      return { ...call, heavy: true }
    },

    listAfter(keyset) {
      if (keyset.search !== undefined) return searches.listAfter(keyset)
      const { after, limit, role, status } = keyset
      const shape = { ...shapeOf(keyset, keyset), most: Math.max(limit, headSize) }
      return after ? behind(shape)({ role, status, ...after, limit }) : head(shape)({ role, status, limit, offset: 0 })
    },

    count: (filter) => (filter.search === undefined ? countAll(filter) : searches.count(filter)),

    countByRoleAndStatus: () => countByRoleAndStatus({}),

    countCreatedAfter(moment) {
      const hour = Math.floor(moment.getTime() / hourMs)
      return countCreatedAfter({ moment, hour, end: new Date((hour + 1) * hourMs) })
    },

    countOtherAdministrators: (id) => countOtherAdministrators({ id }),
  }

  /** From the counters. */
  function countAll({ role, status }: UserFilter): Call<UserCount> {
    const counts = knex('user_counts').select(knex.raw('coalesce(sum(n), 0) as count'))
    if (role !== undefined) counts.where({ role })
    if (status === undefined) counts.whereNot('status', 'deleted')
    else counts.where({ status })
    return ask(counts, (answer) => ({ total: toCount(answer), isCapped: false }))
  }
}

/** One statement for each shape, made when it is first needed. */
function byShape<S extends object, Args extends object>(
  make: (shape: S) => (args: Args) => Call<User[]>,
): (shape: S) => (args: Args) => Call<User[]> {
  const made = new Map<string, (args: Args) => Call<User[]>>()
  return (shape) => {
    const key = Object.values(shape).join()
    const known = made.get(key) ?? make(shape)
    made.set(key, known)
    return known
  }
}

interface Values {
  readonly role: Role | undefined
  readonly status: Status | undefined
  readonly limit: number
}

const head = byShape((shape: Shape) =>
  statement<Values & { offset: number }, User[]>((knex, values) => headRows(knex, shape, values), toUsers),
)

const behind = byShape((shape: Shape) =>
  statement<Values & Position, User[]>((knex, values) => rowsAfter(knex, shape, values), toUsers),
)

const deep = byShape(({ from, ...shape }: Shape & { from: Sorting['sortOrder'] }) =>
  statement<Values & { offset: number }, User[]>((knex, values) => deepRows(knex, shape, from, values), toUsers),
)

const toUsers = ({ rows }: Answer): User[] => rows.map(toUser)

/** A bigint arrives as text. */
const toCount = ({ rows: [row] }: Answer): number => Number(row?.count)

const countByRoleAndStatus = statement<object, { role: Role; status: Status; count: number }[]>(
  (knex) =>
    knex('user_counts')
      .whereNot('status', 'deleted')
      .groupBy('role', 'status')
      .having(knex.raw('sum(n) > 0'))
      .orderBy(['role', 'status'])
      .select('role', 'status', knex.raw('sum(n) as count')),
  ({ rows }) => rows.map(({ role, status, count }) => ({ role, status, count: Number(count) })),
)

/**
 * Whole hours from their counters, and the rest of the hour that the moment lies in by an index. As
 * long as not all users have been counted by the hour, all by the index.
 */
const countCreatedAfter = statement<{ moment: Date; hour: number; end: Date }, number>(
  (knex, { moment, hour, end }) =>
    knex.raw(
      `select case when exists (select from user_hours where hour = 0 and slot = -1)
         then (select coalesce(sum(n), 0) from user_hours where hour > ?) + (?)
         else (?)
       end as count`,
      [hour, createdAfter(knex, moment).where('users.created_at', '<', end), createdAfter(knex, moment)],
    ),
  toCount,
)

const createdAfter = (knex: Knex, moment: Knex.Value) =>
  liveUsers(knex).where('users.created_at', '>', moment).count('*')

const hourMs = 3_600_000

const countOtherAdministrators = statement<{ id: string }, number>(
  (knex, { id }) =>
    liveUsers(knex)
      .whereIn('users.role', [...administrators])
      .where('users.status', 'active')
      .whereNot('users.id', id)
      .count('* as count'),
  toCount,
)
