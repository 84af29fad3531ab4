import { createPublicKey, sign, verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import { password, type Service, startService } from '../support/service.ts'
import { startAnother } from './another-instance.ts'
import { clientsOf, type StyleClient, type StyleName } from './styles.ts'

let service: Service
let clients: Record<StyleName, StyleClient>

beforeAll(async () => {
  service = await startService()
  clients = clientsOf(service)
})
afterAll(() => service.close())

const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString())
const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
const parts = (token: string) => {
  const [header, payload] = token.split('.')
  return { header: decode(header), payload: decode(payload) }
}

/** A token that our own key signed, whatever it says. */
function forge(payload: object): string {
  const { kid, privateKey } = service.keys.current()
  const input = `${encode({ alg: 'EdDSA', typ: 'at+jwt', kid })}.${encode(payload)}`
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`
}

describe('an access token', () => {
  it('has the claims and the header of the access token profile, and no others', async () => {
    const { user, token } = await service.as('manager', { canWrite: false })
    const { header, payload } = parts(token)
    const [session] = await service.knex('sessions').where({ user_id: user.id })
    const seconds = Math.floor(service.clock.now().getTime() / 1000)
    expect(header).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: service.keys.current().kid })
    expect(payload).toEqual({
      iss: 'janus',
      aud: 'janus',
      client_id: 'janus',
      sub: user.id,
      sid: session.id,
      jti: expect.stringMatching(/^0\.[\w-]{16}$/),
      iat: expect.any(Number),
      nbf: payload.iat - 60,
      exp: payload.iat + 3600,
      role: 'manager',
      username: user.username,
      can_write: false,
    })
    expect(Math.abs(payload.iat - seconds)).toBeLessThan(30)
    expect(payload.sub).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('is the same in both styles, with an id of its own each time, also after a refresh', async () => {
    const { user, token, refresh } = await service.as('user')
    const rest = await clients.REST.login(user.username, password)
    const refreshed = await clients.REST.refresh(refresh)
    const again = await clients.RPC.refresh(refresh)
    const all = [token, rest.access, refreshed.access, again.access].map((each) => parts(each))
    expect(new Set(all.map(({ payload }) => payload.jti)).size).toBe(4)
    for (const { header, payload } of all) {
      expect(header).toEqual(all[0]?.header)
      expect(payload.sub).toBe(user.id)
      expect(Object.keys(payload)).toEqual(Object.keys(all[0]?.payload))
    }
    expect(all[2]?.payload.sid).toBe(all[0]?.payload.sid)
    expect(all[1]?.payload.sid).not.toBe(all[0]?.payload.sid)
  })

  it('tells its end as it is in the token, in both styles, at login and at refresh', async () => {
    const { user } = await service.as('user')
    const login = await service.call('POST', '/auth:login', { json: { username: user.username, password } })
    const refresh = await service.call('POST', '/auth:refresh', { json: { refresh_token: login.body.refresh_token } })
    for (const { body } of [login, refresh]) {
      expect(body.expires_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      expect(Date.parse(body.expires_at) / 1000).toBe(parts(body.access_token).payload.exp)
      expect(body.token_type).toBe('Bearer')
    }
    const rest = await service.call('POST', '/auth/login', { json: { usernameOrEmail: user.email, password } })
    const { refreshToken } = rest.body.data
    const restRefresh = await service.call('POST', '/auth/refresh', { json: { refreshToken } })
    for (const { body } of [rest, restRefresh]) {
      const { iat, exp } = parts(body.data.accessToken).payload
      expect(body.data).toMatchObject({ expiresIn: exp - iat, tokenType: 'Bearer' })
    }
  })

  it('can be verified by another service with the published keys alone', async () => {
    const { token } = await service.as('user')
    const { body } = await service.call('GET', '/.well-known/jwks.json')
    const [header, payload, signature = ''] = token.split('.')
    const key = body.keys.find(({ kid }: { kid: string }) => kid === decode(header).kid)
    expect(JSON.stringify(body)).not.toContain('"d"')
    const publicKey = createPublicKey({ key, format: 'jwk' })
    const holds = (input: string) => verify(null, Buffer.from(input), publicKey, Buffer.from(signature, 'base64url'))
    expect(holds(`${header}.${payload}`)).toBe(true)
    expect(holds(`${header}.${encode({ ...decode(payload), role: 'admin' })}`)).toBe(false)
  })

  it('ends at its hour, while its session lives on', async () => {
    const { token, refresh } = await service.as('user')
    service.clock.advance(3590)
    expect((await clients.RPC.whoami(token)).status).toBe(200)
    service.clock.advance(11)
    expect(await clients.RPC.whoami(token)).toEqual({ status: 401, code: 'INVALID_TOKEN' })
    expect(await clients.REST.whoami(token)).toEqual({ status: 401, code: 'AUTH_003' })
    expect((await clients.RPC.refresh(refresh)).status).toBe(200)
  })

  it('lives as long as the configuration says', async () => {
    const short = await startAnother(service, {
      accessTokenTtl: 60,
      tokenIssuer: 'https://id.example',
      tokenAudience: 'shop',
      tokenClientId: 'web',
    })
    const { user, token } = await service.as('user')
    const json = { usernameOrEmail: user.username, password }
    const { expiresIn, accessToken } = (await short.call('POST', '/auth/login', { json })).body.data
    const { payload } = parts(accessToken)
    expect({ expiresIn, ...payload }).toMatchObject({
      expiresIn: 60,
      iss: 'https://id.example',
      aud: 'shop',
      client_id: 'web',
    })
    expect(payload.exp - payload.iat).toBe(60)
    // Same key, another issuer: neither takes the other's tokens.
    expect((await clients.RPC.whoami(accessToken)).code).toBe('INVALID_TOKEN')
    expect((await short.call('GET', '/auth:me', { token })).body.error_code).toBe('INVALID_TOKEN')
    await short.close()
  })
})

describe('every request', () => {
  it('is held against session and user: after a revocation was answered, none of 500 gets through', async () => {
    const { token: admin } = await service.as('admin')
    const { user, token } = await service.as('user')
    const path = `/users:update?id=${toUlid(user.id)}`
    let revoked = false
    const after: number[] = []
    const before: number[] = []
    const callers = Array.from({ length: 20 }, async () => {
      while (after.length < 500) {
        const statuses = revoked ? after : before
        statuses.push((await clients.REST.whoami(token)).status)
      }
    })
    while (before.length < 20) await clients.RPC.whoami(admin)
    const { status } = await service.call('POST', path, { token: admin, json: { action: 'revoke_sessions' } })
    revoked = true
    expect(status).toBe(200)
    await Promise.all(callers)
    expect(before).toContain(200)
    expect(after.length).toBeGreaterThanOrEqual(500)
    expect(after.filter((each) => each !== 401)).toEqual([])
  })

  it('has the role of the row, not that of the token', async () => {
    const { token: admin } = await service.as('super_admin')
    const { user, token } = await service.as('admin')
    const list = () => service.call('GET', '/users:list', { token })
    const become = (role: string) => service.call('PATCH', `/users/${user.id}`, { token: admin, json: { role } })
    expect((await list()).status).toBe(200)
    await become('user')
    expect(parts(token).payload.role).toBe('admin')
    expect((await list()).body).toMatchObject({ code: 403, error_code: 'AUTHZ_ROLE_REQUIRED' })
    await become('admin')
    expect((await list()).status).toBe(200)
  })

  it('is refused where the token names the session of another, or none, however well signed', async () => {
    const one = await service.as('user')
    const { payload } = parts(one.token)
    const other = parts((await service.as('admin')).token).payload
    expect((await clients.RPC.whoami(forge(payload))).status).toBe(200)
    const wrong = [
      { ...payload, sub: other.sub },
      { ...payload, sid: other.sid },
      { ...payload, sid: payload.sub },
    ]
    for (const claims of wrong)
      expect(await clients.RPC.whoami(forge(claims))).toEqual({ status: 401, code: 'TOKEN_REVOKED' })
    const promoted = forge({ ...payload, role: 'super_admin' })
    expect((await service.call('GET', '/users:list', { token: promoted })).status).toBe(403)
  })
})
