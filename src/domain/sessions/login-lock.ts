import { createHash } from 'node:crypto'
import { networkOf } from '../address.ts'
import { DomainError } from '../errors.ts'
import { clockSkew } from './clock-skew.ts'
import type { LoginFailureStore, LoginFailures } from './store.ts'

export interface LoginLockDeps {
  readonly failures: LoginFailureStore
  /** Failures per account and address within a window before logins are refused; 0 for no limit. */
  readonly attempts: number
  /** Length of the window, in seconds, from the first failure. */
  readonly windowSeconds: number
  readonly now: () => Date
}

export type LoginLock = ReturnType<typeof createLoginLock>

/**
 * Stops guessing (OWASP ASVS 6.3.1) without letting a stranger lock somebody out: failures count for an account and an address
 * together. They are in the database, so a restart or a second instance does not reset them.
 */
export function createLoginLock({ failures, attempts, windowSeconds, now }: LoginLockDeps) {
  function judge(found: LoginFailures | undefined): void {
    if (found && found.count >= attempts) throw lockedUntil(found.windowEnd)
  }
  function lockedUntil(end: Date): DomainError {
    const left = Math.ceil((end.getTime() - now().getTime()) / 1000)
    return new DomainError('login_locked', { retryAfter: Math.min(Math.max(1, left), windowSeconds) })
  }
  const inSeconds = (seconds: number) => new Date(now().getTime() + seconds * 1000)
  /** No window that was opened by now ends later, unless the clock was ahead. */
  const latestEnd = () => inSeconds(windowSeconds + clockSkew)

  return {
    /**
     * To be asked before the password is verified and again when it was right: of a burst of guesses, those that end after the limit
     * was reached learn nothing, right or wrong.
     *
     * @throws DomainError `login_locked`
     */
    async check(account: Buffer, address: Buffer): Promise<void> {
      if (attempts > 0) judge(await failures.find(account, address, now(), latestEnd()))
    },

    /** @throws DomainError `login_locked` when the limit had been reached before this failure */
    async fail(account: Buffer, address: Buffer): Promise<void> {
      if (attempts === 0) return
      const after = await failures.add(account, address, now(), inSeconds(windowSeconds), latestEnd())
      if (after.count > attempts) throw lockedUntil(after.windowEnd)
    },
  }
}

/** Of an account: by its id, so that its username and its email count together. */
export function accountDigest(id: string): Buffer {
  return digest(`id ${id}`)
}

/**
 * Of a name that nobody has. Stored in place of what was typed, since people type passwords into the wrong field. Case is folded as the store folds
 * it, in ASCII alone: any other folding would count two spellings together for unknown accounts and apart for known ones, and so tell them apart.
 */
export function unknownDigest(name: string): Buffer {
  return digest(`name ${name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())}`)
}

/** Of an IPv6 address the network alone counts: each address of it would bring new guesses. */
export function addressDigest(address: string): Buffer {
  return digest(networkOf(address))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
