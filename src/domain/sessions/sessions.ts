import { randomBytes } from 'node:crypto'
import type { Caller, Credential, Origin } from '../caller.ts'
import { DomainError } from '../errors.ts'
import type { Passwords } from '../passwords/password.ts'
import type { Store } from '../store.ts'
import type { User } from '../users/user.ts'
import type { EnterLine } from '../waiter.ts'
import type { AccessTokens } from './access-token.ts'
import { clockSkew } from './clock-skew.ts'
import { accountDigest, addressDigest, type LoginLock, unknownDigest } from './login-lock.ts'
import { digestRefreshToken, newestAfter, newRefreshToken, newSuccessorSalt, successorOf } from './refresh-token.ts'
import type { RefreshToken, Session } from './store.ts'

export interface SessionsDeps {
  readonly store: Store
  readonly passwords: Passwords
  readonly accessTokens: AccessTokens
  readonly loginLock: LoginLock
  readonly newId: () => string
  readonly now: () => Date
  /** Seconds that a refresh token lives. */
  readonly refreshTokenTtl: number
}

export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
  /** When the access token ends, in whole seconds. */
  readonly expiresAt: Date
  readonly user: User
}

/** For how long a used refresh token still gives its successor: honest clients race each other (RFC 9700, 4.14.2, is silent on it). */
const graceMs = 10_000

/** And for how many steps: each has to be walked, and who refreshes in a loop must not make one request as dear as a thousand. */
const graceSteps = 16

export type Sessions = ReturnType<typeof createSessions>

