import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { password, type Service, startService } from '../../../test/support/service.ts'
import { rpc } from '../src/generated/rpc.ts'
import { clientOf, personOf, type Wire } from './clients.ts'
import { failureOf } from './failure-of.ts'

let service: Service

beforeAll(async () => {
  service = await startService({ loginAttempts: 3 })
})
afterAll(() => service.close())
beforeEach(() => {
  // The service and the client read one clock, which a test can put forward.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  return () => vi.useRealTimers()
})

const forward = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)
const week = 604_900

/** As the service answers: of its own refusals, those that a test cannot wait for. */
function refusal(status: number, reason: string, headers = {}): Response {
  const body = { success: false, message: 'Refused', statusCode: status, details: { code: 'AUTH_001', reason } }
  return new Response(JSON.stringify(body), { status, headers })
}

/**
 * Holds the logins back until the function is called, which lets what came meanwhile take its
 * place.
 */
function held(wire: Wire): () => Promise<void> {
  const open = Promise.withResolvers<void>()
  wire.between = async (send, line) => {
    if (line === 'POST /auth/login') await open.promise
    return send()
  }
  return async () => {
    await new Promise(setImmediate)
    open.resolve()
  }
}

describe('a session that has ended by its age', () => {
  it('is followed by no second login once the credentials were refused', async () => {
    const { wire, a, ended } = await personOf(service)
    await a.auth.me()
    forward(week)
    wire.between = async (send, line) => (line === 'POST /auth/login' ? refusal(401, 'credentials_refused') : send())
    for (let i = 0; i < 3; i++)
      expect(await failureOf(a.auth.me())).toMatchObject({ code: 'NO_SESSION', reason: 'credentials_refused' })
    expect(wire.count('POST /auth/login')).toBe(2)
    expect(ended).toMatchObject([{ reason: 'credentials_refused' }])
  })

  it('is followed by no login while that is locked, and by one afterwards', async () => {
    const { wire, a, ended, user } = await personOf(service)
    await a.auth.me()
    forward(week)
    const other = rpc(clientOf(service).janus)
    for (let i = 0; i < 3; i++) await failureOf(other.auth.login({ username: user.username, password: 'wrong' }))
    const locked = await failureOf(a.auth.me())
    expect(locked).toMatchObject({ code: 'NO_SESSION', reason: 'login_locked' })
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'NO_SESSION', reason: 'login_locked' })
    expect(wire.count('POST /auth/login')).toBe(2)
    forward((locked.retryAfter ?? 0) + 1)
    expect((await a.auth.me()).username).toBe(user.username)
    expect(ended).toEqual([])
  })

  it('is followed by another when the service is back', async () => {
    const { wire, a, ended, user } = await personOf(service, { retries: 0 })
    await a.auth.me()
    forward(week)
    wire.between = (send, line) => (line === 'POST /auth/login' ? Promise.reject(new TypeError('away')) : send())
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'CONNECTION_FAILED' })
    wire.between = (send) => send()
    expect((await a.auth.me()).username).toBe(user.username)
    expect(ended).toEqual([])
  })

  it('is told when there is nothing to refresh it with', async () => {
    const { user } = await personOf(service)
    const { access_token: accessToken } = await service.login(user.username)
    const { wire, a, ended } = await personOf(service, { login: undefined, tokens: { accessToken } })
    expect((await a.auth.me()).username).toBe(user.username)
    forward(3700)
    for (const code of ['INVALID_TOKEN', 'NO_SESSION'])
      expect(await failureOf(a.auth.me())).toMatchObject({ code, reason: 'token_invalid' })
    expect(ended).toMatchObject([{ reason: 'token_invalid' }])
    expect(wire.sent).toHaveLength(2)
  })
})

describe('a login by hand', () => {
  it('that is refused keeps neither the session nor the configured credentials from working', async () => {
    const { wire, janus, a, user, ended } = await personOf(service)
    await failureOf(janus.login({ username: 'nobody-at-all', password: 'wrong' }))
    expect((await a.auth.me()).username).toBe(user.username)
    const refuse = held(wire)
    const login = failureOf(janus.login({ username: 'nobody-at-all', password: 'wrong' }))
    await vi.waitUntil(() => wire.count('POST /auth/login') === 3)
    const meanwhile = a.auth.me()
    await refuse()
    expect(await login).toMatchObject({ reason: 'credentials_refused' })
    expect((await meanwhile).username).toBe(user.username)
    expect(ended).toEqual([])
  })

  it('that is refused gives the calls that wait for it a code of their own', async () => {
    const { wire, janus, a } = await personOf(service, { login: undefined })
    const refuse = held(wire)
    const login = failureOf(janus.login({ username: 'nobody-at-all', password: 'wrong' }))
    await vi.waitUntil(() => wire.count('POST /auth/login') === 1)
    const meanwhile = failureOf(a.auth.me())
    await refuse()
    expect(await login).toMatchObject({ code: 'AUTH_002' })
    expect(await meanwhile).toMatchObject({ code: 'NO_SESSION', reason: 'credentials_refused' })
  })

  it('is not followed by one as somebody else', async () => {
    const { janus, a, ended } = await personOf(service)
    const other = await service.makeUser({ role: 'admin' })
    await janus.login({ username: other.username, password })
    expect((await a.auth.me()).username).toBe(other.username)
    forward(week)
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'NO_SESSION', reason: 'refresh_token_expired' })
    expect(ended).toHaveLength(1)
  })
})

describe('a session that somebody ends while calls are under way', () => {
  it('is told once, with the reason', async () => {
    const { a, user, ended } = await personOf(service)
    await a.auth.me()
    const { a: other } = await personOf(service)
    await other.users.update(user.id, { action: 'revoke_sessions' })
    await Promise.allSettled(Array.from({ length: 20 }, () => a.auth.me()))
    expect(ended).toMatchObject([{ reason: 'token_revoked' }])
  })

  it('ends with a change of the own password, and the old one is not tried', async () => {
    const { wire, a, ended } = await personOf(service)
    await a.auth.updateMe({ old_password: password, password: 'a much better password' })
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'TOKEN_REVOKED' })
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'NO_SESSION' })
    expect(wire.count('POST /auth/login')).toBe(1)
    expect(ended).toHaveLength(1)
  })

  it('by a method of a face is sent the access token as it is, and no refresh beside it', async () => {
    const { wire, b } = await personOf(service)
    await b.auth.profile()
    forward(3700)
    await b.auth.logout()
    expect(wire.count('POST /auth/refresh')).toBe(0)
  })
})
