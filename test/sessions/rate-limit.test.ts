import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { goodRequest, operations } from '../contract/good-requests.ts'
import { type Service, startService } from '../support/service.ts'
import { stateOf } from '../support/state.ts'
import { startAnother } from './another-instance.ts'

let service: Service

beforeAll(async () => {
  service = await startService({ rateLimitPerMinute: 4 })
})
afterAll(() => service.close())

const now = () => Math.floor(service.clock.now().getTime() / 1000)

// Each at the beginning of a minute, so that none meets the next by chance.
beforeEach(() => service.clock.nextMinute())

const me = (token: string) => service.call('GET', '/auth:me', { token })

describe('the rate limit', () => {
  it('counts refreshes like other requests of their user, in both styles', async () => {
    const { token, refresh } = await service.as('user')
    let newest = refresh
    for (let count = 0; count < 4; count++) {
      const { status, body } = await service.call('POST', '/auth:refresh', { json: { refresh_token: newest } })
      expect(status).toBe(200)
      newest = body.refresh_token
    }
    const rpc = await service.call('POST', '/auth:refresh', { json: { refresh_token: newest } })
    expect(rpc.body).toMatchObject({ code: 429, error_code: 'RATE_LIMIT_EXCEEDED' })
    const rest = await service.call('POST', '/auth/refresh', { json: { refreshToken: newest } })
    expect(rest.body).toMatchObject({ statusCode: 429, details: { code: 'SYS_007' } })
    expect((await me(token)).status).toBe(429)
    // Refused, it has not been used.
    service.clock.advance(60)
    expect((await service.call('POST', '/auth:refresh', { json: { refresh_token: newest } })).status).toBe(200)
  })

  it('counts down in the headers, and names the second at which it begins anew', async () => {
    const { token } = await service.as('user')
    const reset = (Math.floor(now() / 60) + 1) * 60
    for (const left of ['3', '2', '1', '0']) {
      const { status, headers } = await me(token)
      expect(status).toBe(200)
      expect(headers).toMatchObject({
        'x-ratelimit-limit': '4',
        'x-ratelimit-remaining': left,
        'x-ratelimit-reset': String(reset),
        'ratelimit-policy': '"user";q=4;w=60',
      })
      // In seconds from now, of which one may have passed meanwhile.
      const [, remaining, seconds] = /^"user";r=(\d+);t=(\d+)$/.exec(headers.ratelimit ?? '') ?? []
      expect(remaining).toBe(left)
      expect([reset - now(), reset - now() + 1]).toContain(Number(seconds))
    }
  })

  it('refuses one more in the words of each style, with the seconds to wait', async () => {
    const { token } = await service.as('user')
    for (let count = 0; count < 4; count++) await me(token)
    const rpc = await me(token)
    expect(rpc.body).toMatchObject({ error: 'rate limit exceeded', code: 429, error_code: 'RATE_LIMIT_EXCEEDED' })
    const rest = await service.call('GET', '/auth/profile', { token })
    expect(rest.status).toBe(429)
    expect(rest.body).toMatchObject({ statusCode: 429, message: '请求频率超限', details: { code: 'SYS_007' } })
    for (const { headers } of [rpc, rest]) {
      const wait = Number(headers['retry-after'])
      expect(wait).toBeGreaterThan(0)
      expect(wait).toBeLessThanOrEqual(60)
      expect(headers).toMatchObject({ 'x-ratelimit-limit': '4', 'x-ratelimit-remaining': '0' })
      expect(Math.abs(Number(headers['x-ratelimit-reset']) - now() - wait)).toBeLessThanOrEqual(2)
    }
  })

  it('opens again in the next minute', async () => {
    const { token } = await service.as('user')
    for (let count = 0; count < 5; count++) await me(token)
    const { status, headers } = await me(token)
    expect(status).toBe(429)
    service.clock.advance(Number(headers['retry-after']))
    expect((await me(token)).headers).toMatchObject({ 'x-ratelimit-remaining': '3' })
  })

  it('is of a user, over all sessions and both styles, and of nobody else', async () => {
    const { user, token } = await service.as('user')
    const { access_token: second } = await service.login(user.username)
    await me(token)
    await me(second)
    await service.call('GET', '/auth/profile', { token })
    await service.call('GET', '/auth/profile', { token: second })
    for (const each of [token, second]) expect((await me(each)).status).toBe(429)
    expect((await me((await service.as('user')).token)).status).toBe(200)
  })

  it('counts refused requests, and goes before role, body and look-up', async () => {
    const { token } = await service.as('user')
    const forbidden = () => service.call('GET', '/users:list', { token })
    for (const left of ['3', '2', '1', '0']) {
      const { status, headers } = await forbidden()
      expect({ status, left: headers['x-ratelimit-remaining'] }).toEqual({ status: 403, left })
    }
    expect((await forbidden()).status).toBe(429)
    expect((await service.call('POST', '/auth:me', { token, raw: '{' })).status).toBe(429)
    expect((await service.call('GET', '/users/nobody', { token })).status).toBe(429)
  })

  const counted = operations.filter(({ id, method }) => method !== 'GET' && !id.endsWith('login'))

  it.each(counted)('refuses $id before anything is done, so that it can be repeated', async (operation) => {
    const { method, path, call, caller } = await goodRequest(service, operation)
    for (let count = 0; count < 4; count++) await me(caller.token)
    const before = await stateOf(service.knex)
    const { status, headers } = await service.call(method, path, call)
    expect(status).toBe(429)
    expect(await stateOf(service.knex)).toEqual(before)
    service.clock.advance(Number(headers['retry-after']))
    expect((await service.call(method, path, call)).status).toBeLessThan(300)
  })

  it('has no say where nobody is known', async () => {
    for (let count = 0; count < 6; count++) {
      const login = await service.call('POST', '/auth:login', { json: { username: `nobody-${count}`, password: 'x' } })
      const bare = await service.call('GET', '/auth:me')
      const bad = await service.call('GET', '/auth/profile', { token: 'no.token.at-all' })
      for (const { status, headers } of [login, bare, bad]) {
        expect(status).toBe(401)
        expect(headers).not.toHaveProperty('x-ratelimit-limit')
      }
    }
  })

  it('is off at 0, headers and all', async () => {
    const open = await startAnother(service, { rateLimitPerMinute: 0 })
    const { token } = await service.as('user')
    for (let count = 0; count < 10; count++) {
      const { status, headers } = await open.call('GET', '/auth:me', { token })
      expect(status).toBe(200)
      expect(Object.keys(headers).filter((name) => name.startsWith('x-ratelimit'))).toEqual([])
    }
    await open.close()
  })
})
