import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { password, type Service, startService } from '../../../test/support/service.ts'
import { rpc } from '../src/generated/rpc.ts'
import { AuthenticationError, type Tokens } from '../src/index.ts'
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

describe('the end of a session', () => {
  it('by a revocation is told once, and the old password is not tried again', async () => {
    const { wire, a, user, ended } = await person()
    await a.auth.me()
    const { a: other } = await person()
    await other.users.update(user.id, { action: 'revoke_sessions' })
    const failures = await Promise.all([failureOf(a.auth.me()), failureOf(a.auth.me())])
    for (const error of failures) expect(error).toMatchObject({ code: 'TOKEN_REVOKED', reason: 'token_revoked' })
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'NO_SESSION', reason: 'token_revoked' })
    expect(ended).toHaveLength(1)
    expect(ended[0]).toBeInstanceOf(AuthenticationError)
    expect(wire.sent.filter((line) => /refresh|login/.test(line))).toEqual(['POST /auth/login'])
  })

  it('by a refresh that is refused is told once', async () => {
    const { wire, a, user, ended } = await person()
    await a.auth.me()
    const { a: other } = await person()
    await other.users.update(user.id, { action: 'revoke_sessions' })
    forward(3700)
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'NO_SESSION', reason: 'refresh_token_unknown' })
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'NO_SESSION' })
    expect(ended).toHaveLength(1)
    expect(wire.count('POST /auth/refresh')).toBe(1)
    expect(wire.count('POST /auth/login')).toBe(1)
  })

  it('by age begins another where the credentials are known', async () => {
    const { wire, a, ended } = await person()
    await a.auth.me()
    forward(604_900)
    await a.auth.me()
    expect(wire.count('POST /auth/login')).toBe(2)
    expect(ended).toEqual([])
  })

  it('by somebody who shares the store is told too', async () => {
    const store = sharedStore()
    const { a, janus, ended } = await person({ store })
    await a.auth.me()
    const other = clientOf(service, { store })
    await rpc(other.janus).auth.me()
    await other.janus.logout()
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'NO_SESSION' })
    expect(ended).toEqual([undefined])
    await janus.logout()
  })
})

describe('logging out', () => {
  it('works with an access token that has expired, and ends the session at the service', async () => {
    const { wire, a, janus, ended } = await person()
    const got: Tokens[] = []
    const first = clientOf(service, {
      login: { username: 'person-1', password },
      onTokens: (tokens) => void got.push(tokens),
    })
    await rpc(first.janus).auth.me()
    await a.auth.me()
    forward(3700)
    await janus.logout()
    expect(wire.sent.at(-1)).toBe('POST /auth/logout')
    expect(wire.count('POST /auth/refresh')).toBe(0)
    expect(ended).toEqual([])
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'NO_SESSION' })
    expect(wire.count('POST /auth/login')).toBe(1)

    const [tokens] = got
    const { janus: again, a: c } = await person({ login: undefined, tokens })
    await again.logout()
    const gone = c.auth.refresh({ refresh_token: tokens?.refreshToken as string })
    expect(await failureOf(gone)).toMatchObject({ reason: 'refresh_token_unknown' })
  })

  it('is done when there is nothing to end, or it has ended', async () => {
    const { wire, janus } = await person()
    await janus.logout()
    expect(wire.sent).toEqual([])
    const { user, a, janus: revoked } = await person()
    await a.auth.me()
    const { a: other } = await person()
    await other.users.update(user.id, { action: 'revoke_sessions' })
    await revoked.logout()
  })

  it('forgets the tokens also when the service is away', async () => {
    const { wire, a, janus } = await person({ retries: 0 })
    await a.auth.me()
    wire.between = () => Promise.reject(new TypeError('away'))
    expect(await failureOf(janus.logout())).toMatchObject({ code: 'CONNECTION_FAILED' })
    expect(await failureOf(a.auth.me())).toMatchObject({ code: 'NO_SESSION' })
  })
})
