import type { Knex } from 'knex'
import { searchCap, type UserKeyset, type UserPage, type UserStore } from '../../domain/users/store.ts'
import type { SearchFilling } from './search-filling.ts'
import { sortKeys } from './sort-keys.ts'
import { matchingUsers } from './user-filter.ts'
import { toUser, userColumns } from './user-rows.ts'

type UserSearches = Pick<UserStore, 'list' | 'listAfter' | 'count'>

/** Pages and counts of what a search finds. */
export function createUserSearches(knex: Knex, filling: SearchFilling): UserSearches {
  return {
    async list(page) {
      const { offset, limit, sortOrder, total } = page
      if (total === undefined || offset <= total / 2) return readPage(page, offset, limit, sortOrder)
      const size = Math.min(limit, total - offset)
      if (size <= 0) return []
      // A page is as dear as the rows before it: one in the second half is read from the other end.
      const opposite = sortOrder === 'ASC' ? 'DESC' : 'ASC'
      return (await readPage(page, total - offset - size, size, opposite)).reverse()
    },

    async listAfter({ after, limit, sortBy, sortOrder, ...filter }: UserKeyset) {
      const key = sortKeys[sortBy]
      const users = matchingUsers(knex, filter, filling)
        .select(userColumns(knex))
        .orderByRaw(`${key} ${sortOrder}, users.id ${sortOrder}`)
        .limit(limit)
      if (after) users.whereRaw(`(${key}, users.id) ${sortOrder === 'ASC' ? '>' : '<'} (?, ?)`, [after.key, after.id])
      return (await users).map(toUser)
    },

    async count({ role, status, search }) {
      const filter = { ...(role && { role }), ...(status && { status }), ...(search !== undefined && { search }) }
      const [row] = await matchingUsers(knex, filter, filling).count('* as count')
      const found = Number(row.count)
      return { total: Math.min(found, searchCap), isCapped: found > searchCap }
    },
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
}
