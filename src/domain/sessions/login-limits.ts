import { clockSkew } from './clock-skew.ts'
import type { Failures, LoginFailures } from './store.ts'

export interface LoginLimits {
  /** Failures per account and prefix within a window before a lock; 0 for no lock of any kind. */
  readonly attempts: number
  /** Length of the window, in seconds, from the first failure. */
  readonly windowSeconds: number
  /** Consecutive failures of an account from anywhere; 0 for no ceiling. */
  readonly ceiling: number
  /** Accounts at which one prefix may fail within a window; 0 for no limit. */
  readonly accountsPerPrefix: number
}

/** Until when what is closed; undefined where it is not. */
export interface Judgement {
  /** Nobody is let in, whatever the password. */
  readonly lockedUntil: Date | undefined
  /** Only a prefix that has logged in to the account before is let in. */
  readonly slowedUntil: Date | undefined
}

/** Seconds without a failure after which failures are forgotten, and the longest wait. */
export const memorySeconds = 86_400

/** Seconds between two tries of a prefix that is slowed by the ceiling of an account. */
const slowedSeconds = 3600

/** By how many windows a wait grows at most. */
const longestWait = 4

/**
 * What failures come to: pure arithmetic (OWASP ASVS 6.3.1; NIST SP 800-63B-4, 3.2.2). An account
 * and a prefix lock each other; a prefix that fails at many accounts, and an account that fails
 * from anywhere, slow those who have never logged in there.
 */
export function createLoginLimits({ attempts, windowSeconds, ceiling, accountsPerPrefix }: LoginLimits) {
  const most = { ceiling: ceiling || Number.POSITIVE_INFINITY, accounts: accountsPerPrefix || Number.POSITIVE_INFINITY }

  const wait = (beyond: number) => Math.min(windowSeconds * Math.min(longestWait, 2 ** beyond), memorySeconds)

  /** One failure more: a window of them, then a lock to its end, then locks at once, which grow. */
  function next(found: Failures | undefined, limit: number, at: Date): Failures {
    const isOpen = found !== undefined && found.windowEnd > at
    if (isOpen && found.count >= limit) return found
    const count = found && (isOpen || found.count >= limit) ? found.count + 1 : 1
    const windowEnd = isOpen ? found.windowEnd : after(at, wait(Math.max(0, count - limit)))
    return { count, windowEnd, retryAt: null, failedAt: at, told: false }
  }

  /** The end of a lock; never further than it was long, should the clock have gone back. */
  function endOf(found: Failures | undefined, limit: number, at: Date): Date | undefined {
    if (!found || found.count < limit || found.windowEnd <= at) return undefined
    const longest = after(at, wait(found.count - limit))
    return found.windowEnd < longest ? found.windowEnd : longest
  }

  function judge(failures: LoginFailures, at: Date): Judgement {
    const { here, account, prefix } = standing(failures, at)
    const untilRetry = account && account.count >= most.ceiling ? ahead(here?.retryAt, at) : undefined
    const untilPrefix = endOf(prefix, most.accounts, at)
    return {
      lockedUntil: endOf(here, attempts, at),
      slowedUntil: latest(untilRetry, untilPrefix),
    }
  }

  return {
    judge,

    /** What stands after one failure more, which no lock has refused. */
    afterFailure(failures: LoginFailures, at: Date): Required<Omit<LoginFailures, 'isKnown'>> {
      const { here, account, prefix } = standing(failures, at)
      const isFirst = !here || here.windowEnd <= at
      const counted = next(here, attempts, at)
      const retryAt = ahead(here?.retryAt, at) ?? after(at, slowedSeconds)
      const isNew = counted.count >= attempts || retryAt.getTime() !== here?.retryAt?.getTime()
      return {
        here: { ...counted, retryAt, told: !isNew && here.told },
        account: {
          count: (account?.count ?? 0) + 1,
          windowEnd: after(at, memorySeconds),
          retryAt: null,
          failedAt: at,
          told: false,
        },
        prefix: isFirst || !prefix ? next(prefix, most.accounts, at) : prefix,
      }
    },
  }
}

/**
 * What is not forgotten. What failed after now was counted while a clock was ahead, and must not
 * lock for longer for that.
 */
function standing({ here, account, prefix }: LoginFailures, at: Date): Partial<LoginFailures> {
  const stands = (each: Failures | undefined) =>
    each && each.failedAt > after(at, -memorySeconds) && each.failedAt <= after(at, clockSkew) ? each : undefined
  return { here: stands(here), account: stands(account), prefix: stands(prefix) }
}

export const after = (moment: Date, seconds: number) => new Date(moment.getTime() + seconds * 1000)

const ahead = (moment: Date | null | undefined, at: Date) => (moment && moment > at ? moment : undefined)

/** The latest of those that there are. */
export const latest = (...moments: readonly (Date | undefined)[]): Date | undefined =>
  moments.reduce((one, other) => (!one || (other && other > one) ? other : one), undefined)
