import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
let token: string
/** Of a fresh user for each test. */
let id: string
let username: string
/** Of the caller. */
let own: string

beforeAll(async () => {
  service = await startService()
  const admin = await service.as('admin')
  token = admin.token
  own = toUlid(admin.user.id)
})
beforeEach(async () => {
  const user = await service.makeUser()
  id = toUlid(user.id)
  username = user.username
  // So that a new time differs from an old one.
  service.clock.advance(2)
})
afterAll(() => service.close())

const update = (json: object, target = id) => service.call('POST', `/users:update?id=${target}`, { token, json })
const read = async (target = id) =>
  (await service.call('GET', `/users:get?id=${target}`, { token })).body.user as Record<string, unknown>
const me = (bearer: string) => service.call('GET', '/auth:me', { token: bearer })
const refresh = (refresh_token: string) => service.call('POST', '/auth:refresh', { json: { refresh_token } })

describe('POST /users:update', () => {
  it.each([
    { email: 'Moved@Example.com' },
    { role: 'manager' },
    { can_write: false },
    { email: 'all@example.com', role: 'guest', can_write: false },
  ])('changes %j and nothing else', async (change) => {
    const before = await read()
    const { status, body } = await update(change)
    expect(status).toBe(200)
    expect(body).toEqual({
      message: 'user updated successfully',
      user: { ...before, ...change, updated_at: expect.any(String) },
    })
    expect(body.user.updated_at > (before.updated_at as string)).toBe(true)
    expect(await read()).toEqual(body.user)
  })

  it('leaves updated_at alone when nothing changes', async () => {
    const before = await read()
    const same = { email: before.email, role: before.role, can_write: before.can_write }
    expect(await update(same)).toMatchObject({ status: 200, body: { user: before } })
    expect(await read()).toEqual(before)
  })

  it('takes another spelling of the same email for a change', async () => {
    const { body } = await update({ email: `${username.toUpperCase()}@example.com` })
    expect(body.user.email).toBe(`${username.toUpperCase()}@example.com`)
  })

  it('leaves can_write as it is when the role changes', async () => {
    await update({ role: 'guest' })
    expect(await read()).toMatchObject({ role: 'guest', can_write: true })
    await update({ can_write: false })
    await update({ role: 'admin' })
    expect(await read()).toMatchObject({ role: 'admin', can_write: false })
  })

  it('keeps the sessions of a user whose fields change', async () => {
    const { access_token } = await service.login(username)
    await update({ role: 'guest', email: 'kept@example.com' })
    expect(await me(access_token)).toMatchObject({ status: 200, body: { user: { role: 'guest' } } })
  })

  it('refuses an email that somebody else has, in any case, and changes nothing', async () => {
    await service.makeUser({ email: `has-${username}@example.com` })
    const before = await read()
    expect(await update({ email: `HAS-${username}@EXAMPLE.com`, can_write: false })).toMatchObject({
      status: 409,
      body: { error: 'email already exists', error_code: 'EMAIL_EXISTS' },
    })
    expect(await read()).toEqual(before)
  })

  it.each([
    [{}, 'MISSING_REQUIRED_FIELD', 'no fields to update'],
    [{ username: 'renamed' }, 'VALIDATION_ERROR', expect.stringContaining('username')],
    [{ status: 'banned' }, 'VALIDATION_ERROR', expect.stringContaining('status')],
    [{ password: 'another long one' }, 'VALIDATION_ERROR', expect.stringContaining('password')],
    [{ role: 'emperor' }, 'INVALID_ROLE', 'invalid role'],
    [{ email: 'nowhere' }, 'INVALID_EMAIL_FORMAT', 'invalid email format'],
    [{ action: 'promote' }, 'INVALID_FIELD_VALUE', 'invalid action'],
    [{ action: 'reset_password' }, 'MISSING_REQUIRED_FIELD', 'new_password is required for password reset'],
    [{ action: 'reset_password', new_password: 'short' }, 'WEAK_PASSWORD', expect.stringContaining('new_password')],
    [{ action: 'reset_password', new_password: 'a good new one', role: 'guest' }, 'VALIDATION_ERROR', /role/],
    [{ action: 'revoke_sessions', can_write: false }, 'VALIDATION_ERROR', /can_write/],
    [{ action: 'revoke_sessions', new_password: 'a good new one' }, 'VALIDATION_ERROR', /new_password/],
    [{ new_password: 'a good new one' }, 'VALIDATION_ERROR', /new_password/],
  ])('refuses %j and changes nothing', async (json, code, error) => {
    const before = await read()
    expect(await update(json)).toMatchObject({
      status: 400,
      body: { error: error instanceof RegExp ? expect.stringMatching(error) : error, code: 400, error_code: code },
    })
    expect(await read()).toEqual(before)
    await expect(service.login(username)).resolves.toBeDefined()
  })

  it.each([
    { email: 'self@example.com' },
    { role: 'user' },
    { role: 'admin' },
    { can_write: true },
    { action: 'reset_password', new_password: 'a good new one' },
    { action: 'revoke_sessions' },
    { action: 'unlock' },
  ])('refuses oneself: %j', async (json) => {
    const before = await read(own)
    expect(await update(json, own)).toMatchObject({
      status: 403,
      body: { error: 'cannot modify own account via user management endpoints', error_code: 'CANNOT_MODIFY_SELF' },
    })
    expect(await read(own)).toEqual(before)
  })
})

