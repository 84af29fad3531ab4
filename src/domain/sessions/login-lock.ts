import { createHash } from 'node:crypto'
import { networkOf } from '../address.ts'
import type { Caller, Origin } from '../caller.ts'
import { command, first, type Step } from '../command.ts'
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

/** Whose password is tried, and from where: digests. */
export interface Attempt {
  readonly account: Buffer
  readonly address: Buffer
}

/** What a failed attempt is refused with. */
const refusals = {
  login_failed: 'credentials_refused',
  wrong_current_password: 'wrong_current_password',
} as const

export type LoginLock = ReturnType<typeof createLoginLock>

/**
 * Stops guessing (OWASP ASVS 6.3.1) without letting a stranger lock somebody out: failures count
 * for an account and an address together. They are in the database, so a restart or a second
 * instance does not reset them.
 */
export function createLoginLock({ failures, attempts, windowSeconds, now }: LoginLockDeps) {
  function locked({ windowEnd }: LoginFailures, at: Date): DomainError {
    const left = Math.ceil((windowEnd.getTime() - at.getTime()) / 1000)
    return new DomainError('login_locked', { retryAfter: Math.min(Math.max(1, left), windowSeconds) })
  }
  const windowFrom = (at: Date, seconds = windowSeconds) => new Date(at.getTime() + seconds * 1000)
  /** No window that was opened by now ends later, unless the clock was ahead. */
  const latestEnd = (at: Date) => windowFrom(at, windowSeconds + clockSkew)

  return {
    /**
     * To be called before the password is verified and again when it was right: of a burst of
     * guesses, those that end after the limit was reached learn nothing, right or wrong.
     *
     * @throws DomainError `login_locked`
     */
    async check({ account, address }: Attempt): Promise<void> {
      if (attempts === 0) return
      const at = now()
      const found = await failures.find(account, address, at, latestEnd(at))
      if (found && found.count >= attempts) throw locked(found, at)
    },

    /**
     * The command that counts a failure and refuses.
     *
     * @throws DomainError `credentials_refused`, `wrong_current_password`; `login_locked` when the
     *   limit had been reached before
     */
    countFailure: (
      by: Caller | Origin,
      { account, address }: Attempt,
      event: keyof typeof refusals,
      userId: string | null,
    ) =>
      command({
        by,
        reads: {},
        decide(_, at): Step<never> {
          const refused = (isLocked: boolean, refusal = new DomainError(refusals[event])): Step<never> => ({
            writes: [],
            events: [{ event, userId, locked: isLocked, ...(!userId && { nameDigest: account.toString('hex') }) }],
            refusal,
          })
          if (attempts === 0) return refused(false)
          return first(['loginFailures', 'add', account, address, at, windowFrom(at), latestEnd(at)], (found) =>
            refused(found.count >= attempts, found.count > attempts ? locked(found, at) : undefined),
          )
        },
      }),

    /** The command that forgets the failures of this account from this address. */
    forgetFailures: (by: Caller, { account, address }: Attempt) =>
      command({
        by,
        reads: {},
        decide: (): Step<void> => ({
          writes: [['loginFailures', 'remove', account, address]],
          events: [],
          result: undefined,
        }),
      }),
  }
}

/** Of an account: by its id, so that its username and its email count together. */
export function accountDigest(id: string): Buffer {
  return digest(`id ${id}`)
}

/**
 * Of a name that nobody has. Stored in place of what was typed, since people type passwords into
 * the wrong field. Case is folded as the store folds it, in ASCII alone: any other folding would
 * count two spellings together for unknown accounts and apart for known ones, and so tell them
 * apart.
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
