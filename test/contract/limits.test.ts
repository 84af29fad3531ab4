import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

const origin = 'https://app.example.com'
/** Of apps and extensions, whose schemes are no web's. */
const webViews = ['capacitor://localhost', 'tauri://localhost', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop']

describe('the limit of requests per user and minute', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService({ rateLimitPerMinute: 3 })
  })
  afterAll(() => service.close())

  it('refuses one more in either style until the minute ends, and nobody else', async () => {
    const { token } = await service.as('admin')
    const { token: other } = await service.as('admin')
    // To the begin of a minute, so that the requests below are of one.
    service.clock.nextMinute()
    for (const path of ['/users:list', '/users', '/users/nobody'])
      expect((await service.call('GET', path, { token })).status).not.toBe(429)
    const rpc = await service.call('GET', '/users:list', { token })
    expect(outcome(rpc)).toBe('429 RATE_LIMIT_EXCEEDED')
    expect(rpc.body.error).toBe('rate limit exceeded')
    const rest = await service.call('GET', '/users', { token })
    expect(outcome(rest)).toBe('429 SYS_007')
    for (const { headers } of [rpc, rest]) {
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60)
      expect(headers['x-ratelimit-remaining']).toBe('0')
    }
    expect((await service.call('GET', '/users', { token: other })).status).toBe(200)
    service.clock.advance(Number(rest.headers['retry-after']))
    expect((await service.call('GET', '/users', { token })).status).toBe(200)
  })
})

describe('failed logins behind a proxy', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService({ trustProxy: 1, loginAttempts: 3 })
  })
  afterAll(() => service.close())

  const fail = (username: string, forwarded: string) =>
    service.call('POST', '/auth:login', {
      json: { username, password: 'wrong' },
      headers: { 'X-Forwarded-For': forwarded },
    })

  it('count for the address that the proxy saw, whatever the client wrote in front of it', async () => {
    const { username } = await service.makeUser()
    for (const spoofed of ['1.1.1.1', '2.2.2.2', '3.3.3.3'])
      expect(outcome(await fail(username, `${spoofed}, 203.0.113.7`))).toBe('401 INVALID_CREDENTIALS')
    const locked = await fail(username, '4.4.4.4, 203.0.113.7')
    expect(outcome(locked)).toBe('429 LOGIN_RATE_LIMIT')
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(0)
    expect(outcome(await fail(username, '203.0.113.7, 198.51.100.9'))).toBe('401 INVALID_CREDENTIALS')
  })

  it('are told in REST too, and end with the window', async () => {
    const { username } = await service.makeUser()
    const headers = { 'X-Forwarded-For': '203.0.113.8' }
    for (let i = 0; i < 3; i++) await fail(username, '203.0.113.8')
    const json = { usernameOrEmail: username, password: 'correct horse battery' }
    const locked = await service.call('POST', '/auth/login', { json, headers })
    expect(outcome(locked)).toBe('429 AUTH_008')
    service.clock.advance(Number(locked.headers['retry-after']))
    expect(outcome(await service.call('POST', '/auth/login', { json, headers }))).toBe('200')
  })
})

describe('guesses at the current password', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService({ loginAttempts: 2 })
  })
  afterAll(() => service.close())

  it('count like failed logins, in both styles together', async () => {
    const { token } = await service.as('user')
    const password = 'another long password'
    const rpc = () => service.call('POST', '/auth:me', { token, json: { old_password: 'wrong', password } })
    const json = { currentPassword: 'wrong', newPassword: password, confirmPassword: password }
    const rest = () => service.call('POST', '/auth/change-password', { token, json })
    expect(outcome(await rpc())).toBe('401 INVALID_OLD_PASSWORD')
    expect(outcome(await rest())).toBe('422 AUTH_009')
    expect(outcome(await rest())).toBe('429 AUTH_008')
    expect(outcome(await rpc())).toBe('429 LOGIN_RATE_LIMIT')
  })
})

