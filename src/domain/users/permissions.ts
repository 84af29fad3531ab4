import { DomainError } from '../errors.ts'
import { type Field, type Permission, type PermissionName, permission, standings } from './permission-table.ts'
import { type Role, roles, type User, type UserChange } from './user.ts'

/* The rules of what may be done to whom; each reads the table. */

/** The roles of the others to whom somebody of that role may do it. */
const targetsOf = (role: Role, { others }: Permission): readonly Role[] =>
  others === 'within_reach' ? standings[role].reaches : others === 'anybody' ? roles : []

/** What a permission lets somebody do who may call for it. */
export interface Permitted {
  /** The roles of the others to whom it may be done. */
  readonly targets: readonly Role[]
  /** Whether it may be done to oneself. */
  readonly self: boolean
  /** What may be given to others, or to a new user. */
  readonly fields: readonly Field[]
  /** What one may give oneself. */
  readonly selfFields: readonly Field[]
  /** The roles that may be given. */
  readonly grants: readonly Role[]
}

/** @param emailNeedsPassword whether one's own email is changed with the current password alone */
export function permittedTo(role: Role, name: PermissionName, emailNeedsPassword: boolean): Permitted {
  const { fields = [], self, withPassword = [], ...rest } = permission(name)
  return {
    targets: targetsOf(role, rest),
    self: self !== undefined,
    fields,
    selfFields: (self ?? []).filter((field) => !emailNeedsPassword || !withPassword.includes(field)),
    grants: fields.includes('role') ? standings[role].reaches : [],
  }
}

/**
 * Nobody touches a user above themselves, and themselves only where that is said.
 *
 * @throws DomainError `self_change`, `self_deletion`, `super_admin_protected`, `target_above_actor`
 */
export function assertCanActOn(caller: User, target: User, name: PermissionName): void {
  const { self, refusal = 'self_change', ...rest } = permission(name)
  if (target.id === caller.id) {
    if (!self) throw new DomainError(refusal)
  } else if (!targetsOf(caller.role, rest).includes(target.role))
    throw new DomainError(standings[target.role].outOfReach)
}

/**
 * @param change what differs
 * @param emailNeedsPassword as of `permittedTo`
 * @throws DomainError as `assertCanActOn` and `assertCanGrant`, `current_password_required`,
 *   `self_privilege_change`
 */
export function assertCanChange(
  caller: User,
  target: User,
  change: UserChange,
  name: PermissionName,
  emailNeedsPassword: boolean,
): void {
  assertCanActOn(caller, target, name)
  const { self = [], withPassword = [], refusal = 'self_privilege_change' } = permission(name)
  if (target.id === caller.id) {
    const given = Object.keys(change) as (keyof UserChange)[]
    if (emailNeedsPassword && given.some((field) => withPassword.includes(field)))
      throw new DomainError('current_password_required')
    if (given.some((field) => !self.includes(field))) throw new DomainError(refusal)
  }
  assertCanGrant(caller, change.role)
}

/**
 * Nobody grants a role above their own; so a manager makes no administrator, and only a super
 * administrator makes another.
 *
 * @throws DomainError `role_above_actor`
 */
export function assertCanGrant(caller: User, role: Role | undefined): void {
  if (role && !standings[caller.role].reaches.includes(role)) throw new DomainError('role_above_actor')
}

/** Whether the change takes an active administrator away. */
export function removesAdministrator(target: User, change: UserChange | 'deletion'): boolean {
  if (target.status !== 'active' || !standings[target.role].isAdministrator) return false
  if (change === 'deletion') return true
  const after = { role: change.role ?? target.role, status: change.status ?? target.status }
  return after.status !== 'active' || !standings[after.role].isAdministrator
}

/**
 * There is always an active administrator. Given the other rules this cannot fail: whoever changes
 * an administrator is another one, whose row is held meanwhile. It is checked all the same, so that
 * a later rule cannot take the promise away unseen; so it is a fault, not a refusal
 * (docs/decisions/0005).
 *
 * @throws Error
 */
export function assertAdministratorRemains(target: User, change: UserChange | 'deletion', others: number): void {
  if (others > 0 || !removesAdministrator(target, change)) return
  throw new Error('this would leave no active administrator')
}
