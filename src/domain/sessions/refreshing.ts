import type { Caller, Origin } from '../caller.ts'
import { command, type Step } from '../command.ts'
import { DomainError } from '../errors.ts'
import type { User } from '../users/user.ts'
import { clockSkew } from './clock-skew.ts'
import { after, type SessionLifetime } from './lifetime.ts'
import { digestRefreshToken, newestAfter, successorOf } from './refresh-token.ts'
import type { RefreshToken, Session } from './store.ts'

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
 * And for how many steps: each has to be walked, and who refreshes in a loop must not make one
 * request as dear as a thousand.
 */
const graceSteps = 16