describe('without a proxy', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService({ loginAttempts: 2 })
  })
  afterAll(() => service.close())

  it('X-Forwarded-For says nothing', async () => {
    const { username } = await service.makeUser()
    const fail = (address: string) =>
      service.call('POST', '/auth/login', {
        json: { usernameOrEmail: username, password: 'wrong' },
        headers: { 'X-Forwarded-For': address },
      })
    expect(outcome(await fail('1.1.1.1'))).toBe('401 AUTH_002')
    expect(outcome(await fail('2.2.2.2'))).toBe('401 AUTH_002')
    expect(outcome(await fail('3.3.3.3'))).toBe('429 AUTH_008')
  })
})

describe('scripts of other origins', () => {
  let service: Service
  let token: string
  beforeAll(async () => {
    service = await startService({ corsOrigins: [origin, 'http://localhost:3000', ...webViews] })
    token = (await service.as('admin')).token
  })
  afterAll(() => service.close())

  it.each([
    ['/users:list', 200],
    ['/users', 200],
    ['/users/nobody', 404],
    ['/users?page=0', 400],
  ])('read the answer where their origin is allowed: %s', async (path, status) => {
    const reply = await service.call('GET', path, { token, headers: { Origin: origin } })
    expect(reply.status).toBe(status)
    expect(reply.headers['access-control-allow-origin']).toBe(origin)
    expect(reply.headers['access-control-expose-headers']).toMatch(
      /Accept-Encoding.*Location.*RateLimit,RateLimit-Policy,Retry-After.*WWW-Authenticate.*X-Request-Id/,
    )
    expect(reply.headers).not.toHaveProperty('access-control-allow-credentials')
    expect(reply.headers.vary).toBe('Origin, Accept-Language')
  })

  it('read a refusal for want of a token too', async () => {
    const reply = await service.call('GET', '/users', { headers: { Origin: origin } })
    expect(reply.status).toBe(401)
    expect(reply.headers['access-control-allow-origin']).toBe(origin)
  })

  it.each([
    'https://evil.example',
    `${origin}.evil.example`,
    `${origin}:8443`,
    'http://app.example.com',
    'null',
    '*',
    '',
  ])('read nothing where it is not: %s', async (other) => {
    const reply = await service.call('GET', '/users', { token, headers: { Origin: other } })
    expect(reply.headers).not.toHaveProperty('access-control-allow-origin')
    expect(reply.headers.vary).toBe('Origin, Accept-Language')
  })

  const preflight = (path: string, from: string, method: string) =>
    service.call('OPTIONS', path, { headers: { Origin: from, 'Access-Control-Request-Method': method } })

  it.each([
    ['/users', 'GET, HEAD, OPTIONS, POST'],
    ['/users/x', 'DELETE, GET, HEAD, OPTIONS, PATCH'],
    ['/users%3Acreate', 'OPTIONS, POST'],
    ['/users/stats', 'GET, HEAD, OPTIONS'],
    ['/auth/profile', 'GET, HEAD, OPTIONS, PATCH'],
    ['/health', 'GET, HEAD, OPTIONS'],
  ])('may ask before they write to %s, and are told what the contract has there', async (path, methods) => {
    const { status, headers } = await preflight(path, origin, 'PATCH')
    expect(status).toBe(204)
    expect(headers['access-control-allow-origin']).toBe(origin)
    expect(headers['access-control-allow-methods']).toBe(methods)
    expect(headers.allow).toBe(methods)
    expect(headers['access-control-allow-headers']).toBe('Authorization,Content-Type,Accept-Language,X-Request-Id')
    expect(headers['access-control-max-age']).toBe('600')
  })

  it.each(webViews)('may be those of an app: %s', async (from) => {
    for (const path of ['/users:list', '/users']) {
      const asked = await preflight(path, from, 'GET')
      expect(asked.status).toBe(204)
      expect(asked.headers['access-control-allow-origin']).toBe(from)
      const reply = await service.call('GET', path, { token, headers: { Origin: from } })
      expect(reply.status).toBe(200)
      expect(reply.headers['access-control-allow-origin']).toBe(from)
    }
    const other = await preflight('/users', `${from}.evil`, 'GET')
    expect(other.headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('are not let in by a preflight of another origin', async () => {
    const { status, headers } = await preflight('/users', 'https://evil.example', 'DELETE')
    expect(status).toBe(204)
    expect(headers).not.toHaveProperty('access-control-allow-origin')
    expect(headers).not.toHaveProperty('access-control-allow-methods')
  })
})
