import type { Knex } from 'knex'
import type { Role, Status, User } from '../../domain/users/user.ts'
import { asMilliseconds, toDate, toDateOrNull } from '../times.ts'

/** A row of `users`, as far as it makes a User; the password hash is asked for by those who need it. */
export interface UserRow {
  id: string
  username: string
  email: string
  full_name: string
  role: Role
  status: Status
  can_write: boolean
  created_at: string
  updated_at: string
  last_login_at: string | null
}

/** What makes a UserRow. */
export const userColumns = (knex: Knex): (string | Knex.Raw)[] => [
  'users.id',
  'users.username',
  'users.email',
  'users.full_name',
  'users.role',
  'users.status',
  'users.can_write',
  ...['users.created_at', 'users.updated_at', 'users.last_login_at'].map((column) => asMilliseconds(knex, column)),
]

export const toUser = (row: UserRow): User => ({
  id: row.id,
  username: row.username,
  email: row.email,
  fullName: row.full_name,
  role: row.role,
  status: row.status,
  canWrite: row.can_write,
  createdAt: toDate(row.created_at),
  updatedAt: toDate(row.updated_at),
  lastLoginAt: toDateOrNull(row.last_login_at),
})

/** The users that exist for everyone: those that are not deleted. */
export const liveUsers = (knex: Knex): Knex.QueryBuilder => knex('users').whereNull('users.deleted_at')

/** How usernames and emails are compared and sorted: ASCII letters alone fold, the same on every database. */
export const folded = (column: 'username' | 'email'): string => `lower(users.${column} collate "C")`

/** Whether Postgres can hold this text: no NUL, no lone surrogate (which would arrive as another character). */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')
