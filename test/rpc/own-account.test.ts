import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
let admin: string

beforeAll(async () => {
  service = await startService()
  admin = (await service.as('admin')).token
})
beforeEach(() => service.clock.advance(2))
afterAll(() => service.close())

const me = (token: string) => service.call('GET', '/auth:me', { token })
const change = (token: string, json: object) => service.call('POST', '/auth:me', { token, json })
const seen = async (id: string) =>
  (await service.call('GET', `/users:get?id=${id}`, { token: admin })).body.user as Record<string, any>

describe('POST /auth:login', () => {
  it.each([
    ['username', (name: string) => name],
    ['username in another case', (name: string) => name.toUpperCase()],
    ['email', (name: string) => `${name}@example.com`],
    ['email in another case', (name: string) => `${name}@EXAMPLE.com`.replace('p', 'P')],
  ])('takes the %s', async (_, spell) => {
    const user = await service.makeUser()
    const json = { username: spell(user.username), password }
    const { status, body } = await service.call('POST', '/auth:login', { json })
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_at: expect.any(String),
      token_type: 'Bearer',
      user: { id: toUlid(user.id), username: user.username, email: user.email, role: 'user', can_write: true },
    })
    expect((await me(body.access_token)).body.user).toEqual(body.user)
  })

  it('sets last_login_at, which nobody has before, and updated_at', async () => {
    const user = await service.makeUser()
    const before = await seen(user.id)
    expect(before).not.toHaveProperty('last_login_at')
    service.clock.advance(2)
    await service.login(user.username)
    const first = await seen(user.id)
    expect(first.last_login_at > before.created_at).toBe(true)
    expect(first).toEqual({ ...before, last_login_at: first.last_login_at, updated_at: first.last_login_at })
    service.clock.advance(2)
    await service.login(user.username)
    expect((await seen(user.id)).last_login_at > first.last_login_at).toBe(true)
  })

  it('tells nobody why it refuses, and changes nothing', async () => {
    const user = await service.makeUser()
    const banned = await service.makeUser({ status: 'banned' })
    const before = await seen(user.id)
    const tries = [
      { username: user.username, password: 'not the password' },
      { username: banned.username, password },
      { username: 'nobody', password },
      { username: "' or 1=1 --", password },
    ]
    const bodies = []
    for (const json of tries) {
      const reply = await service.call('POST', '/auth:login', { json })
      expect(reply.status).toBe(401)
      bodies.push(reply.body)
    }
    const refused = {
      error: 'invalid credentials',
      code: 401,
      error_code: 'INVALID_CREDENTIALS',
      reason: 'credentials_refused',
    }
    expect(new Set(bodies.map((body) => JSON.stringify(body)))).toEqual(new Set([JSON.stringify(refused)]))
    expect(await seen(user.id)).toEqual(before)
  })
})

describe('GET /auth:me', () => {
  it.each(['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest'] as const)(
    'shows the caller, whatever the role: %s',
    async (role) => {
      const { user, token } = await service.as(role)
      const { id, username, email } = user
      expect((await me(token)).body).toEqual({ user: { id: toUlid(id), username, email, role, can_write: true } })
    },
  )
})

