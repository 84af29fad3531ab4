import { type Caller, hashClient } from '../caller.ts'
import type { Execute } from '../command.ts'
import { DomainError } from '../errors.ts'
import type { Passwords } from '../passwords/password.ts'
import { accountDigest, addressDigest, type LoginLock } from '../sessions/login-lock.ts'
import type { Store } from '../store.ts'
import { changeAccount } from './commands.ts'
import type { User } from './user.ts'

export interface AccountDeps {
  readonly store: Store
  readonly execute: Execute
  readonly passwords: Passwords
  readonly loginLock: LoginLock
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
export function createAccount({ store, execute, passwords, loginLock }: AccountDeps) {
  /**
   * Guesses at the current password count like failed logins: a stolen access token must not become
   * a stolen password.
   */
  async function verifyCurrent(caller: Caller, password: NonNullable<OwnChange['password']>): Promise<void> {
    const credentials = await store.users.findCredentialsById(caller.principal.id)
    const { id: userId } = caller.principal
    const attempt = { account: accountDigest(userId), address: addressDigest(caller.origin.address), userId }
    const letsIn = await loginLock.check(caller, attempt)
    const hash = (letsIn && credentials?.passwordHash) || null
    const isRight = await passwords.verify(password.current, hash, hashClient(caller))
    if (!isRight || !(await loginLock.check(caller, attempt)))
      return execute(loginLock.countFailure(caller, attempt, 'wrong_current_password'))
    await execute(loginLock.noteSuccess(caller, attempt))
  }

  return {
    /**
     * Changes the caller's email, full name, password, or several at once; a new password ends
     * every session of the caller.
     *
     * @throws DomainError `weak_password`, `wrong_current_password`, `same_password`,
     *   `login_locked`, `email_taken`, `token_revoked`
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
      return execute(changeAccount(caller, profile, passwordHash))
    },
  }
}
