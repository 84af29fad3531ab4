import type { Caller } from '../caller.ts'
import { command, type Decision, first, type Step } from '../command.ts'
import { DomainError } from '../errors.ts'
import type { Changes, EventDetails } from '../events.ts'
import { accountDigest, addressDigest } from '../sessions/login-lock.ts'
import { normalFullName } from './full-name.ts'
import type { PermissionName } from './permission-table.ts'
import {
  assertAdministratorRemains,
  assertCanActOn,
  assertCanChange,
  assertCanGrant,
  removesAdministrator,
} from './permissions.ts'
import type { NewUser } from './store.ts'
import type { User, UserChange } from './user.ts'

/** @throws DomainError `role_above_actor`, and from the store `username_taken`, `email_taken` */
export const createUser = (caller: Caller, draft: Omit<NewUser, 'id' | 'createdAt'>, newId: () => string) =>
  command({
    by: caller,
    reads: { caller },
    decide({ caller: self }, createdAt): Step<User> {
      assertCanGrant(self, draft.role)
      const user = { ...draft, id: newId(), fullName: normalFullName(draft.fullName), createdAt }
      const { passwordHash: _, ...shown } = user
      return {
        writes: [['users', 'insert', user]],
        events: [userCreated(user)],
        result: { ...shown, updatedAt: createdAt, lastLoginAt: null },
      }
    },
  })

/**
 * Changes what differs; a change that changes nothing leaves `updatedAt` alone. A status other than
 * active ends the user's sessions.
 *
 * @param emailNeedsPassword whether one's own email is changed with the current password alone
 * @param assertSeen throws where the user is no longer as the caller saw it (RFC 9110, 13.1.1)
 * @throws DomainError `user_not_found`, `self_change`, `self_privilege_change`,
 *   `current_password_required`, `super_admin_protected`, `target_above_actor`, `role_above_actor`,
 *   and from the store `email_taken`
 */
export const changeUser = (
  caller: Caller,
  id: string,
  wanted: UserChange,
  permission: Extract<PermissionName, 'change_user' | 'change_other_user'>,
  emailNeedsPassword: boolean,
  assertSeen: (user: User) => void = () => {},
) =>
  command({
    by: caller,
    reads: { caller, target: ['users', 'lock', id] },
    decide({ caller: self, target }, at): Step<User> {
      const user = found(target)
      assertSeen(user)
      const change = difference(user, wanted)
      assertCanChange(self, user, change, permission, emailNeedsPassword)
      const changed = decideChange(user, change, at)
      return removesAdministrator(user, change) ? whereAdministratorRemains(user, change, changed) : changed
    },
  })

/**
 * Ends the user's sessions and forgets their failed logins, so that they can log in at once.
 *
 * @param mustChange whether nothing else is open to the user until they have changed it
 * @throws DomainError as `allowedTarget`
 */
export const resetPassword = (caller: Caller, id: string, passwordHash: string, mustChange: boolean) =>
  command({
    by: caller,
    reads: { caller, target: ['users', 'lock', id] },
    decide: (rows, at): Step<User> => decideReset(allowedTarget(rows, 'reset_password'), passwordHash, mustChange, at),
  })

/** What a reset does, whoever makes it. */
export function decideReset(user: User, passwordHash: string, mustChange: boolean, at: Date): Decision<User> {
  const { id } = user
  return {
    writes: [
      ['sessions', 'removeAllOf', id],
      ['loginFailures', 'removeAllOf', accountDigest(id)],
      ['users', 'changePassword', id, { passwordHash, mustChangePassword: mustChange, updatedAt: at }],
    ],
    events: [{ event: 'password_reset', userId: id, ...(mustChange && { mustChange }) }, sessionsRevoked(id)],
    result: { ...user, mustChangePassword: mustChange, updatedAt: at },
  }
}

/**
 * Forgets the user's failed logins, so that they can log in at once from wherever they are. A lock
 * of the prefix itself, which has failed at many accounts, stays.
 *
 * @throws as `allowedTarget`
 */
export const unlockUser = (caller: Caller, id: string) =>
  command({
    by: caller,
    reads: { caller, target: ['users', 'lock', id] },
    decide: (rows): Step<User> => ({
      result: allowedTarget(rows, 'unlock_user'),
      writes: [['loginFailures', 'unlock', accountDigest(id)]],
      events: [{ event: 'login_unlocked', userId: id }],
    }),
  })

/**
 * @throws DomainError `user_not_found`, `self_deletion`, `super_admin_protected`,
 *   `target_above_actor`
 */
