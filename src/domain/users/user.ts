/** Every role, highest rank first. */
export const roles = ['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest'] as const
export type Role = (typeof roles)[number]

/**
 * Every status; only `active` users log in or use tokens, and `deleted` is set by a deletion alone.
 */
export const statuses = ['active', 'inactive', 'suspended', 'pending', 'banned', 'deleted'] as const
export type Status = (typeof statuses)[number]

/**
 * A user as every layer knows it. The password hash is no part of it, so that it cannot slip into
 * an answer.
 */
export interface User {
  /** UUIDv7, canonical lower case; its order is the order of creation. */
  readonly id: string
  readonly username: string
  readonly email: string
  /** Trimmed and NFC; empty when none was given. */
  readonly fullName: string
  readonly role: Role
  readonly status: Status
  readonly canWrite: boolean
  /** Whether nothing is open to them until they have changed the password that somebody else set. */
  readonly mustChangePassword: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Null for a user who never logged in. */
  readonly lastLoginAt: Date | null
}

/** What of a user may be changed by a write; a field left out stays as it is. */
export type UserChange = Partial<
  Pick<User, 'email' | 'fullName' | 'role' | 'canWrite'> & { readonly status: Exclude<Status, 'deleted'> }
>

/** What a new user has unless it is given. */
export const userDefaults = {
  fullName: '',
  role: 'user',
  status: 'active',
  mustChangePassword: false,
} as const satisfies Partial<User>
