import { DomainError } from '../domain/errors.ts'
import type { Actor } from '../domain/users/permissions.ts'
import type { Role } from '../domain/users/user.ts'
import type { Caller } from './authenticate.ts'

/**
 * Holds the caller against the roles that the contract gives the operation (`x-roles`); none given means nobody. The domain asks again, in the
 * transaction that writes.
 *
 * @throws DomainError `role_required`
 */
export function authorize(caller: Caller, operation: object, gone?: AbortSignal): Actor {
  const allowed = (operation as { 'x-roles'?: readonly Role[] })['x-roles'] ?? []
  if (!allowed.includes(caller.user.role)) throw new DomainError('role_required')
  return { id: caller.user.id, sessionId: caller.sessionId, allowed, gone }
}
