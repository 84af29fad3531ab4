import type { Knex } from 'knex'
import type { User, UserChange } from '../../domain/users/user.ts'
import { asMilliseconds, toDate, toDateOrNull } from '../times.ts'

/** Where a field of a user is kept, and how it is read. */
interface UserColumn<Value, Changes extends boolean> {
  readonly column: string
  /** The column in a select, under its own name. */
  readonly select: (knex: Knex) => string | Knex.Raw
  /** The field of what was selected. */
  readonly read: (selected: never) => Value
  /** Whether `change` may write it. */
  readonly changes: Changes
}

/**
 * A field that is missing here, is read as another type, or changes otherwise than UserChange says,
 * does not compile.
 */
export type UserColumns = {
  readonly [Field in keyof User]: UserColumn<User[Field], Field extends keyof UserChange | 'updatedAt' ? true : false>
}

const fixed = { changes: false } as const
const changing = { changes: true } as const
const plain = (column: string) => ({
  column,
  select: () => `users.${column}`,
  read: <Value extends string | boolean>(value: Value) => value,
})
const moment = (column: string) => ({
  column,
  select: (knex: Knex) => asMilliseconds(knex, `users.${column}`),
  read: toDate,
})

/** Every field of a User: what is selected, read, inserted and updated follows from it. */
export const columns: UserColumns = {
  id: { ...plain('id'), ...fixed },
  username: { ...plain('username'), ...fixed },
  email: { ...plain('email'), ...changing },
  fullName: { ...plain('full_name'), ...changing },
  role: { ...plain('role'), ...changing },
  status: { ...plain('status'), ...changing },
  canWrite: { ...plain('can_write'), ...changing },
  mustChangePassword: { ...plain('must_change_password'), ...fixed },
  createdAt: { ...moment('created_at'), ...fixed },
  updatedAt: { ...moment('updated_at'), ...changing },
  lastLoginAt: { ...moment('last_login_at'), read: toDateOrNull, ...fixed },
}

const fields = Object.entries(columns) as [keyof User, UserColumn<unknown, boolean>][]

/** A row of `users`, as far as it makes a User: the `userColumns` by their names. */
export type UserRow = Readonly<Record<string, unknown>>

/** What makes a UserRow; the password hash is selected by those who need it. */
export const userColumns = (knex: Knex): (string | Knex.Raw)[] => fields.map(([, { select }]) => select(knex))

export function toUser(row: UserRow): User {
  const user: Record<string, unknown> = {}
  for (const [field, { column, read }] of fields) user[field] = read(row[column] as never)
  return user as unknown as User
}

/** Those fields of a user that are given, by their columns. */
export function toColumns(given: Partial<User>): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (const [field, { column }] of fields) if (given[field] !== undefined) row[column] = given[field]
  return row
}

/** The columns of a new user; a login is recorded later. */
export const insertedNames = fields.map(([, { column }]) => column).filter((column) => column !== 'last_login_at')

/** The columns that a change may write. */
export const changedNames = fields.filter(([, { changes }]) => changes).map(([, { column }]) => column)

/** The users that exist for everyone: those that are not deleted. */
export const liveUsers = (knex: Knex): Knex.QueryBuilder => knex('users').whereNull('users.deleted_at')

/**
 * How usernames and emails are compared and sorted: ASCII letters alone fold, the same on every
 * database.
 */
export const folded = (column: 'username' | 'email'): string => `lower(users.${column} collate "C")`

/**
 * Whether Postgres can hold this text: no NUL, no lone surrogate (which would arrive as another
 * character).
 */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')
