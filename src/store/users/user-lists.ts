import type { Knex } from 'knex'
import type { UserFilter, UserPage, UserStore } from '../../domain/users/store.ts'
import { administrators } from '../../domain/users/user.ts'
import type { SearchFilling } from './search-filling.ts'
import { matchingUsers } from './user-filter.ts'
import { folded, liveUsers, toUser, userColumns } from './user-rows.ts'

type UserLists = Pick<
  UserStore,
  'list' | 'listAfter' | 'count' | 'countByRoleAndStatus' | 'countCreatedAfter' | 'countOtherAdministrators'
>

/** Pages and counts of users. */
export function createUserLists(knex: Knex, filling: SearchFilling): UserLists {
  return {
    async list(page) {
      const { offset, limit, sortOrder, total } = page
      const size = Math.min(limit, total - offset)
      if (size <= 0) return []
      if (offset <= total / 2) return readPage(page, offset, limit, sortOrder)
      // A page is as dear as the rows before it: one in the second half is read from the other end.
      const opposite = sortOrder === 'ASC' ? 'DESC' : 'ASC'
      return (await readPage(page, total - offset - size, size, opposite)).reverse()
    },

    async listAfter({ after, limit, ...filter }) {
      const users = matchingUsers(knex, filter, filling).select(userColumns(knex)).orderBy('users.id').limit(limit)
      if (after !== undefined) users.where('users.id', '>', after)
      return (await users).map(toUser)
    },

    count: (filter) => countMatching(filter),

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

  /** Exact: from the counters, or, with a search, by the index. */
  async function countMatching({ role, status, search }: UserFilter): Promise<number> {
    if (search !== undefined) {
      return countRows(matchingUsers(knex, { ...(role && { role }), ...(status && { status }), search }, filling))
    }
    const counts = knex('user_counts').select(knex.raw('coalesce(sum(n), 0) as count'))
    if (role !== undefined) counts.where({ role })
    if (status === undefined) counts.whereNot('status', 'deleted')
    else counts.where({ status })
    const [row] = await counts
    return Number(row.count)
  }
}

const sortKeys: Record<UserPage['sortBy'], string> = {
  createdAt: 'users.created_at',
  username: folded('username'),
  email: folded('email'),
}

/** A bigint arrives as text. */
async function countRows(rows: Knex.QueryBuilder): Promise<number> {
  const [row] = await rows.count('* as count')
  return Number(row.count)
}