describe('POST /users:update with action reset_password', () => {
  it('ends every session of the user and lets the new password in', async () => {
    const [one, two] = [await service.login(username), await service.login(username)]
    service.clock.advance(2)
    const before = await read()
    const { status, body } = await update({ action: 'reset_password', new_password: 'a good new one' })
    expect(status).toBe(200)
    expect(body).toEqual({
      message: 'password reset successfully',
      user: { ...before, updated_at: expect.any(String) },
    })
    expect(body.user.updated_at > (before.updated_at as string)).toBe(true)
    for (const session of [one, two]) {
      expect(await me(session.access_token)).toMatchObject({ status: 401, body: { error_code: 'TOKEN_REVOKED' } })
      expect(await refresh(session.refresh_token)).toMatchObject({ status: 401 })
    }
    await expect(service.login(username, password)).rejects.toThrow('401')
    await expect(service.login(username, 'a good new one')).resolves.toBeDefined()
  })

  it('refuses the username and the local part of the email as a password', async () => {
    const named = await service.makeUser({ username: 'Long.Username', email: 'long.mailbox@example.com' })
    for (const new_password of ['long.username', 'LONG.MAILBOX'])
      expect(await update({ action: 'reset_password', new_password }, named.id)).toMatchObject({
        status: 400,
        body: { error_code: 'WEAK_PASSWORD', details: [{ field: 'new_password' }] },
      })
    await expect(service.login('Long.Username')).resolves.toBeDefined()
  })
})

describe('POST /users:update with action revoke_sessions', () => {
  it('ends every session of the user and leaves updated_at and the password alone', async () => {
    const session = await service.login(username)
    service.clock.advance(2)
    const before = await read()
    expect(await update({ action: 'revoke_sessions' })).toMatchObject({
      status: 200,
      body: { message: 'all sessions revoked successfully', user: before },
    })
    expect(await read()).toEqual(before)
    expect(await me(session.access_token)).toMatchObject({ status: 401, body: { error_code: 'TOKEN_REVOKED' } })
    expect(await refresh(session.refresh_token)).toMatchObject({ status: 401 })
    await expect(service.login(username)).resolves.toBeDefined()
  })

  it('leaves the sessions of others alone', async () => {
    const other = await service.as('user')
    await update({ action: 'revoke_sessions' })
    expect((await me(other.token)).status).toBe(200)
  })
})
