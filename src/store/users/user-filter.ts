import type { Knex } from 'knex'
import type { UserFilter } from '../../domain/users/store.ts'

/** The users of this role and status; deleted ones only when that status is wanted. */
export function matchingUsers(knex: Knex, { role, status }: UserFilter): Knex.QueryBuilder {
  const users = knex('users')
  // The status is not compared for deleted users: the index of theirs knows them by `deleted_at`.
  if (status === 'deleted') users.whereNotNull('users.deleted_at')
  else users.whereNull('users.deleted_at')
  if (role !== undefined) users.where('users.role', role)
  if (status !== undefined && status !== 'deleted') users.where('users.status', status)
  return users
}
