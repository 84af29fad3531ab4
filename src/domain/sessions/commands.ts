import { type Caller, type Origin, shownOrigin } from '../caller.ts'
import { command, type Step } from '../command.ts'
import { DomainError } from '../errors.ts'
import type { User } from '../users/user.ts'
import { after, type SessionLifetime } from './lifetime.ts'
import type { Attempt } from './login-lock.ts'
import { digestRefreshToken } from './refresh-token.ts'
import type { Session } from './store.ts'

export interface NewSession {
  readonly userId: string
  /** The hash by which the password was verified. */
  readonly verifiedHash: string
  /** Takes the place of `verifiedHash`, if that is outdated. */
  readonly betterHash: string | undefined
  /** Whose failures are forgotten, and whose address is known from now on. */
  readonly attempt: Pick<Attempt, 'account' | 'address'>
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
 * @returns the user, and the epoch of the keys that have to sign; undefined where another password
 *   hash stands there: the password has to be verified anew
 * @throws DomainError `credentials_refused`
 */
export const startSession = (by: Origin, { userId, sessionId, attempt, ...login }: NewSession) =>
  command({
    by,
    reads: {
      user: ['users', 'lock', userId],
      credentials: ['users', 'findCredentialsById', userId],
      sessions: ['sessions', 'usedLongestAgo', userId, login.sessionsPerUser + endedAtOnce],
      keyEpoch: ['signingKeys', 'epoch'],
    },
    decide({ user, credentials, sessions, keyEpoch }, at): Step<{ user: User; keyEpoch: number } | undefined> {
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
          ['loginFailures', 'succeed', attempt.account, attempt.address, at],
          ['users', 'recordLogin', userId, at],
        ],
        events: [
          ...tooMany.map((id) => ({ event: 'session_ended', userId, sessionId: id }) as const),
          { event: 'session_started', userId, sessionId },
        ],
        result: { user: { ...user, lastLoginAt: at, updatedAt: at }, keyEpoch },
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
  const ordered = sessions.map((session) => ({ id: session.id, worth: worth(session) }))
  ordered.sort((a, b) => a.worth - b.worth || (a.id < b.id ? -1 : 1))
  return ordered.slice(0, Math.max(0, sessions.length - kept)).map(({ id }) => id)
}

/** Ends the caller's session, once. */
export const endSession = (caller: Caller) =>
  command({ by: caller, reads: { caller }, decide: (): Step<void> => decideEnd(caller) })

/**
 * The same, shown one of its refresh tokens.
 *
 * @throws DomainError `refresh_token_unknown` for one of another session
 */
export const endSessionWith = (caller: Caller, token: string) =>
  command({
    by: caller,
    reads: { caller, known: ['sessions', 'findRefreshToken', digestRefreshToken(token)] },
    decide({ known }): Step<void> {
      if (known?.sessionId !== caller.credential.id) throw new DomainError('refresh_token_unknown')
      return decideEnd(caller)
    },
  })

const decideEnd = ({ principal, credential }: Caller): Step<void> => ({
  writes: [['sessions', 'remove', credential.id]],
  events: [{ event: 'session_ended', userId: principal.id, sessionId: credential.id }],
  result: undefined,
})

/**
 * Sessions that end at one login because they are too many, but for one. There are more only where
 * the limit was lowered, or came with an update; a login must not take the longer for that, or fail.
 */
const endedAtOnce = 100
