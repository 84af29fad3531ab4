import { type Caller, type Origin, shownOrigin } from '../caller.ts'
import { command, first, type Step } from '../command.ts'
import { DomainError } from '../errors.ts'
import type { User } from '../users/user.ts'
import { clockSkew } from './clock-skew.ts'
import type { SessionLifetime } from './lifetime.ts'
import type { Attempt } from './login-lock.ts'
import { digestRefreshToken, newestAfter, successorOf } from './refresh-token.ts'
import type { RefreshToken, Session } from './store.ts'

export interface NewSession {
  readonly userId: string
  /** The hash by which the password was verified. */
  readonly verifiedHash: string
  /** Takes the place of `verifiedHash`, if that is outdated. */
  readonly betterHash: string | undefined
  /** Whose failures are forgotten. */
  readonly attempt: Attempt
  readonly sessionId: string
  readonly refreshToken: string
  /** Seconds that a refresh token lives. */
  readonly refreshTokenTtl: number
  readonly lifetime: Pick<SessionLifetime, 'lives' | 'lastUse'>
  /** How many sessions a user may have: of more, those used longest ago end. */
  readonly sessionsPerUser: number
}

/**
 * Logs a user in whose password was verified. Hashing took its time: who was suspended or got
 * another password meanwhile is not let in with the old one.
 *
 * @returns the user; undefined where another hash stands there: the password has to be verified
 *   anew
 * @throws DomainError `credentials_refused`
 */
export const startSession = (by: Origin, { userId, sessionId, attempt, ...login }: NewSession) =>
  command({
    by,
    reads: {
      user: ['users', 'lock', userId],
      credentials: ['users', 'findCredentialsById', userId],
      sessions: ['sessions', 'usedLongestAgo', userId, login.sessionsPerUser + endedAtOnce],
    },
    decide({ user, credentials, sessions }, at): Step<User | undefined> {
      const { verifiedHash, betterHash, refreshToken, refreshTokenTtl } = login
      if (user?.status !== 'active') throw new DomainError('credentials_refused')
      if (credentials?.passwordHash !== verifiedHash) return { writes: [], events: [], result: undefined }
      const expiresAt = after(at, refreshTokenTtl)
      const tooMany = beyond(sessions, login.sessionsPerUser - 1, login.lifetime, at)
      return {
        writes: [
          ...(betterHash ? [['users', 'replacePasswordHash', userId, verifiedHash, betterHash] as const] : []),
          // Kept as long again: an expired refresh token is told from an unknown one.
          ['sessions', 'removeExpired', after(at, -refreshTokenTtl)],
          ...tooMany.map((id) => ['sessions', 'remove', id] as const),
          ['sessions', 'insert', { id: sessionId, userId, createdAt: at, expiresAt, ...shownOrigin(by) }],
          ['sessions', 'insertRefreshToken', { hash: digestRefreshToken(refreshToken), sessionId, step: 0, expiresAt }],
          ['loginFailures', 'remove', attempt.account, attempt.address],
          ['users', 'recordLogin', userId, at],
        ],
        events: [
          ...tooMany.map((id) => ({ event: 'session_ended', userId, sessionId: id }) as const),
          { event: 'session_started', userId, sessionId },
        ],
        result: { ...user, lastLoginAt: at, updatedAt: at },
      }
    },
  })

/**
 * Those but for so many: first what is over anyway, then by their last use, and by age where that
 * is the same.
 */
function beyond(
  sessions: readonly Pick<Session, 'id' | 'createdAt' | 'lastUsedAt'>[],
  kept: number,
  { lives, lastUse }: NewSession['lifetime'],
  at: Date,
): string[] {
  const worth = (session: (typeof sessions)[number]) => (lives(session, at) ? lastUse(session).getTime() : 0)
  const dearest = sessions.map((session) => ({ id: session.id, worth: worth(session) }))
  dearest.sort((a, b) => a.worth - b.worth || (a.id < b.id ? -1 : 1))
  return dearest.slice(0, Math.max(0, sessions.length - kept)).map(({ id }) => id)
}

export interface Refresh {
  readonly sessionId: string
  readonly token: string
  /** For the successor, should the token be unused. */
  readonly successorSalt: Buffer
  /** Counts the request against the user, and throws when there were too many. */
  readonly admit: (caller: Pick<Caller, 'principal'>) => void
  readonly lifetime: Pick<SessionLifetime, 'lives'>
  /** Seconds that a refresh token lives. */
  readonly refreshTokenTtl: number
}

export interface Refreshed {
  readonly user: User
  readonly sessionId: string
  readonly step: number
  readonly refreshToken: string
}