export const removeUser = (caller: Caller, id: string) =>
  command({
    by: caller,
    reads: { caller, target: ['users', 'lock', id] },
    decide(rows, at): Step<void> {
      const user = allowedTarget(rows, 'delete_user')
      const removed: Decision<void> = {
        writes: [
          ['sessions', 'removeAllOf', id],
          ['loginFailures', 'removeAllOf', accountDigest(id)],
          ['users', 'remove', id, at],
        ],
        events: [
          { event: 'user_deleted', userId: id, changes: { status: { from: user.status, to: 'deleted' } } },
          sessionsRevoked(id),
        ],
        result: undefined,
      }
      return removesAdministrator(user, 'deletion') ? whereAdministratorRemains(user, 'deletion', removed) : removed
    },
  })

/**
 * Changes the caller's own account; a new password ends every session of theirs. The hash that was
 * verified need not be compared again: whoever set another password meanwhile has ended this
 * session, and a login that replaced an outdated hash has left the password as it was.
 *
 * @throws DomainError `password_change_required` where that is not it, and from the store `email_taken`
 */
export const changeAccount = (caller: Caller, profile: UserChange, passwordHash: string | undefined) =>
  command({
    by: caller,
    reads: { caller, self: ['users', 'lock', caller.principal.id] },
    decide({ caller: self }, at): Step<User> {
      if (self.mustChangePassword && passwordHash === undefined) throw new DomainError('password_change_required')
      const changed = decideChange(self, difference(self, profile), at)
      if (passwordHash === undefined) return changed
      const account = accountDigest(self.id)
      return {
        writes: [
          ...changed.writes,
          ['sessions', 'removeAllOf', self.id],
          // Who knew the old one is a stranger again wherever they have been; its owner is here.
          ['loginFailures', 'removeAllOf', account],
          ['loginFailures', 'succeed', account, addressDigest(caller.origin.address), at],
          ['users', 'changePassword', self.id, { passwordHash, mustChangePassword: false, updatedAt: at }],
        ],
        events: [...changed.events, { event: 'password_changed', userId: self.id }, sessionsRevoked(self.id)],
        result: { ...changed.result, mustChangePassword: false, updatedAt: at },
      }
    },
  })

/** What a change does, whoever makes it. @param change what differs alone */
export function decideChange(
  user: User,
  change: UserChange,
  updatedAt: Date,
): Decision<User> & { readonly result: User } {
  const changes = changesOf(change, user)
  if (Object.keys(changes).length === 0) return { writes: [], events: [], result: user }
  const ends = change.status !== undefined && change.status !== 'active'
  return {
    writes: [
      ...(ends ? [['sessions', 'removeAllOf', user.id] as const] : []),
      ['users', 'change', user, { ...change, updatedAt }],
    ],
    events: [{ event: 'user_changed', userId: user.id, changes }, ...(ends ? [sessionsRevoked(user.id)] : [])],
    result: { ...user, ...change, updatedAt },
  }
}

/** The event of a creation. */
export function userCreated({ passwordHash: _, createdAt: __, id: userId, ...fields }: NewUser): EventDetails {
  return { event: 'user_created', userId, changes: changesOf(fields) }
}

/** What becomes of fields. @param before left out for a user who was not there */
function changesOf(fields: Partial<User>, before?: User): Changes {
  const entries = Object.entries(fields) as [keyof User, User[keyof User]][]
  return Object.fromEntries(entries.map(([field, to]) => [field, { from: before?.[field] ?? null, to }]))
}

/** The decision, once the other administrators have been counted. */
const whereAdministratorRemains = <T>(user: User, change: UserChange | 'deletion', decision: Decision<T>): Step<T> =>
  first(['users', 'countOtherAdministrators', user.id], (others) => {
    assertAdministratorRemains(user, change, others)
    return decision
  })

const sessionsRevoked = (userId: string): EventDetails => ({ event: 'sessions_revoked', userId })

/**
 * The target, to whom the caller may do it.
 *
 * @throws DomainError `user_not_found`, and as `assertCanActOn`
 */
export function allowedTarget(
  { caller, target }: { readonly caller: User; readonly target: User | undefined },
  permission: PermissionName,
): User {
  const user = found(target)
  assertCanActOn(caller, user, permission)
  return user
}

/** @throws DomainError `user_not_found` */
export function found(user: User | undefined): User {
  if (!user) throw new DomainError('user_not_found')
  return user
}

/** What of the wanted change is a change. */
export function difference(user: User, wanted: UserChange): UserChange {
  const full = wanted.fullName === undefined ? wanted : { ...wanted, fullName: normalFullName(wanted.fullName) }
  return Object.fromEntries(
    Object.entries(full).filter(([field, value]) => value !== undefined && value !== user[field as keyof User]),
  )
}