/** Logging in and out, refreshing, and finding out who calls. */
export function createSessions(deps: SessionsDeps) {
  const { store, passwords, accessTokens, loginLock, newId, now } = deps
  const refreshExpiry = () => new Date(now().getTime() + deps.refreshTokenTtl * 1000)

  function pair(user: User, sessionId: string, step: number, refreshToken: string): TokenPair {
    const { token, expiresAt } = accessTokens.sign({
      sub: user.id,
      sid: sessionId,
      // The step is in it so that the first use of the access token shows that the answer with this step's tokens arrived.
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
   * @param typed a username or an email; blanks around it, which keyboards of phones add, are no part of it
   * @param origin a client that hangs up has no password hashed or counted that still waits
   * @throws DomainError `credentials_refused`, `login_locked`, `unavailable`; ClientGone
   */
  async function login(origin: Origin, typed: string, password: string): Promise<TokenPair> {
    const { address, gone } = origin
    const identifier = typed.trim()
    const found = await store.users.findCredentials(identifier)
    const account = found ? accountDigest(found.user.id) : unknownDigest(identifier)
    const from = addressDigest(address)
    await loginLock.check(account, from)
    const client = { name: from.toString('hex'), gone }
    // A right password costs its own hash alone: of a user who may not log in, that would tell by its speed that it is right.
    const hash = found?.user.status === 'active' ? found.passwordHash : null
    if (!(await passwords.verify(password, hash, client)) || !found?.passwordHash) {
      await loginLock.fail(account, from)
      throw new DomainError('credentials_refused')
    }
    await loginLock.check(account, from)
    const read = found.passwordHash
    const better = passwords.isOutdated(read) ? await passwords.hash(password, client) : undefined
    const sessionId = newId()
    const refreshToken = newRefreshToken()
    const user = await store.transaction(async (tx) => {
      // Hashing took its time: who was suspended or got another password meanwhile is not let in with the old one.
      const row = await tx.users.lock(found.user.id)
      const current = await tx.users.findCredentialsById(found.user.id)
      if (row?.status !== 'active') throw new DomainError('credentials_refused')
      if (current?.passwordHash !== read) return undefined
      if (better) await tx.users.replacePasswordHash(row.id, read, better)
      // Kept as long again: an expired refresh token is told from an unknown one.
      await tx.sessions.removeExpired(new Date(now().getTime() - deps.refreshTokenTtl * 1000))
      await tx.sessions.insert({ id: sessionId, userId: row.id, createdAt: now(), expiresAt: refreshExpiry() })
      const first = { hash: digestRefreshToken(refreshToken), sessionId, step: 0, expiresAt: refreshExpiry() }
      await tx.sessions.insertRefreshToken(first)
      await tx.loginFailures.remove(account, from)
      return tx.users.recordLogin(row.id, now())
    })
    // Another hash need not be of another password: a login beside this one may have replaced an outdated hash.
    if (!user) return login(origin, identifier, password)
    return pair(user, sessionId, 0, refreshToken)
  }

  return {
    login,

    /**
     * Trades a refresh token for a new pair. Of one token, all racers get the same successor; a later reuse ends the session.
     *
     * @param admit counts the request against the user, and throws when there were too many
     * @param enter see `authenticate`; of a token, racers wait before it is known whose it is
     * @throws DomainError `refresh_token_unknown`, `refresh_token_expired`, `refresh_token_reused`
     */
    async refresh(
      _origin: Origin,
      token: string,
      admit: (caller: Pick<Caller, 'principal'>) => void,
      enter: EnterLine,
    ): Promise<TokenPair> {
      const hash = digestRefreshToken(token)
      await enter(`refresh token ${hash.toString('hex')}`)
      const known = await store.sessions.findByRefreshToken(hash)
      if (!known) throw new DomainError('refresh_token_unknown')
      await enter(known.userId)
      const outcome = await store.transaction(async (tx): Promise<TokenPair | DomainError> => {
        const session = await tx.sessions.lock(known.id)
        const presented = session && (await tx.sessions.findRefreshToken(hash))
        const user = session && (await tx.sessions.find(session.id))?.user
        if (!session || !presented || user?.status !== 'active') return new DomainError('refresh_token_unknown')
        admit({ principal: user })
        if (!isLive(presented)) return new DomainError('refresh_token_expired')
        if (presented.usedAt === null) {
          const next = await rotate(tx, session, token, presented)
          return pair(user, session.id, session.step + 1, next)
        }
        if (!isForgiven(presented, session)) {
          await tx.sessions.remove(session.id)
          return new DomainError('refresh_token_reused')
        }
        return pair(user, session.id, session.step, await newestAfter(tx, token, presented))
      })
      // Returned, not thrown, in the transaction: the end of a session whose token was stolen must be committed.
      if (outcome instanceof DomainError) throw outcome
      return outcome
    },

    /** Ends the session. */
    async logout({ credential }: Caller): Promise<void> {
      await store.sessions.remove(credential.id)
    },

    /** Ends the session, shown one of its refresh tokens. @throws DomainError `refresh_token_unknown` for one of another session */
    async logoutWith({ credential }: Caller, token: string): Promise<void> {
      const known = await store.sessions.findRefreshToken(digestRefreshToken(token))
      if (known?.sessionId !== credential.id) throw new DomainError('refresh_token_unknown')
      await store.sessions.remove(credential.id)
    },

    /**
     * Who calls: the token names a session, the session's row and the user's row say whether it still stands.
     *
     * @param enter waits in the user's line, before anything is asked of the database
     * @param acceptsExpired takes a token for as long after its end as a refresh token lives: whoever may still refresh may also log out
     * @throws DomainError `token_invalid`, `token_revoked`
     */
    async authenticate(
      token: string,
      enter: EnterLine,
      acceptsExpired = false,
    ): Promise<{ principal: User; credential: Credential }> {
      const claims = await accessTokens.verify(token, acceptsExpired ? deps.refreshTokenTtl : 0)
      if (!claims) throw new DomainError('token_invalid')
      await enter(claims.sub)
      const found = await store.sessions.find(claims.sid)
      if (found?.user.id !== claims.sub || found.user.status !== 'active') throw new DomainError('token_revoked')
      const step = Number.parseInt(claims.jti, 10)
      if (step > found.session.confirmedStep) await store.sessions.confirm(found.session.id, step)
      return { principal: found.user, credential: { kind: 'session', id: found.session.id } }
    },
  }

  async function rotate(tx: Store, session: Session, token: string, presented: RefreshToken): Promise<string> {
    const successorSalt = newSuccessorSalt()
    const next = successorOf(token, successorSalt)
    const step = session.step + 1
    const expiresAt = refreshExpiry()
    await tx.sessions.useRefreshToken(presented.hash, { usedAt: now(), successorSalt, step, expiresAt })
    await tx.sessions.insertRefreshToken({ hash: digestRefreshToken(next), sessionId: session.id, step, expiresAt })
    return next
  }

  /**
   * One that ends later than any made by now was made while the clock was ahead, and is not to live
   * longer for that.
   */
  function isLive({ expiresAt }: RefreshToken): boolean {
    const left = (expiresAt.getTime() - now().getTime()) / 1000
    return left > 0 && left <= deps.refreshTokenTtl + clockSkew
  }

  /** Racing, or one step behind with no sign that the answer ever arrived. */
  function isForgiven(presented: RefreshToken, session: Session): boolean {
    const age = presented.usedAt ? now().getTime() - presented.usedAt.getTime() : 0
    // Below zero, the clock has gone back since: that must not stretch the grace.
    if (Math.abs(age) <= graceMs && session.step - presented.step <= graceSteps) return true
    return presented.step === session.step - 1 && session.confirmedStep < session.step
  }
}
