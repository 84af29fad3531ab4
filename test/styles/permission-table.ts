import { type Role, roles } from '../../src/domain/users/user.ts'

/*
 * Who may do what to whom, written down once more by hand: what the service answers, and what it
 * does, are both held against it.
 */

/** What an operation, or an action of it, is allowed to do. */
export interface Row {
  readonly callers: readonly Role[]
  readonly targets: 'anybody' | 'within reach' | 'nobody'
  readonly self: boolean
  /** Why it is refused for oneself. */
  readonly refusal?: string
  readonly fields?: readonly string[]
  readonly selfFields?: readonly string[]
}

export const reach: Readonly<Record<Role, readonly Role[]>> = {
  super_admin: ['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest'],
  admin: ['admin', 'manager', 'moderator', 'user', 'guest'],
  manager: ['manager', 'moderator', 'user', 'guest'],
  moderator: ['moderator', 'user', 'guest'],
  user: ['user', 'guest'],
  guest: ['guest'],
}

const administrators: readonly Role[] = ['super_admin', 'admin']
const managers: readonly Role[] = [...administrators, 'manager']
const everybody: readonly Role[] = [...managers, 'moderator', 'user', 'guest']

const own = { callers: everybody, targets: 'nobody', self: true } as const
const reading = { targets: 'anybody', self: true } as const
const making = { targets: 'nobody', self: false } as const
const touching = { callers: administrators, targets: 'within reach', self: false, refusal: 'self_change' } as const

/** By operation, and action where it has some. */
export const rows: Readonly<Record<string, Row>> = {
  'Rpc.Audit.list': { callers: administrators, ...making },
  'Rpc.Auth.logout': own,
  'Rpc.Auth.me': own,
  'Rpc.Auth.updateMe': { ...own, selfFields: ['email', 'password'] },
  'Rpc.Permissions.list': own,
  'Rpc.Sessions.list': own,
  'Rpc.Sessions.revoke': own,
  'Rpc.Sessions.listOfUser': { ...touching, self: true },
  'Rpc.Users.list': { callers: administrators, ...reading },
  'Rpc.Users.get': { callers: administrators, ...reading },
  'Rpc.Users.create': {
    callers: administrators,
    ...making,
    fields: ['username', 'email', 'password', 'role', 'can_write', 'must_change'],
  },
  'Rpc.Users.update': { ...touching, fields: ['email', 'role', 'can_write'] },
  'Rpc.Users.update reset_password': { ...touching, fields: ['new_password', 'must_change'] },
  'Rpc.Users.update revoke_session': touching,
  'Rpc.Users.update revoke_sessions': touching,
  'Rpc.Users.update unlock': touching,
  'Rpc.Users.destroy': { ...touching, refusal: 'self_deletion' },

  'Rest.Audit.list': { callers: administrators, ...making },
  'Rest.Auth.logout': own,
  'Rest.Auth.profile': own,
  'Rest.Auth.updateProfile': { ...own, selfFields: ['fullName', 'email'] },
  'Rest.Auth.changePassword': { ...own, selfFields: ['newPassword'] },
  'Rest.Permissions.list': own,
  'Rest.Sessions.list': own,
  'Rest.Sessions.end': own,
  'Rest.Sessions.endAll': own,
  'Rest.Sessions.listOfUser': { ...touching, self: true },
  'Rest.Sessions.endOfUser': touching,
  'Rest.Sessions.endAllOfUser': touching,
  'Rest.Users.list': { callers: managers, ...reading },
  'Rest.Users.get': { callers: managers, ...reading },
  'Rest.Users.stats': { callers: managers, ...making },
  'Rest.Users.create': {
    callers: managers,
    ...making,
    fields: ['username', 'email', 'password', 'fullName', 'role', 'status', 'mustChange'],
  },
  'Rest.Users.update': {
    callers: managers,
    targets: 'within reach',
    self: true,
    refusal: 'self_privilege_change',
    fields: ['fullName', 'email', 'role', 'status'],
    selfFields: ['fullName', 'email'],
  },
  'Rest.Users.resetPassword': { ...touching, fields: ['newPassword', 'mustChange'] },
  'Rest.Users.unlock': touching,
  'Rest.Users.delete': { ...touching, refusal: 'self_deletion' },
}

/** The roles of the others to whom somebody may do it who may call. */
export const targetsOf = ({ targets }: Row, caller: Role): readonly Role[] =>
  targets === 'nobody' ? [] : targets === 'anybody' ? roles : reach[caller]
