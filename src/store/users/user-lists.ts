import type { UserCount, UserFilter, UserPage, UserStore } from '../../domain/users/store.ts'
import { administrators, type Role, type Status, type User } from '../../domain/users/user.ts'
import { type Answer, ask, type Call, builder as knex, known, statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import type { SearchFilling } from './search-filling.ts'
import { sortKeys } from './sort-keys.ts'
import { matchingUsers } from './user-filter.ts'
import { liveUsers, toUser, userColumns } from './user-rows.ts'
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
      const { offset, limit, sortOrder, total } = page
      if (total === undefined || offset <= total / 2) return readPage(page, offset, limit, sortOrder)
      const size = Math.min(limit, total - offset)
      if (size <= 0) return known([])
      // A page is as dear as the rows before it: one in the second half is read from the other end.
      const opposite = sortOrder === 'ASC' ? 'DESC' : 'ASC'
      const { read, ...call } = readPage(page, total - offset - size, size, opposite)
      return { ...call, read: (answers) => read(answers).reverse() }
    },

    listAfter(keyset) {
      if (keyset.search !== undefined) return searches.listAfter(keyset)
      const { after, limit, sortBy, sortOrder, ...filter } = keyset
      const key = sortKeys[sortBy]
      const users = matchingUsers(knex, filter)
        .select(userColumns(knex))
        .orderByRaw(`${key} ${sortOrder}, users.id ${sortOrder}`)
        .limit(limit)
      if (after) users.whereRaw(`(${key}, users.id) ${sortOrder === 'ASC' ? '>' : '<'} (?, ?)`, [after.key, after.id])
      return ask(users, toUsers)
    },

    count: (filter) => (filter.search === undefined ? countAll(filter) : searches.count(filter)),

    countByRoleAndStatus: () => countByRoleAndStatus({}),

    countCreatedAfter: (moment) => countCreatedAfter({ moment }),

    countOtherAdministrators: (id) => countOtherAdministrators({ id }),
  }

  /**
   * First the ids, which an index alone holds, then the rows of these: skipped rows are never
   * read.
   */
  function readPage(page: UserPage, offset: number, limit: number, order: UserPage['sortOrder']): Call<User[]> {
    const sorted = `${sortKeys[page.sortBy]} ${order}, users.id ${order}`
    const ids = matchingUsers(knex, page).select('users.id').orderByRaw(sorted).offset(offset).limit(limit)
    const rows = knex('users').join(ids.as('page'), 'page.id', 'users.id').select(userColumns(knex)).orderByRaw(sorted)
    return { ...ask(rows, toUsers), heavy: offset > 1000 }
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

const countCreatedAfter = statement<{ moment: Date }, number>(
  (knex, { moment }) => liveUsers(knex).where('users.created_at', '>', moment).count('* as count'),
  toCount,
)

const countOtherAdministrators = statement<{ id: string }, number>(
  (knex, { id }) =>
    liveUsers(knex)
      .whereIn('users.role', [...administrators])
      .where('users.status', 'active')
      .whereNot('users.id', id)
      .count('* as count'),
  toCount,
)