describe('POST /auth:me', () => {
  it('changes the email and keeps the session', async () => {
    const { user, token } = await service.as('guest')
    service.clock.advance(2)
    const { status, body } = await change(token, { email: `New.${user.email}` })
    expect(status).toBe(200)
    expect(body).toEqual({
      message: 'user updated successfully',
      user: { ...(await me(token)).body.user, email: `New.${user.email}` },
    })
    const after = await seen(user.id)
    expect(after.updated_at > after.last_login_at).toBe(true)
  })

  it('leaves updated_at alone when the email is the same', async () => {
    const { user, token } = await service.as('user')
    const before = await seen(user.id)
    service.clock.advance(2)
    expect(await change(token, { email: user.email })).toMatchObject({
      status: 200,
      body: { user: { email: user.email } },
    })
    expect(await seen(user.id)).toEqual(before)
  })

  it('changes the password and ends every session, this one too', async () => {
    const { user, token, refresh } = await service.as('user')
    const other = await service.login(user.username)
    const { status, body } = await change(token, { old_password: password, password: 'a good new one' })
    expect(status).toBe(200)
    expect(body.message).toBe('password updated successfully, please login again')
    for (const ended of [token, other.access_token])
      expect(await me(ended)).toMatchObject({ status: 401, body: { error_code: 'TOKEN_REVOKED' } })
    for (const refresh_token of [refresh, other.refresh_token])
      expect((await service.call('POST', '/auth:refresh', { json: { refresh_token } })).status).toBe(401)
    await expect(service.login(user.username)).rejects.toThrow('INVALID_CREDENTIALS')
    await expect(service.login(user.username, 'a good new one')).resolves.toBeDefined()
  })

  it('changes both at once', async () => {
    const { user, token } = await service.as('user')
    const email = `both.${user.email}`
    const json = { email, old_password: password, password: 'a good new one' }
    expect(await change(token, json)).toMatchObject({
      status: 200,
      body: { message: 'password updated successfully, please login again', user: { email } },
    })
    await expect(service.login(email, 'a good new one')).resolves.toBeDefined()
  })

  it('changes neither when the email is taken', async () => {
    const { user, token } = await service.as('user')
    const taken = await service.makeUser()
    const json = { email: taken.email.toUpperCase(), old_password: password, password: 'a good new one' }
    expect(await change(token, json)).toMatchObject({ status: 409, body: { error_code: 'EMAIL_EXISTS' } })
    expect((await me(token)).body.user.email).toBe(user.email)
    await expect(service.login(user.username)).resolves.toBeDefined()
  })

  it.each([
    [{}, 400, 'MISSING_REQUIRED_FIELD', 'no fields to update'],
    [{ password: 'a good new one' }, 400, 'MISSING_REQUIRED_FIELD', 'old_password is required'],
    [{ old_password: password }, 400, 'MISSING_REQUIRED_FIELD', 'password is required'],
    [{ email: 'nowhere' }, 400, 'INVALID_EMAIL_FORMAT', 'invalid email format'],
    [{ username: 'renamed' }, 400, 'VALIDATION_ERROR', expect.stringContaining('username')],
    [{ role: 'admin' }, 400, 'VALIDATION_ERROR', expect.stringContaining('role')],
    [{ can_write: true }, 400, 'VALIDATION_ERROR', expect.stringContaining('can_write')],
    [{ old_password: password, password: 'short' }, 400, 'WEAK_PASSWORD', expect.stringContaining('password')],
    [{ old_password: password, password }, 400, 'WEAK_PASSWORD', 'password must differ from the old password'],
    [{ old_password: 'wrong', password: 'a good new one' }, 401, 'INVALID_OLD_PASSWORD', 'invalid old password'],
    [{ email: 'x@example.com', old_password: 'wrong', password: 'a good new one' }, 401, 'INVALID_OLD_PASSWORD', /old/],
  ])('refuses %j and changes nothing', async (json, status, code, error) => {
    const { user, token } = await service.as('user')
    const before = await seen(user.id)
    expect(await change(token, json)).toMatchObject({
      status,
      body: { error: error instanceof RegExp ? expect.stringMatching(error) : error, code: status, error_code: code },
    })
    expect(await seen(user.id)).toEqual(before)
    expect((await me(token)).status).toBe(200)
    await expect(service.login(user.username)).resolves.toBeDefined()
  })

  it('refuses a password that is the new email of the same request', async () => {
    const { token } = await service.as('user')
    const json = { email: 'brand.new.name@example.com', old_password: password, password: 'Brand.New.Name' }
    expect(await change(token, json)).toMatchObject({ status: 400, body: { error_code: 'WEAK_PASSWORD' } })
  })
})
