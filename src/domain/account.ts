import { DomainError } from './errors.ts'
import { accountDigest, type LoginLock } from './login-lock.ts'
import type { Passwords } from './password.ts'
import { type Actor, lockActorAndTarget } from './permissions.ts'
import type { Store } from './store.ts'
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
    /** Where the guess at the current password came from. */
    readonly address: string
  }
}

export type Account = ReturnType<typeof createAccount>

/** What users do to their own account. */
export function createAccount({ store, passwords, loginLock, now }: AccountDeps) {
  /** Guesses at the current password count like failed logins: a stolen access token must not become a stolen password. */
  async function verifyCurrent(id: string, password: NonNullable<OwnChange['password']>): Promise<string> {
    const credentials = await store.users.findCredentialsById(id)
    const account = accountDigest(id)
    const from = accountDigest(password.address)
    await loginLock.check(account, from)
    if (!credentials?.passwordHash || !(await passwords.verify(password.current, credentials.passwordHash))) {
      await loginLock.fail(account, from)
      throw new DomainError('wrong_current_password')
    }
    await loginLock.check(account, from)
    await loginLock.succeed(account, from)
    return credentials.passwordHash
  }

  return {
    /**
     * Changes the caller's email, full name, password, or several at once; a new password ends every session of the caller.
     *
     * @throws DomainError `weak_password`, `wrong_current_password`, `same_password`, `login_locked`, `email_taken`, `token_revoked`
     */
    async change(actor: Actor, { password, ...profile }: OwnChange): Promise<User> {
      let hashes: { read: string; next: string } | undefined
      if (password) {
        const self = await store.users.find(actor.id)
        passwords.check(password.next, { ...self, ...profile })
        const read = await verifyCurrent(actor.id, password)
        if (password.next.normalize('NFC') === password.current.normalize('NFC')) throw new DomainError('same_password')
        hashes = { read, next: await passwords.hash(password.next) }
      }
      return store.transaction(async (tx) => {
        let { caller } = await lockActorAndTarget(tx, actor, actor.id)
        const updatedAt = now()
        const change = difference(caller, profile)
        if (Object.keys(change).length > 0) caller = await tx.users.change(actor.id, { ...change, updatedAt })
        if (hashes) {
          const current = await tx.users.findCredentialsById(actor.id)
          if (current?.passwordHash !== hashes.read) throw new DomainError('wrong_current_password')
          await tx.sessions.removeAllOf(actor.id)
          caller = await tx.users.changePassword(actor.id, { passwordHash: hashes.next, updatedAt })
        }
        return caller
      })
    },
  }
}
