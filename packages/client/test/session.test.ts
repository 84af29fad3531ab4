import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { password, type Service, startService } from '../../../test/support/service.ts'
import { rpc } from '../src/generated/rpc.ts'
import { AuthenticationError, RateLimitError, type Tokens } from '../src/index.ts'
import { clientOf, personOf, sharedStore } from './clients.ts'
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

const person = (options?: Parameters<typeof clientOf>[1]) => personOf(service, options)

describe('logging in', () => {
  it('waits for the first call that needs it, and is done once for all of them', async () => {
    const { wire, a, b } = await person()
    expect(wire.sent).toEqual([])
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? a.auth.me() : b.auth.profile())))
    expect(new Set(all.map(({ username }) => username)).size).toBe(1)
    expect(wire.count('POST /auth/login')).toBe(1)
    expect(wire.sent).toHaveLength(21)
  })

  it('is not done for what is public', async () => {
    const { wire, a, user } = await person()
    await a.auth.login({ username: user.username, password })
    expect(wire.sent).toEqual(['POST /auth:login'])
  })

  it('is never tried again with credentials that were refused', async () => {
    const { wire, a, janus, user, ended } = await person({ login: { username: 'nobody-here', password: 'wrong one' } })
    const failures = await Promise.all([failureOf(a.auth.me()), failureOf(a.users.list())])
    failures.push(await failureOf(a.auth.me()))
    for (const error of failures) {
      expect(error).toBeInstanceOf(AuthenticationError)
      expect(error).toMatchObject({ code: 'NO_SESSION', reason: 'credentials_refused', status: 401 })
      expect(error.cause).toMatchObject({ reason: 'credentials_refused' })
    }
    expect(wire.sent).toEqual(['POST /auth/login'])
    expect(ended).toEqual([])
    await janus.login({ username: user.username, password })
    expect((await a.auth.me()).username).toBe(user.username)
  })

  it('waits for the end of a lock', async () => {
    const { wire, a, user } = await person()
    const { a: wrong } = await person()
    for (let i = 0; i < 3; i++) await failureOf(wrong.auth.login({ username: user.username, password: 'wrong' }))
    const locked = await failureOf(a.auth.me())
    expect(locked).toBeInstanceOf(RateLimitError)
    expect(locked).toMatchObject({ code: 'NO_SESSION', reason: 'login_locked' })
    await failureOf(a.auth.me())
    expect(wire.count('POST /auth/login')).toBe(1)
    forward((locked.retryAfter ?? 0) + 1)
    expect((await a.auth.me()).username).toBe(user.username)
  })

  it('by hand tells why it was refused, and leaves the session as it was', async () => {
    const { a, janus, user } = await person()
    await a.auth.me()
    const error = await failureOf(janus.login({ username: user.username, password: 'wrong' }))
    expect(error).toMatchObject({ name: 'AuthenticationError', reason: 'credentials_refused' })
    expect((await a.auth.me()).username).toBe(user.username)
  })

  it('may not be wanted: then a call without a session says so', async () => {
    const { a } = await person({ login: undefined })
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'UNAUTHORIZED', reason: 'token_missing' })
  })
})

describe('refreshing', () => {
  it('is done once for 50 calls with an expired token, which all succeed', async () => {
    const { user } = await person()
    const { access_token, refresh_token } = await service.login(user.username)
    const got: Tokens[] = []
    const { wire, a } = await person({
      login: undefined,
      tokens: { accessToken: access_token, refreshToken: refresh_token },
      onTokens: (tokens) => void got.push(tokens),
    })
    forward(3700)
    const all = await Promise.all(Array.from({ length: 50 }, () => a.auth.me()))
    expect(all.every(({ username }) => username === user.username)).toBe(true)
    expect(wire.count('POST /auth/refresh')).toBe(1)
    expect(got).toHaveLength(1)
  })

  it('is done once for 50 calls ahead of the end, so that no call is refused', async () => {
    const { wire, a } = await person()
    await a.auth.me()
    forward(3590)
    await Promise.all(Array.from({ length: 50 }, () => a.auth.me()))
    expect(wire.count('POST /auth/refresh')).toBe(1)
    expect(wire.count('GET /auth:me')).toBe(51)
  })

  it('that fails ahead of the end keeps nobody from calling', async () => {
    const { wire, a } = await person()
    await a.auth.me()
    forward(3590)
    wire.between = (send, line) => (line === 'POST /auth/refresh' ? Promise.reject(new TypeError('gone')) : send())
    expect((await a.auth.me({ retries: 0 })).role).toBe('admin')
  })

  it('gives two that share a store without a lock the same pair', async () => {
    const store = sharedStore()
    const one = await person({ store })
    const two = clientOf(service, { store })
    await one.a.auth.me()
    forward(3700)
    await Promise.all([one.a.auth.me(), rpc(two.janus).auth.me()])
    forward(60)
    await Promise.all([one.a.auth.me(), rpc(two.janus).auth.me()])
    expect(one.ended).toEqual([])
  })

  it('lets the loser of a race take the pair of the winner', async () => {
    const store = sharedStore()
    const winner = await person({ store })
    const loser = clientOf(service, { store })
    await winner.a.auth.me()
    forward(3700)
    loser.wire.between = async (send, line) => {
      if (line !== 'POST /auth/refresh') return send()
      await winner.a.auth.me()
      // The service answers the loser as it would long after: 401.
      return new Response(
        JSON.stringify({ success: false, details: { code: 'AUTH_003', reason: 'refresh_token_unknown' } }),
        {
          status: 401,
        },
      )
    }
    expect((await rpc(loser.janus).auth.me()).username).toBe(winner.user.username)
    expect(loser.wire.count('POST /auth/refresh')).toBe(1)
  })

  it('is not tried for a 401 that speaks of something else', async () => {
    const { wire, a, b, ended } = await person()
    await a.auth.me()
    const wrong = { old_password: 'not the old one', password: 'a much better password' }
    expect(await failureOf(a.auth.updateMe(wrong))).toMatchObject({ code: 'INVALID_OLD_PASSWORD' })
    const { old_password: currentPassword, password: newPassword } = wrong
    const change = b.auth.changePassword({ currentPassword, newPassword, confirmPassword: newPassword })
    expect(await failureOf(change)).toMatchObject({ reason: 'wrong_current_password' })
    expect(wire.sent.filter((line) => /refresh|login/.test(line))).toEqual(['POST /auth/login'])
    expect(ended).toEqual([])
    await a.auth.me()
  })

  it('is tried once: a token that is refused again is the end of it', async () => {
    const { user } = await person()
    const { refresh_token: refreshToken } = await service.login(user.username)
    const { wire, a } = await person({ login: undefined, tokens: { accessToken: 'none.of.ours', refreshToken } })
    wire.between = async (send, line) => {
      if (line !== 'POST /auth/refresh') return send()
      const granted: any = await (await send()).json()
      granted.data.accessToken = 'none.of.ours.either'
      return new Response(JSON.stringify(granted))
    }
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(wire.sent).toEqual(['GET /auth:me', 'POST /auth/refresh', 'GET /auth:me'])
  })
})
