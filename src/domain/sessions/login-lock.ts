import { createHash, createHmac } from 'node:crypto'
import { prefixOf } from '../address.ts'
import type { Caller, Origin } from '../caller.ts'
import { command, type Execute, type Step } from '../command.ts'
import { DomainError } from '../errors.ts'
import type { StoreCall } from '../store-call.ts'
import { clockSkew } from './clock-skew.ts'
import { after, createLoginLimits, type Judgement, type LoginLimits, latest, memorySeconds } from './login-limits.ts'
import type { LoginFailureStore, LoginFailures } from './store.ts'

export interface LoginLockDeps extends LoginLimits {
  readonly failures: Pick<LoginFailureStore, 'find'>
  readonly execute: Execute
  /**
   * Makes names that nobody has unreadable in the audit trail: administrators read it, and a plain
   * digest of a password that was typed into the wrong field is soon guessed.
   */
  readonly nameKey: Buffer
  readonly now: () => Date
}

/** Whose password is tried, and from where: digests. */
export interface Attempt {
  readonly account: Buffer
  /** Of the prefix of the address. */
  readonly address: Buffer
  /** Null where nobody has the name that was typed. */
  readonly userId: string | null
}

/** What a failed attempt is refused with. */
const refusals = {
  login_failed: 'credentials_refused',
  wrong_current_password: 'wrong_current_password',
} as const

export type LoginLock = ReturnType<typeof createLoginLock>

/**
 * Stops guessing (OWASP ASVS 6.3.1) without letting a stranger lock somebody out (decision 33):
 * failures count for an account and a prefix together; those of an account from anywhere, and of a
 * prefix at many accounts, slow strangers alone. They are in the database, so a restart or a second
 * instance does not reset them.
 */
export function createLoginLock({ failures, execute, nameKey, now, ...limits }: LoginLockDeps) {
  const { attempts, ceiling } = limits
  const { judge, afterFailure } = createLoginLimits(limits)

  function locked({ lockedUntil, slowedUntil }: Judgement, at: Date): DomainError {
    const left = ((latest(lockedUntil, slowedUntil) ?? at).getTime() - at.getTime()) / 1000
    return new DomainError('login_locked', { retryAfter: Math.min(Math.max(1, Math.ceil(left)), memorySeconds) })
  }

  /** The refusal by a lock, told once for each. */
  function refused(attempt: Attempt, { here }: LoginFailures, refusal: DomainError): Step<never> {
    if (here?.told) return { writes: [], events: [], refusal }
    const { account, address } = attempt
    return {
      writes: [['loginFailures', 'tell', account, address]],
      events: [{ event: 'login_refused', ...whose(attempt) }],
      refusal,
    }
  }

  /** For the audit trail: of a name that nobody has, the digest. */
  const whose = ({ account, userId }: Attempt) => ({
    userId,
    ...(!userId && { nameDigest: createHmac('sha256', nameKey).update(account).digest('hex') }),
  })
  const locking = ({ account, address }: Attempt) => ({ found: ['loginFailures', 'lock', account, address] }) as const

  return {
    /**
     * To be called before the password is verified and again when it was right: of a burst of
     * guesses, those that end after the limit was reached learn nothing, right or wrong.
     *
     * @returns whether the right password lets in. Where it does not, a password has to be verified
     *   all the same, and the failure to be counted: who is let in from here, and so who exists,
     *   would show in the time
     * @throws DomainError `login_locked`
     */
    async check(by: Caller | Origin, attempt: Attempt): Promise<boolean> {
      if (attempts === 0) return true
      const at = now()
      const found = await failures.find(attempt.account, attempt.address)
      const judgement = judge(found, at)
      if (!judgement.lockedUntil) return found.isKnown || !judgement.slowedUntil
      const refusal = locked(judgement, at)
      if (found.here?.told) throw refusal
      return execute(
        command({ by, reads: locking(attempt), decide: (rows): Step<never> => refused(attempt, rows.found, refusal) }),
      )
    },

    /**
     * The command that counts a failure and refuses.
     *
     * @throws DomainError `credentials_refused`, `wrong_current_password`; `login_locked` where a
     *   lock was in force before, whatever the password
     */
    countFailure: (by: Caller | Origin, attempt: Attempt, event: keyof typeof refusals) =>
      command({
        by,
        reads: attempts === 0 ? {} : locking(attempt),
        decide({ found }: { readonly found?: LoginFailures }, at): Step<never> {
          const { account, address } = attempt
          const refusal = new DomainError(refusals[event])
          if (!found) return { writes: [], events: [{ event, ...whose(attempt), locked: false }], refusal }
          const before = judge(found, at)
          if (before.lockedUntil) return refused(attempt, found, locked(before, at))
          const counted = { ...afterFailure(found, at), isKnown: found.isKnown }
          const writes = [
            ['loginFailures', 'save', account, address, counted],
            ['loginFailures', 'removeOld', after(at, -memorySeconds), after(at, clockSkew)],
          ] as const
          const { lockedUntil, slowedUntil } = judge(counted, at)
          if (before.slowedUntil) {
            const told = refused(attempt, counted, locked({ lockedUntil, slowedUntil }, at))
            return 'writes' in told ? { ...told, writes: [...writes, ...told.writes] } : told
          }
          const isLocked = lockedUntil !== undefined || (slowedUntil !== undefined && !found.isKnown)
          return { writes, events: [{ event, ...whose(attempt), locked: isLocked }], refusal }
        },
      }),

    /** The command that notes a success: the failures of the account from here are forgotten. */
    noteSuccess: (by: Caller, { account, address }: Attempt) =>
      command({
        by,
        // A session that has ended meanwhile vouches for no place.
        reads: { by },
        decide: (_, at): Step<void> => ({
          writes: [['loginFailures', 'succeed', account, address, at]],
          events: [],
          result: undefined,
        }),
      }),

    /** What reads until when the account is locked, for somebody somewhere. */
    lockOf: (userId: string) =>
      [
        'loginFailures',
        'lockedUntil',
        accountDigest(userId),
        { attempts, ceiling: attempts && ceiling, at: now(), since: after(now(), -memorySeconds) },
      ] as const satisfies StoreCall,
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

/** Its prefix alone counts: each address of a network would bring new guesses. */
export function addressDigest(address: string): Buffer {
  return digest(prefixOf(address))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
