import { DomainError } from '../errors.ts'
import type { HashClient } from '../passwords/hash-queue.ts'
import type { Store } from '../store.ts'
import { isAdministrator, outranks, type Role, type User, type UserChange } from './user.ts'

/** Who calls: known by an access token, judged by the database row. */
export interface Actor {
  readonly id: string
  readonly sessionId: string
  /** The roles that may call the operation at hand; none means nobody. */
  readonly allowed: readonly Role[]
  /** Aborted when they hang up. */
  readonly gone?: AbortSignal | undefined
}

/** Actors take turns at hashing as users: an address may be shared by many. */
export function hashClient({ id, gone }: Actor): HashClient {
  return { name: `user:${id}`, gone }
}

/**
 * Reads the caller's own row again inside the writing transaction and holds it: who was demoted, suspended or logged out a moment ago
 * writes nothing.
 *
 * @throws DomainError `token_revoked`, `role_required`
 */
export async function lockActor(tx: Store, actor: Actor): Promise<User> {
  return judgeActor(tx, actor, await tx.users.lock(actor.id))
}

/**
 * Locks the caller's row and the target's, in the order of their ids: two callers who change each other would otherwise
 * each hold what the other waits for.
 *
 * @throws DomainError `token_revoked`, `role_required`, `user_not_found`
 */
export async function lockActorAndTarget(tx: Store, actor: Actor, id: string): Promise<{ caller: User; target: User }> {
  const rows = new Map<string, User | undefined>()
  for (const each of new Set([actor.id, id].sort())) rows.set(each, await tx.users.lock(each))
  const caller = await judgeActor(tx, actor, rows.get(actor.id))
  const target = rows.get(id)
  if (!target) throw new DomainError('user_not_found')
  return { caller, target }
}

async function judgeActor(tx: Store, actor: Actor, row: User | undefined): Promise<User> {
  if (row?.status !== 'active' || !(await tx.sessions.find(actor.sessionId))) throw new DomainError('token_revoked')
  if (!actor.allowed.includes(row.role)) throw new DomainError('role_required')
  return row
}

/**
 * Nobody touches a user above themselves.
 *
 * @throws DomainError `super_admin_protected`, `target_above_actor`
 */
export function judgeTarget(caller: User, target: User): void {
  if (!outranks(target.role, caller.role)) return
  throw new DomainError(target.role === 'super_admin' ? 'super_admin_protected' : 'target_above_actor')
}

/**
 * Nobody grants a role above their own; so a manager makes no administrator, and only a super administrator makes another.
 *
 * @throws DomainError `role_above_actor`
 */
export function judgeGrant(caller: User, role: Role | undefined): void {
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
 * There is always an active administrator. Given the other rules this cannot fail: whoever changes an administrator is another one, whose
 * row is held meanwhile. It is asked all the same, so that a later rule cannot take the promise away unseen; so it is a fault, not a refusal (docs/decisions/0005).
 *
 * @throws Error
 */
export function judgeLastAdministrator(target: User, change: UserChange | 'deletion', others: number): void {
  if (others > 0 || !removesAdministrator(target, change)) return
  throw new Error('this would leave no active administrator')
}
