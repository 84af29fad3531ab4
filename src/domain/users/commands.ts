import type { Caller } from '../caller.ts'
import { command, type Decision, first, type Step } from '../command.ts'
import { DomainError } from '../errors.ts'
import { accountDigest } from '../sessions/login-lock.ts'
import { decideChange, difference, sessionsRevoked, userCreated } from './changes.ts'
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

/** The decision, once the other administrators have been counted. */
const whereAdministratorRemains = <T>(user: User, change: UserChange | 'deletion', decision: Decision<T>): Step<T> =>
  first(['users', 'countOtherAdministrators', user.id], (others) => {
    assertAdministratorRemains(user, change, others)
    return decision
  })

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
