import type { Knex } from 'knex'
import { DomainError } from '../../domain/errors.ts'
import type { UserStore } from '../../domain/users/store.ts'
import type { User } from '../../domain/users/user.ts'
import { hashCost, isWhole } from '../late-indexes.ts'
import { type Answer, known, statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import { gramsOf, type Names, searchText } from './folding.ts'
import type { SearchFilling } from './search-filling.ts'
import { keysOfNext, keysOfRenamed } from './search-segments.ts'
import { createUserLists } from './user-lists.ts'
import {
  changedNames,
  folded,
  insertedNames,
  isStorable,
  liveUsers,
  toColumns,
  toUser,
  userColumns,
} from './user-rows.ts'

export function createUserStore(filling: SearchFilling): CallsOf<UserStore> {
  return {
    ...createUserLists(filling),

    find: (id) => find({ id }),

    findCredentials: (identifier) => (isStorable(identifier) ? findCredentials({ identifier }) : known(undefined)),

    findCredentialsById: (id) => findCredentialsById({ id }),

    lock: (id) => lock({ id }),

    insert: (user) =>
      insert({
        ...toColumns({ ...user, updatedAt: user.createdAt }),
        password_hash: user.passwordHash,
        ...searched(user),
      }),

    change(user, change) {
      const { id } = user
      const after = { ...user, ...change }
      const renamed = after.email !== user.email || after.fullName !== user.fullName
      if (!renamed) return update({ ...toColumns(change), id })
      return rename({ ...toColumns(change), ...searched(after), id })
    },

    changePassword: (id, { passwordHash, mustChangePassword, updatedAt }) =>
      update({ id, password_hash: passwordHash, must_change_password: mustChangePassword, updated_at: updatedAt }),

    recordLogin: (id, at) => update({ id, last_login_at: at, updated_at: at }),

    highestHashCost: () => highestHashCost({}),

    replacePasswordHash: (id, from, to) => replacePasswordHash({ id, from, to }),

    remove: (id, at) => remove({ id, at }),
  }
}

const byId = (knex: Knex, id: Knex.Value) => liveUsers(knex).where('users.id', id)

const toUserOrNone = ({ rows: [row] }: Answer): User | undefined => row && toUser(row)

const toCredentials = ({ rows: [row] }: Answer) => row && { user: toUser(row), passwordHash: row.password_hash }

/** @throws DomainError `user_not_found` */
function toChangedUser({ rows: [row] }: Answer): User {
  if (!row) throw new DomainError('user_not_found')
  return toUser(row)
}

interface ById {
  readonly id: string
}

const find = statement<ById, User | undefined>((knex, { id }) => byId(knex, id).first(userColumns(knex)), toUserOrNone)

// As strong as a change of the row needs: sessions that refer to it may be inserted meanwhile.
const lock = statement<ById, User | undefined>(
  (knex, { id }) => byId(knex, id).first(userColumns(knex)).forNoKeyUpdate(),
  toUserOrNone,
)

const findCredentials = statement<{ identifier: string }, ReturnType<typeof toCredentials>>((knex, { identifier }) => {
  // By contract no username is an email; were there one, it would rather be the username.
  const matches = (column: 'username' | 'email') => `${folded(column)} = lower(?::text collate "C")`
  return liveUsers(knex)
    .whereRaw(`(${matches('username')} or ${matches('email')})`, [identifier, identifier])
    .orderByRaw(`${matches('username')} desc`, [identifier])
    .first(...userColumns(knex), 'users.password_hash')
}, toCredentials)

const findCredentialsById = statement<ById, ReturnType<typeof toCredentials>>(
  (knex, { id }) => byId(knex, id).first(...userColumns(knex), 'users.password_hash'),
  toCredentials,
)

/** What makes the search columns of a user with these names. */
function searched(names: Names) {
  const search_text = searchText(names)
  return { search_text, grams: gramsOf(search_text) }
}

const insert = statement<Record<string, unknown>, User>(
  (knex, row) =>
    knex('users')
      .insert({
        ...Object.fromEntries([...insertedNames, 'password_hash', 'search_text'].map((name) => [name, row[name]])),
        search_keys: knex.raw(keysOfNext('?'), [row.grams as Knex.Value]),
      })
      .returning(userColumns(knex)),
  toChangedUser,
)

/** What is not given stays as it is. */
const update = statement<Record<string, unknown>, User>(
  (knex, row) =>
    byId(knex, row.id as Knex.Value)
      .update(given(knex, row, [...changedNames, 'last_login_at', 'password_hash', 'must_change_password']))
      .returning(userColumns(knex)),
  toChangedUser,
)

/** An update with a name in it, whose search columns are written too. */
const rename = statement<Record<string, unknown>, User>(
  (knex, row) =>
    byId(knex, row.id as Knex.Value)
      .update({
        ...given(knex, row, [...changedNames, 'search_text']),
        search_grams: null,
        search_keys: knex.raw(keysOfRenamed('?'), [row.grams as Knex.Value]),
      })
      .returning(userColumns(knex)),
  toChangedUser,
)

const given = (knex: Knex, row: Record<string, unknown>, names: string[]) =>
  Object.fromEntries(
    names.map((name) => [name, knex.raw('coalesce(?, ??)', [row[name] as Knex.Value, `users.${name}`])]),
  )

const replacePasswordHash = statement<ById & { from: string; to: string }, void>(
  (knex, { id, from, to }) => byId(knex, id).where('users.password_hash', from).update({ password_hash: to }),
  () => undefined,
)

const remove = statement<ById & { at: Date }, void>(
  (knex, { id, at }) =>
    byId(knex, id)
      .update({ status: 'deleted', deleted_at: at, updated_at: at, password_hash: null })
      .returning(userColumns(knex)),
  (answer) => void toChangedUser(answer),
)

const highestHashCost = statement<object, number | undefined>(
  (knex) =>
    liveUsers(knex)
      // Without the index this would read every user: then nothing is known yet.
      .whereRaw(isWhole('users_by_hash_cost'))
      .whereRaw(`${hashCost} between '04' and '15'`)
      .orderByRaw(`${hashCost} desc`)
      .first(knex.raw(`${hashCost} as cost`)),
  ({ rows: [row] }) => row && Number(row.cost),
)
