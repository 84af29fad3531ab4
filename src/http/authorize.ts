import type { Caller } from '../domain/caller.ts'
import { DomainError } from '../domain/errors.ts'
import type { Role } from '../domain/users/user.ts'

/**
 * Holds the caller against the roles that the contract gives the operation (`x-roles`); none given means nobody. The domain asks again, in the
 * transaction that writes.
 *
 * @throws DomainError `role_required`
 */
export function authorize(caller: Omit<Caller, 'allowed'>, operation: object): Caller {
  const allowed = (operation as { 'x-roles'?: readonly Role[] })['x-roles'] ?? []
  if (!allowed.includes(caller.principal.role)) throw new DomainError('role_required')
  return { ...caller, allowed }
}