/**
 * Gives the successor of a refresh token. Of one token, all racers get the same; a later reuse ends
 * the session (RFC 9700, 4.14.2).
 *
 * @throws DomainError `refresh_token_unknown`, `refresh_token_expired`, `refresh_token_reused`;
 *   what `admit` throws
 */
export const refreshSession = (
  by: Origin,
  { sessionId, token, successorSalt, admit, lifetime, refreshTokenTtl }: Refresh,
) =>
  command({
    by,
    reads: {
      session: ['sessions', 'lock', sessionId],
      presented: ['sessions', 'findRefreshToken', digestRefreshToken(token)],
      found: ['sessions', 'find', sessionId],
    },
    decide({ session, presented, found }, at): Step<Refreshed> {
      const user = found?.user
      if (!session || !presented || user?.status !== 'active') throw new DomainError('refresh_token_unknown')
      admit({ principal: user })
      if (!isLive(presented, at, refreshTokenTtl) || !lifetime.lives(session, at))
        throw new DomainError('refresh_token_expired')
      const ids = { userId: user.id, sessionId }
      const refreshed = { event: 'session_refreshed', ...ids } as const
      if (presented.usedAt === null) {
        const refreshToken = successorOf(token, successorSalt)
        const step = session.step + 1
        const expiresAt = after(at, refreshTokenTtl)
        return {
          writes: [
            ['sessions', 'useRefreshToken', presented.hash, { usedAt: at, successorSalt, step, expiresAt }],
            ['sessions', 'insertRefreshToken', { hash: digestRefreshToken(refreshToken), sessionId, step, expiresAt }],
          ],
          events: [refreshed],
          result: { user, sessionId, step, refreshToken },
        }
      }
      if (isForgiven(presented, presented.usedAt, session, at))
        return newestAfter(token, presented, (refreshToken) => ({
          writes: [],
          events: [refreshed],
          result: { user, sessionId, step: session.step, refreshToken },
        }))
      return {
        writes: [['sessions', 'remove', sessionId]],
        events: [
          { event: 'refresh_token_reused', ...ids },
          { event: 'session_ended', ...ids },
        ],
        refusal: new DomainError('refresh_token_reused'),
      }
    },
  })

/** Ends the caller's session. */
export const endSession = (caller: Caller) =>
  command({ by: caller, reads: {}, decide: (): Step<void> => decideEnd(caller) })

/**
 * The same, shown one of its refresh tokens.
 *
 * @throws DomainError `refresh_token_unknown` for one of another session
 */
export const endSessionWith = (caller: Caller, token: string) =>
  command({
    by: caller,
    reads: {},
    decide: (): Step<void> =>
      first(['sessions', 'findRefreshToken', digestRefreshToken(token)], (known) => {
        if (known?.sessionId !== caller.credential.id) throw new DomainError('refresh_token_unknown')
        return decideEnd(caller)
      }),
  })

const decideEnd = ({ principal, credential }: Caller): Step<void> => ({
  writes: [['sessions', 'remove', credential.id]],
  events: [{ event: 'session_ended', userId: principal.id, sessionId: credential.id }],
  result: undefined,
})

const after = (moment: Date, seconds: number) => new Date(moment.getTime() + seconds * 1000)

/**
 * One that ends later than any made by now was made while the clock was ahead, and is not to live
 * longer for that.
 */
function isLive({ expiresAt }: RefreshToken, at: Date, refreshTokenTtl: number): boolean {
  const left = (expiresAt.getTime() - at.getTime()) / 1000
  return left > 0 && left <= refreshTokenTtl + clockSkew
}

/** Racing, or one step behind with no sign that the answer ever arrived. */
function isForgiven({ step }: RefreshToken, usedAt: Date, session: Session, at: Date): boolean {
  // Below zero, the clock has gone back since: that must not stretch the grace.
  const age = Math.abs(at.getTime() - usedAt.getTime())
  if (age <= graceMs && session.step - step <= graceSteps) return true
  return step === session.step - 1 && session.confirmedStep < session.step
}

/**
 * For how long a used refresh token still gives its successor: honest clients race each other (RFC
 * 9700 is silent on it).
 */
const graceMs = 10_000

/**
 * Sessions that end at one login because they are too many, but for one. There are more only where
 * the limit was lowered, or came with an update; a login must not take the longer for that, or fail.
 */
const endedAtOnce = 100

/**
 * And for how many steps: each has to be walked, and who refreshes in a loop must not make one
 * request as dear as a thousand.
 */
const graceSteps = 16
