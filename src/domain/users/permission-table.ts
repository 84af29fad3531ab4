import type { Reason } from '../errors.ts'
import { type Role, roles } from './user.ts'

/*
 * What may be done to whom: the one table of it. Who may call at all stands in the contract
 * (`x-roles`), and which permission an operation takes (`x-permission`); both together are the
 * answer to `GET /auth:permissions`. No role is compared anywhere else (docs/decisions/0036).
 */

/** What somebody can give a user. */
export type Field =
  | 'username'
  | 'email'
  | 'fullName'
  | 'password'
  | 'role'
  | 'status'
  | 'canWrite'
  | 'mustChangePassword'

interface Standing {
  /** The roles of those it may act on, which are also those that it may give. */
  readonly reaches: readonly Role[]
  /** Why somebody is refused who acts on this role, and does not reach it. */
  readonly outOfReach: Extract<Reason, 'super_admin_protected' | 'target_above_actor'>
  /** Whether it is one of those of whom there is always an active one. */
  readonly isAdministrator: boolean
  /** What `canWrite` is where it is not given. */
  readonly writes: boolean
}

export const standings: Readonly<Record<Role, Standing>> = {
  super_admin: {
    reaches: ['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest'],
    outOfReach: 'super_admin_protected',
    isAdministrator: true,
    writes: true,
  },
  admin: {
    reaches: ['admin', 'manager', 'moderator', 'user', 'guest'],
    outOfReach: 'target_above_actor',
    isAdministrator: true,
    writes: true,
  },
  manager: {
    reaches: ['manager', 'moderator', 'user', 'guest'],
    outOfReach: 'target_above_actor',
    isAdministrator: false,
    writes: true,
  },
  moderator: {
    reaches: ['moderator', 'user', 'guest'],
    outOfReach: 'target_above_actor',
    isAdministrator: false,
    writes: true,
  },
  user: {
    reaches: ['user', 'guest'],
    outOfReach: 'target_above_actor',
    isAdministrator: false,
    writes: true,
  },
  guest: {
    reaches: ['guest'],
    outOfReach: 'target_above_actor',
    isAdministrator: false,
    writes: false,
  },
}

/** A row of the table. */
export interface Permission {
  /** The others to whom it may be done; left out: it is about nobody else. */
  readonly others?: 'anybody' | 'within_reach'
  /** What it gives them, or a new user. */
  readonly fields?: readonly Field[]
  /** What it gives oneself, which may be nothing; left out: it is never done to oneself. */
  readonly self?: readonly Field[]
  /** Of oneself, what is asked for with the current password where the service is configured so. */
  readonly withPassword?: readonly Field[]
  /** Why it is refused to do it to oneself, or to give oneself another field. */
  readonly refusal?: Extract<Reason, 'self_change' | 'self_privilege_change' | 'self_deletion'>
}

const changeable = ['email', 'fullName', 'role', 'status', 'canWrite'] as const

const table = {
  read_users: { others: 'anybody', self: [] },
  count_users: {},
  read_audit: {},
  create_user: { fields: ['username', 'password', ...changeable, 'mustChangePassword'] },
  change_user: {
    others: 'within_reach',
    fields: changeable,
    self: ['email', 'fullName'],
    withPassword: ['email'],
    refusal: 'self_privilege_change',
  },
  change_other_user: { others: 'within_reach', fields: changeable, refusal: 'self_change' },
  reset_password: { others: 'within_reach', fields: ['password', 'mustChangePassword'], refusal: 'self_change' },
  delete_user: { others: 'within_reach', refusal: 'self_deletion' },
  list_sessions: { others: 'within_reach', self: [] },
  unlock_user: { others: 'within_reach', refusal: 'self_change' },
  end_sessions: { others: 'within_reach', refusal: 'self_change' },
  read_own_account: { self: [] },
  change_own_account: { self: ['email', 'fullName', 'password'] },
  list_own_sessions: { self: [] },
  end_own_sessions: { self: [] },
} as const satisfies Record<string, Permission>

export type PermissionName = keyof typeof table

/** The names that `x-permission` can have. */
export const permissionNames = Object.keys(table) as readonly PermissionName[]

export const permission = (name: PermissionName): Permission => table[name]

/** The roles that count as administrators together. */
export const administrators: readonly Role[] = roles.filter((role) => standings[role].isAdministrator)

export const writesByDefault = (role: Role): boolean => standings[role].writes
