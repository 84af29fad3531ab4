import { type Caller, hashClient } from '../caller.ts'
import type { Execute } from '../command.ts'
import { DomainError } from '../errors.ts'
import type { Passwords } from '../passwords/password.ts'
import { accountDigest, addressDigest, type LoginLock } from '../sessions/login-lock.ts'
import type { Store } from '../store.ts'
import { changeAccount } from './account-commands.ts'
import type { User } from './user.ts'

export interface AccountDeps {
  readonly store: Store
  readonly execute: Execute
  readonly passwords: Passwords
  readonly loginLock: LoginLock
  /** Whether the email is changed together with the current password alone (OWASP ASVS 7.5.1). */
  readonly emailNeedsPassword: boolean
}

export interface OwnChange {
  readonly email?: string
  readonly fullName?: string
  /** A new one is set together with the current one alone. */
  readonly password?: string
  readonly currentPassword?: string
}

export type Account = ReturnType<typeof createAccount>

/** What users do to their own account. */
export function createAccount({ store, execute, passwords, loginLock, emailNeedsPassword }: AccountDeps) {
  /**
   * Guesses at the current password count like failed logins: a stolen access token must not become
   * a stolen password.
   */
  async function verifyCurrent(caller: Caller, current: string): Promise<void> {
    const credentials = await store.users.findCredentialsById(caller.principal.id)
    const { id: userId } = caller.principal
    const attempt = { account: accountDigest(userId), address: addressDigest(caller.origin.address), userId }
    const letsIn = await loginLock.check(caller, attempt)
    const hash = (letsIn && credentials?.passwordHash) || null
    const isRight = await passwords.verify(current, hash, hashClient(caller))
    // As at a login.
    const letsInStill = await loginLock.check(caller, attempt)
    if (!isRight || !letsInStill) return execute(loginLock.countFailure(caller, attempt, 'wrong_current_password'))
    await execute(loginLock.noteSuccess(caller, attempt))
  }

  return {
    /**
     * Changes the caller's email, full name, password, or several at once; a new password ends
     * every session of the caller.
     *
     * @throws DomainError `current_password_required`, `weak_password`, `wrong_current_password`,
     *   `same_password`, `login_locked`, `email_taken`, `token_revoked`,
     *   `password_change_required`
     */
    async change(caller: Caller, { password, currentPassword: current, ...profile }: OwnChange): Promise<User> {
      const changesEmail = profile.email !== undefined && profile.email !== caller.principal.email
      if (current === undefined && (password !== undefined || (changesEmail && emailNeedsPassword)))
        throw new DomainError('current_password_required')
      if (password !== undefined)
        passwords.check(password, { ...(await store.users.find(caller.principal.id)), ...profile })
      if (current !== undefined) await verifyCurrent(caller, current)
      if (password === undefined) return execute(changeAccount(caller, profile, undefined))
      if (password.normalize('NFC') === current?.normalize('NFC')) throw new DomainError('same_password')
      const passwordHash = await passwords.hash(password, hashClient(caller))
      return execute(changeAccount(caller, profile, passwordHash))
    },
  }
}
