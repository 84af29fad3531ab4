import { searchCap, type UserKeyset, type UserPage, type UserStore } from '../../domain/users/store.ts'
import type { User } from '../../domain/users/user.ts'
import { type Answer, ask, type Call, builder as knex, known } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import type { SearchFilling } from './search-filling.ts'
import { sortKeys } from './sort-keys.ts'
import { matchingUsers } from './user-filter.ts'
import { toUser, userColumns } from './user-rows.ts'

type UserSearches = Pick<UserStore, 'list' | 'listAfter' | 'count'>

/** Pages and counts of what a search finds. */
export function createUserSearches(filling: SearchFilling): CallsOf<UserSearches> {
  return {
    list(page) {
      const { offset, limit, sortOrder, total } = page
      if (total === undefined || offset <= total / 2) return readPage(page, offset, limit, sortOrder)
      const size = Math.min(limit, total - offset)
      if (size <= 0) return known([])
      // A page is as dear as the rows before it: one in the second half is read from the other end.
      const opposite = sortOrder === 'ASC' ? 'DESC' : 'ASC'
      const { read, ...call } = readPage(page, total - offset - size, size, opposite)
      return { ...call, read: (answers) => read(answers).reverse() }
    },

    listAfter({ after, limit, sortBy, sortOrder, ...filter }: UserKeyset) {
      const key = sortKeys[sortBy]
      const users = matchingUsers(knex, filter, filling)
        .select(userColumns(knex))
        .orderByRaw(`${key} ${sortOrder}, users.id ${sortOrder}`)
        .limit(limit)
      if (after) users.whereRaw(`(${key}, users.id) ${sortOrder === 'ASC' ? '>' : '<'} (?, ?)`, [after.key, after.id])
      return { ...ask(users, toUsers), heavy: true }
    },

    count({ role, status, search }) {
      const filter = { ...(role && { role }), ...(status && { status }), ...(search !== undefined && { search }) }
      const counting = ask(matchingUsers(knex, filter, filling).count('* as count'), ({ rows: [row] }) => {
        const found = Number(row?.count)
        return { total: Math.min(found, searchCap), isCapped: found > searchCap }
      })
      return { ...counting, heavy: true }
    },
  }

  /**
   * First the ids, which an index alone holds, then the rows of these: skipped rows are never
   * read.
   */
  function readPage(page: UserPage, offset: number, limit: number, order: UserPage['sortOrder']): Call<User[]> {
    const sorted = `${sortKeys[page.sortBy]} ${order}, users.id ${order}`
    const ids = matchingUsers(knex, page, filling).select('users.id').orderByRaw(sorted).offset(offset).limit(limit)
    const rows = knex('users').join(ids.as('page'), 'page.id', 'users.id').select(userColumns(knex)).orderByRaw(sorted)
    return { ...ask(rows, toUsers), heavy: true }
  }
}

const toUsers = ({ rows }: Answer): User[] => rows.map(toUser)
