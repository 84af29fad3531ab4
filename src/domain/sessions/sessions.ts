import { randomBytes } from 'node:crypto'
import { networkOf } from '../address.ts'
import type { Caller, Credential, Origin } from '../caller.ts'
import type { Execute } from '../command.ts'
import { DomainError } from '../errors.ts'
import type { Passwords } from '../passwords/password.ts'
import type { Store } from '../store.ts'
import type { StoreCall } from '../store-call.ts'
import type { User } from '../users/user.ts'
import type { EnterLine } from '../waiter.ts'
import type { AccessTokens } from './access-token.ts'
import { endSession, endSessionWith, startSession } from './commands.ts'
import { endAllOwnSessions, endOtherSessions, endOwnSession, endSessionOf, revokeSessions } from './ending.ts'
import type { SessionLifetime } from './lifetime.ts'
import { createSessionLists } from './lists.ts'
import { accountDigest, addressDigest, type LoginLock, unknownDigest } from './login-lock.ts'
import { digestRefreshToken, newRefreshToken, newSuccessorSalt } from './refresh-token.ts'
import { type Refreshed, refreshSession } from './refreshing.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface SessionsDeps {
  readonly store: Store
  readonly execute: Execute
  readonly passwords: Passwords
  readonly accessTokens: AccessTokens
  readonly keys: Pick<SigningKeys, 'follow' | 'readyToSign'>
  readonly loginLock: LoginLock
  readonly newId: () => string
  /** Seconds that a refresh token lives. */
  readonly refreshTokenTtl: number
  readonly lifetime: SessionLifetime
  /** How many sessions a user may have. */
  readonly sessionsPerUser: number
  readonly now: () => Date
}

export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
  /** When the access token ends, in whole seconds. */
  readonly expiresAt: Date
  readonly user: User
}

export type Sessions = ReturnType<typeof createSessions>

