import { DomainError } from '../errors.ts'
import { isAdministrator, outranks, type Role, type User, type UserChange } from './user.ts'

/**
 * Nobody touches a user above themselves.
 *
 * @throws DomainError `super_admin_protected`, `target_above_actor`
 */
export function assertCanActOn(caller: User, target: User): void {
  if (!outranks(target.role, caller.role)) return
  throw new DomainError(target.role === 'super_admin' ? 'super_admin_protected' : 'target_above_actor')
}

/**
 * Nobody grants a role above their own; so a manager makes no administrator, and only a super
 * administrator makes another.
 *
 * @throws DomainError `role_above_actor`
 */
export function assertCanGrant(caller: User, role: Role | undefined): void {
  if (role && outranks(role, caller.role)) throw new DomainError('role_above_actor')
}

/** Whether the change takes an active administrator away. */
export function removesAdministrator(target: User, change: UserChange | 'deletion'): boolean {
  if (target.status !== 'active' || !isAdministrator(target.role)) return false
  if (change === 'deletion') return true
  const after = { role: change.role ?? target.role, status: change.status ?? target.status }
  return after.status !== 'active' || !isAdministrator(after.role)
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
