import type { Knex } from 'knex'
import { DomainError } from '../../domain/errors.ts'
import type { UserStore } from '../../domain/users/store.ts'
import type { User } from '../../domain/users/user.ts'
import { hashCost, isWhole } from '../late-indexes.ts'
import { transaction } from '../transaction.ts'
import { searchColumns } from './folding.ts'
import type { SearchFilling } from './search-filling.ts'
import { createUserLists } from './user-lists.ts'
import {
  changedColumns,
  folded,
  insertedColumns,
  isStorable,
  liveUsers,
  toUser,
  type UserRow,
  userColumns,
} from './user-rows.ts'

export function createUserStore(knex: Knex, filling: SearchFilling): UserStore {
  return {
    ...createUserLists(knex, filling),

    async find(id) {
      const row = await byId(knex, id).first(userColumns(knex))
      return row && toUser(row)
    },

    async findCredentials(identifier) {
      if (!isStorable(identifier)) return undefined
      // By contract no username is an email; were there one, it would rather be the username.
      const matches = (column: 'username' | 'email') => `${folded(column)} = lower(?::text collate "C")`
      const row = await liveUsers(knex)
        .whereRaw(`(${matches('username')} or ${matches('email')})`, [identifier, identifier])
        .orderByRaw(`${matches('username')} desc`, [identifier])
        .first(...userColumns(knex), 'users.password_hash')
      return row && toCredentials(row)
    },

    async findCredentialsById(id) {
      const row = await byId(knex, id).first(...userColumns(knex), 'users.password_hash')
      return row && toCredentials(row)
    },

    async lock(id) {
      // As strong as a change of the row needs: sessions that refer to it may be inserted
      // meanwhile.
      const row = await byId(knex, id).first(userColumns(knex)).forNoKeyUpdate()
      return row && toUser(row)
    },

    async insert(user) {
      const [row] = await knex('users')
        .insert({
          ...insertedColumns({ ...user, updatedAt: user.createdAt }),
          password_hash: user.passwordHash,
          ...searchColumns(user),
        })
        .returning<UserRow[]>(userColumns(knex))
      return toUser(row as UserRow)
    },

    async change(id, change) {
      const { email, fullName } = change
      const columns = changedColumns(change)
      if (email === undefined && fullName === undefined) return update(knex, id, columns)
      return transaction(knex, async (tx) => {
        const user = await byId(tx, id).first('username', 'email', 'full_name', 'search_text').forNoKeyUpdate()
        if (!user) throw new DomainError('user_not_found')
        const names = { username: user.username, email: email ?? user.email, fullName: fullName ?? user.full_name }
        const search = searchColumns(names)
        // A trigger takes who changes a name and leaves the search columns as they are for the
        // version before, and empties them. Names that fold alike (ß and SS) leave them as they are
        // too: so they are written once more, after the names.
        const renamed = names.email !== user.email || names.fullName !== user.full_name
        if (renamed && search.search_text === user.search_text)
          await byId(tx, id).update({ email: names.email, full_name: names.fullName })
        return update(tx, id, { ...columns, ...search })
      })
    },

    changePassword: (id, { passwordHash, updatedAt }) =>
      update(knex, id, { password_hash: passwordHash, updated_at: updatedAt }),

    recordLogin: (id, at) => update(knex, id, { last_login_at: at, updated_at: at }),

    async highestHashCost() {
      const row = await liveUsers(knex)
        // Without the index this would read every user: then nothing is known yet.
        .whereRaw(isWhole('users_hash_cost'))
        .whereRaw(`${hashCost} between '04' and '15'`)
        .orderByRaw(`${hashCost} desc`)
        .first(knex.raw(`${hashCost} as cost`))
      return row && Number(row.cost)
    },

    async replacePasswordHash(id, from, to) {
      await byId(knex, id).where('users.password_hash', from).update({ password_hash: to })
    },

    async remove(id, at) {
      await update(knex, id, { status: 'deleted', deleted_at: at, updated_at: at, password_hash: null })
    },
  }
}

const byId = (knex: Knex, id: string): Knex.QueryBuilder => liveUsers(knex).where('users.id', id)

async function update(knex: Knex, id: string, columns: Record<string, unknown>): Promise<User> {
  const [row] = await byId(knex, id).update(columns).returning(userColumns(knex))
  if (!row) throw new DomainError('user_not_found')
  return toUser(row)
}

const toCredentials = (row: UserRow & { readonly password_hash: string | null }) => ({
  user: toUser(row),
  passwordHash: row.password_hash,
})
