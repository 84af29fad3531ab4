import { type Caller, hashClient } from '../caller.ts'
import { DomainError } from '../errors.ts'
import type { Passwords } from '../passwords/password.ts'
import { accountDigest, addressDigest, type LoginLock } from '../sessions/login-lock.ts'
import type { Store } from '../store.ts'
import { lockCallerAndTarget } from './permissions.ts'
import type { User } from './user.ts'
import { difference } from './users.ts'

export interface AccountDeps {
  readonly store: Store
  readonly passwords: Passwords
  readonly loginLock: LoginLock
  readonly now: () => Date
}

export interface OwnChange {
  readonly email?: string
  readonly fullName?: string
  readonly password?: {
    readonly current: string
    readonly next: string
  }
}

export type Account = ReturnType<typeof createAccount>

/** What users do to their own account. */
export function createAccount({ store, passwords, loginLock, now }: AccountDeps) {
  /** Guesses at the current password count like failed logins: a stolen access token must not become a stolen password. */
  async function verifyCurrent(caller: Caller, password: NonNullable<OwnChange['password']>): Promise<void> {
    const credentials = await store.users.findCredentialsById(caller.principal.id)
    const account = accountDigest(caller.principal.id)
    const from = addressDigest(caller.origin.address)
    await loginLock.check(account, from)
    if (
      !credentials?.passwordHash ||
      !(await passwords.verify(password.current, credentials.passwordHash, hashClient(caller)))
    ) {
      await loginLock.fail(account, from)
      throw new DomainError('wrong_current_password')
    }
    await loginLock.check(account, from)
    await store.loginFailures.remove(account, from)
  }

  return {
    /**
     * Changes the caller's email, full name, password, or several at once; a new password ends every session of the caller.
     *
     * @throws DomainError `weak_password`, `wrong_current_password`, `same_password`, `login_locked`, `email_taken`, `token_revoked`
     */
    async change(caller: Caller, { password, ...profile }: OwnChange): Promise<User> {
      let passwordHash: string | undefined
      if (password) {
        const self = await store.users.find(caller.principal.id)
        passwords.check(password.next, { ...self, ...profile })
        await verifyCurrent(caller, password)
        if (password.next.normalize('NFC') === password.current.normalize('NFC')) throw new DomainError('same_password')
        passwordHash = await passwords.hash(password.next, hashClient(caller))
      }
      return store.transaction(async (tx) => {
        let { caller: user } = await lockCallerAndTarget(tx, caller, caller.principal.id)
        const updatedAt = now()
        const change = difference(user, profile)
        if (Object.keys(change).length > 0) user = await tx.users.change(caller.principal.id, { ...change, updatedAt })
        if (passwordHash !== undefined) {
          // The hash that was verified need not be compared again: whoever set another password meanwhile has ended this session, and a
          // login that replaced an outdated hash has left the password as it was.
          await tx.sessions.removeAllOf(caller.principal.id)
          user = await tx.users.changePassword(caller.principal.id, { passwordHash, updatedAt })
        }
        return user
      })
    },
  }
}
