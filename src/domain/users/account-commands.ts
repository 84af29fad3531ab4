import type { Caller } from '../caller.ts'
import { command, type Step } from '../command.ts'
import { DomainError } from '../errors.ts'
import { accountDigest, addressDigest } from '../sessions/login-lock.ts'
import { decideChange, difference, sessionsRevoked } from './changes.ts'
import type { User, UserChange } from './user.ts'

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
