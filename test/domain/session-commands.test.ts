import { describe, expect, it } from 'vitest'
import type { Step } from '../../src/domain/command.ts'
import { endSession, endSessionWith, startSession } from '../../src/domain/sessions/commands.ts'
import { digestRefreshToken, successorOf } from '../../src/domain/sessions/refresh-token.ts'
import { refreshSession } from '../../src/domain/sessions/refreshing.ts'
import type { RefreshToken, Session } from '../../src/domain/sessions/store.ts'
import type { User } from '../../src/domain/users/user.ts'
import { at, callerOf, goOn, outcomeOf, row, seconds } from '../support/decisions.ts'

const user = row({ id: 'user' })
const caller = callerOf(user)
const { origin } = caller
const refreshTokenTtl = 600
const attempt = { account: Buffer.from('account'), address: Buffer.from('address') }

describe('startSession', () => {
  const session = {
    userId: 'user',
    verifiedHash: 'read',
    attempt,
    sessionId: 'new',
    refreshToken: 'a',
    refreshTokenTtl,
    // Of those that are over, the one that was used last too.
    lifetime: {
      lives: ({ id }: { id: string }) => id !== 'over',
      lastUse: ({ lastUsedAt }: { lastUsedAt: Date }) => lastUsedAt,
    },
    sessionsPerUser: 3,
  }
  const sessionUsed = (id: string, ago: number) => ({ id, createdAt: seconds(-1000), lastUsedAt: seconds(-ago) })
  const decide = (
    found: User | undefined,
    passwordHash: string,
    betterHash?: string,
    sessions: ReturnType<typeof sessionUsed>[] = [],
  ) =>
    outcomeOf(() =>
      startSession(origin, { ...session, betterHash }).decide(
        { user: found, credentials: found && { user: found, passwordHash }, sessions, keyEpoch: 7 },
        at,
      ),
    )
  const expiresAt = seconds(600)
  const from = { address: origin.address, userAgent: origin.userAgent ?? null }
  const writes = [
    ['sessions', 'removeExpired', seconds(-600)],
    ['sessions', 'insert', { id: 'new', userId: 'user', createdAt: at, expiresAt, ...from }],
    ['sessions', 'insertRefreshToken', { hash: digestRefreshToken('a'), sessionId: 'new', step: 0, expiresAt }],
    ['loginFailures', 'succeed', attempt.account, attempt.address, at],
    ['users', 'recordLogin', 'user', at],
  ]

  it.each<[string | undefined, object[]]>([
    [undefined, writes],
    ['better', [['users', 'replacePasswordHash', 'user', 'read', 'better'], ...writes]],
  ])('lets the user in; a better hash: %s', (better, expected) => {
    expect(decide(user, 'read', better)).toEqual({
      writes: expected,
      events: [{ event: 'session_started', userId: 'user', sessionId: 'new' }],
      result: { user: { ...user, lastLoginAt: at, updatedAt: at }, keyEpoch: 7 },
    })
  })

  it('ends those that are too many', () => {
    const two = [sessionUsed('b', 5), sessionUsed('c', 4)]
    expect(decide(user, 'read', undefined, two)).toMatchObject({ writes })
    const more = [...two, sessionUsed('a', 5), sessionUsed('over', 1)]
    expect(decide(user, 'read', undefined, more)).toMatchObject({
      writes: [writes[0], ['sessions', 'remove', 'over'], ['sessions', 'remove', 'a'], ...writes.slice(1)],
      events: [
        { event: 'session_ended', userId: 'user', sessionId: 'over' },
        { event: 'session_ended', userId: 'user', sessionId: 'a' },
        { event: 'session_started', userId: 'user', sessionId: 'new' },
      ],
    })
  })

  it('has nothing happen where another hash stands there now', () => {
    expect(decide(user, 'another')).toEqual({ writes: [], events: [], result: undefined })
  })

  it.each([undefined, row({ status: 'suspended' }), row({ status: 'pending' })])('refuses %j', (found) => {
    expect(decide(found, 'read')).toBe('credentials_refused')
  })
})