/** Logging in and out, refreshing, and finding out who calls. */
export function createSessions(deps: SessionsDeps) {
  const { store, execute, passwords, accessTokens, keys, loginLock, newId, refreshTokenTtl } = deps
  const { lifetime, sessionsPerUser, now } = deps

  async function pair({ user, sessionId, step, refreshToken, keyEpoch }: Refreshed): Promise<TokenPair> {
    await keys.readyToSign(keyEpoch)
    const { token, expiresAt } = accessTokens.sign({
      sub: user.id,
      sid: sessionId,
      // The step is in it so that the first use of the access token shows that the answer with this
      // step's tokens arrived.
      jti: `${step}.${randomBytes(12).toString('base64url')}`,
      role: user.role,
      username: user.username,
      canWrite: user.canWrite,
    })
    return { accessToken: token, refreshToken, expiresAt, user }
  }

  /**
   * Opens a session. Unknown, wrong, suspended: one answer, after the same work.
   *
   * @param typed a username or an email; blanks around it, which keyboards of phones add, are no
   *   part of it
   * @param origin a client that hangs up has no password hashed or counted that still waits
   * @throws DomainError `credentials_refused`, `login_locked`, `unavailable`; ClientGone
   */
  async function login(origin: Origin, typed: string, password: string): Promise<TokenPair> {
    const { address, gone } = origin
    const identifier = typed.trim()
    const found = await store.users.findCredentials(identifier)
    const account = found ? accountDigest(found.user.id) : unknownDigest(identifier)
    const attempt = { account, address: addressDigest(address), userId: found?.user.id ?? null }
    const letsIn = await loginLock.check(origin, attempt)
    const client = { name: networkOf(address), gone }
    // A right password costs its own hash alone: of a user who may not log in, that would tell by
    // its speed that it is right.
    const hash = letsIn && found?.user.status === 'active' ? found.passwordHash : null
    const isRight = await passwords.verify(password, hash, client)
    // Of a wrong one too: in a burst, a right one that is refused would tell by its time.
    const letsInStill = await loginLock.check(origin, attempt)
    if (!isRight || !found?.passwordHash || !letsInStill)
      return execute(loginLock.countFailure(origin, attempt, 'login_failed'))
    const verifiedHash = found.passwordHash
    const betterHash = passwords.isOutdated(verifiedHash) ? await passwords.hash(password, client) : undefined
    const sessionId = newId()
    const refreshToken = newRefreshToken()
    const session = {
      userId: found.user.id,
      verifiedHash,
      betterHash,
      attempt,
      sessionId,
      refreshToken,
      refreshTokenTtl,
      lifetime,
      sessionsPerUser,
    }
    const started = await execute(startSession(origin, session))
    // Another hash need not be of another password: a login beside this one may have replaced an
    // outdated hash.
    if (!started) return login(origin, identifier, password)
    return pair({ ...started, sessionId, step: 0, refreshToken })
  }

  return {
    login,

    ...createSessionLists({ store, lifetime, loginLock, now }),

    /** Ends one of the caller's sessions. */
    endOwn: (caller: Caller, sessionId: string | undefined): Promise<void> => execute(endOwnSession(caller, sessionId)),

    /** Ends the caller's sessions but for this one. */
    endOthers: (caller: Caller): Promise<void> => execute(endOtherSessions(caller)),

    /** Ends all sessions of the caller. */
    endAllOwn: (caller: Caller): Promise<void> => execute(endAllOwnSessions(caller)),

    /** Ends one session of another user (OWASP ASVS 7.4.5). @throws DomainError as the command */
    endOf: (caller: Caller, id: string, sessionId: string | undefined): Promise<User> =>
      execute(endSessionOf(caller, id, sessionId)),

    /** Ends every session of another user. @throws DomainError as the command */
    endAllOf: (caller: Caller, id: string): Promise<User> => execute(revokeSessions(caller, id)),

    /**
     * Trades a refresh token for a new pair. Of one token, all racers get the same successor; a
     * later reuse ends the session.
     *
     * @param admit counts the request against the user, and throws when there were too many
     * @param enter see `authenticate`; of a token, racers wait before it is known whose it is
     * @throws DomainError `refresh_token_unknown`, `refresh_token_expired`, `refresh_token_reused`
     */
    async refresh(
      origin: Origin,
      token: string,
      admit: (caller: Pick<Caller, 'principal'>) => void,
      enter: EnterLine,
    ): Promise<TokenPair> {
      const hash = digestRefreshToken(token)
      await enter(`refresh token ${hash.toString('hex')}`)
      const known = await store.sessions.findByRefreshToken(hash)
      if (!known) throw new DomainError('refresh_token_unknown')
      await enter(known.userId)
      const successorSalt = newSuccessorSalt()
      const refresh = { sessionId: known.id, token, successorSalt, admit, lifetime, refreshTokenTtl }
      return pair(await execute(refreshSession(origin, refresh)))
    },

    /** Ends the session. */
    logout: (caller: Caller): Promise<void> => execute(endSession(caller)),

    /**
     * Ends the session, shown one of its refresh tokens.
     *
     * @throws DomainError `refresh_token_unknown` for one of another session
     */
    logoutWith: (caller: Caller, token: string): Promise<void> => execute(endSessionWith(caller, token)),

    /**
     * Who calls: the token names a session, the session's row and the user's row say whether it
     * still stands.
     *
     * @param enter waits in the user's line, before any query
     * @param acceptsExpired takes a token for as long after its end as a refresh token lives:
     *   whoever may still refresh may also log out
     * @param calls are made in the same round trip, before it is known whether the token stands
     * @throws DomainError `token_invalid`, `token_revoked`
     */
    async authenticate(
      token: string,
      enter: EnterLine,
      acceptsExpired = false,
      calls: readonly StoreCall[] = [],
    ): Promise<{ principal: User; credential: Credential; lastWriteAt: Date; answers: readonly unknown[] }> {
      const lateness = acceptsExpired ? refreshTokenTtl : 0
      const claims = await accessTokens.verify(token, lateness)
      if (!claims) throw new DomainError('token_invalid')
      await enter(claims.sub)
      const [found, ...answers] = await store.batch([['sessions', 'find', claims.sid], ...calls])
      if (found?.user.id !== claims.sub || found.user.status !== 'active') throw new DomainError('token_revoked')
      const newerKeys = keys.follow(found.keyEpoch)?.then(() => accessTokens.verify(token, lateness))
      if (newerKeys && !(await newerKeys)) throw new DomainError('token_invalid')
      // Whoever comes back late may still end what is over; a use of it would revive it.
      const at = now()
      const lives = lifetime.lives(found.session, at)
      if (!acceptsExpired && !lives) throw new DomainError('token_revoked')
      if (lives) lifetime.note(found.session, at)
      const step = Number.parseInt(claims.jti, 10)
      if (step > found.session.confirmedStep) await store.sessions.confirm(found.session.id, step)
      const credential = { kind: 'session', id: found.session.id } as const
      const { wroteAt, createdAt } = found.session
      return { principal: found.user, credential, lastWriteAt: wroteAt ?? createdAt, answers }
    },
  }
}
