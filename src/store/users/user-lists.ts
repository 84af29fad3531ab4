import type { Knex } from 'knex'
import type { UserCount, UserFilter, UserPage, UserStore } from '../../domain/users/store.ts'
import { administrators } from '../../domain/users/user.ts'
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
export function createUserLists(knex: Knex, filling: SearchFilling): UserLists {
  const searches = createUserSearches(knex, filling)
  return {
    async list(page) {
      if (page.search !== undefined) return searches.list(page)
      const { offset, limit, sortOrder, total } = page
      if (total === undefined || offset <= total / 2) return readPage(page, offset, limit, sortOrder)
      const size = Math.min(limit, total - offset)
      if (size <= 0) return []
      // A page is as dear as the rows before it: one in the second half is read from the other end.
      const opposite = sortOrder === 'ASC' ? 'DESC' : 'ASC'
      return (await readPage(page, total - offset - size, size, opposite)).reverse()
    },

    async listAfter(keyset) {
      if (keyset.search !== undefined) return searches.listAfter(keyset)
      const { after, limit, sortBy, sortOrder, ...filter } = keyset
      const key = sortKeys[sortBy]
      const users = matchingUsers(knex, filter, filling)
        .select(userColumns(knex))
        .orderByRaw(`${key} ${sortOrder}, users.id ${sortOrder}`)
        .limit(limit)
      if (after) users.whereRaw(`(${key}, users.id) ${sortOrder === 'ASC' ? '>' : '<'} (?, ?)`, [after.key, after.id])
      return (await users).map(toUser)
    },

    count: (filter) => (filter.search === undefined ? countAll(filter) : searches.count(filter)),

    async countByRoleAndStatus() {
      const rows = await knex('user_counts')
        .whereNot('status', 'deleted')
        .groupBy('role', 'status')
        .having(knex.raw('sum(n) > 0'))
        .orderBy(['role', 'status'])
        .select('role', 'status', knex.raw('sum(n) as count'))
      return rows.map(({ role, status, count }) => ({ role, status, count: Number(count) }))
    },

    countCreatedAfter: (moment) => countRows(liveUsers(knex).where('users.created_at', '>', moment)),

    countOtherAdministrators: (id) =>
      countRows(
        liveUsers(knex)
          .whereIn('users.role', [...administrators])
          .where('users.status', 'active')
          .whereNot('users.id', id),
      ),
  }

  /**
   * First the ids, which an index alone holds, then the rows of these: skipped rows are never
   * read.
   */
  async function readPage(page: UserPage, offset: number, limit: number, order: UserPage['sortOrder']) {
    const sorted = `${sortKeys[page.sortBy]} ${order}, users.id ${order}`
    const ids = matchingUsers(knex, page, filling).select('users.id').orderByRaw(sorted).offset(offset).limit(limit)
    const rows = await knex('users')
      .join(ids.as('page'), 'page.id', 'users.id')
      .select(userColumns(knex))
      .orderByRaw(sorted)
    return rows.map(toUser)
  }

  /** From the counters. */
  async function countAll({ role, status }: UserFilter): Promise<UserCount> {
    const counts = knex('user_counts').select(knex.raw('coalesce(sum(n), 0) as count'))
    if (role !== undefined) counts.where({ role })
    if (status === undefined) counts.whereNot('status', 'deleted')
    else counts.where({ status })
    const [row] = await counts
    return { total: Number(row.count), isCapped: false }
  }
}

/** A bigint arrives as text. */
async function countRows(rows: Knex.QueryBuilder): Promise<number> {
  const [row] = await rows.count('* as count')
  return Number(row.count)
}