describe('refreshSession', () => {
  const salt = Buffer.from('salt')
  const hash = digestRefreshToken('a')
  const session: Session = {
    id: 'session',
    userId: 'user',
    step: 4,
    confirmedStep: 4,
    createdAt: at,
    lastUsedAt: at,
    wroteAt: null,
  }
  const unused: RefreshToken = {
    hash,
    sessionId: 'session',
    step: 4,
    expiresAt: seconds(300),
    usedAt: null,
    successorSalt: null,
  }
  const used = (age: number, step: number) => ({ ...unused, step, usedAt: seconds(-age), successorSalt: salt })
  const refused = new Error('too many requests')

  function decide(
    presented: RefreshToken | undefined,
    own: Session | undefined = session,
    of = user,
    admits = true,
    lives = true,
  ) {
    const admit = () => {
      if (!admits) throw refused
    }
    const refresh = {
      sessionId: 'session',
      token: 'a',
      successorSalt: salt,
      admit,
      lifetime: { lives: () => lives },
      refreshTokenTtl,
    }
    const found = own && { session: own, user: of, keyEpoch: 7 }
    return refreshSession(origin, refresh).decide({ session: own, presented, found }, at)
  }
  const events = [{ event: 'session_refreshed', userId: 'user', sessionId: 'session' }]
  const next = successorOf('a', salt)

  it('trades an unused token for its successor', () => {
    const token = { hash: digestRefreshToken(next), sessionId: 'session', step: 5, expiresAt: seconds(600) }
    expect(decide(unused)).toEqual({
      writes: [
        ['sessions', 'useRefreshToken', hash, { usedAt: at, successorSalt: salt, step: 5, expiresAt: seconds(600) }],
        ['sessions', 'insertRefreshToken', token],
      ],
      events,
      result: { user, sessionId: 'session', step: 5, refreshToken: next, keyEpoch: 7 },
    })
  })

  it.each<[string, RefreshToken, Session]>([
    ['ten seconds after its use', used(10, 3), session],
    ['ten seconds before, when the clock was set back', used(-10, 3), session],
    ['sixteen steps behind', used(1, 4), { ...session, step: 20 }],
    ['long after, one step behind with no sign of the successor', used(500, 3), { ...session, confirmedStep: 3 }],
  ])('walks to the newest token for one that is used again: %s', (_, presented, own) => {
    const walk = decide(presented, own)
    expect(walk).toMatchObject({ first: ['sessions', 'findRefreshToken', digestRefreshToken(next)] })
    const further = goOn(walk, used(1, 4))
    const last = successorOf(next, salt)
    expect(further).toMatchObject({ first: ['sessions', 'findRefreshToken', digestRefreshToken(last)] })
    const result = { user, sessionId: 'session', step: own.step, keyEpoch: 7, refreshToken: last }
    expect(goOn(further, unused)).toEqual({ writes: [], events, result })
  })

  it.each<[string, RefreshToken, Session]>([
    ['after eleven seconds', used(11, 3), session],
    ['two steps behind', used(11, 2), { ...session, confirmedStep: 3 }],
    ['seventeen steps behind', used(1, 3), { ...session, step: 20 }],
  ])('ends the session of a token that is reused, and then refuses: %s', (_, presented, own) => {
    expect(outcomeOf(() => decide(presented, own))).toEqual({
      writes: [['sessions', 'remove', 'session']],
      events: [
        { event: 'refresh_token_reused', userId: 'user', sessionId: 'session' },
        { event: 'session_ended', userId: 'user', sessionId: 'session' },
      ],
      refusal: 'refresh_token_reused',
    })
  })

  it.each<[string, () => Step<unknown>]>([
    ['refresh_token_unknown', () => decide(undefined)],
    ['refresh_token_unknown', () => decide(unused, session, row({ status: 'banned' }))],
    ['refresh_token_expired', () => decide({ ...unused, expiresAt: at })],
    ['refresh_token_expired', () => decide({ ...used(1, 3), expiresAt: at })],
    // Made while the clock was ahead by more than clocks may differ.
    ['refresh_token_expired', () => decide({ ...unused, expiresAt: seconds(600 + 31) })],
    ['refresh_token_expired', () => decide(unused, session, user, true, false)],
  ])('is refused: %s', (reason, decided) => {
    expect(outcomeOf(decided)).toBe(reason)
  })

  it('counts requests of those who may refresh, before it looks at the token', () => {
    expect(() => decide({ ...unused, expiresAt: at }, session, user, false)).toThrow(refused)
    expect(outcomeOf(() => decide(undefined, session, user, false))).toBe('refresh_token_unknown')
  })
})

describe('endSession', () => {
  const ended = {
    writes: [['sessions', 'remove', 'the session']],
    events: [{ event: 'session_ended', userId: 'user', sessionId: 'the session' }],
    result: undefined,
  }
  it('ends the session of the caller', () => {
    expect(endSession(caller).decide({ caller: user }, at)).toEqual(ended)
  })

  it('with a refresh token looks whose that is', () => {
    const { reads, decide } = endSessionWith(caller, 'a')
    expect(reads.known).toEqual(['sessions', 'findRefreshToken', digestRefreshToken('a')])
    const decided = (sessionId?: string) =>
      decide({ caller: user, known: sessionId && ({ sessionId } as never) } as never, at)
    expect(decided('the session')).toEqual(ended)
    for (const other of [undefined, 'another']) expect(outcomeOf(() => decided(other))).toBe('refresh_token_unknown')
  })
})
