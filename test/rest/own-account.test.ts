import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
})
beforeEach(() => service.clock.advance(2))
afterAll(() => service.close())

const login = (usernameOrEmail: string, secret = password) =>
  service.call('POST', '/auth/login', { json: { usernameOrEmail, password: secret } })
const profile = (token: string) => service.call('GET', '/auth/profile', { token })
const patch = (token: string, json: object) => service.call('PATCH', '/auth/profile', { token, json })
const changePassword = (token: string, json: object) => service.call('POST', '/auth/change-password', { token, json })
const next = 'a good new one'

describe('POST /auth/login', () => {
  it('gives tokens and the whole user', async () => {
    const user = await service.makeUser({ fullName: '王小明' })
    for (const name of [user.username.toUpperCase(), user.email.toUpperCase()]) {
      const { status, body } = await login(name)
      expect(status).toBe(200)
      expect(body).toEqual({
        success: true,
        data: {
          accessToken: expect.any(String),
          refreshToken: expect.any(String),
          tokenType: 'Bearer',
          expiresIn: 3600,
          user: (await profile(body.data.accessToken)).body.data,
        },
        message: '登录成功',
      })
      expect(body.data.user).toMatchObject({ id: user.id, fullName: '王小明', lastLoginAt: body.data.user.updatedAt })
    }
  })

  it('tells nobody why it refuses', async () => {
    const user = await service.makeUser()
    const pending = await service.makeUser({ status: 'pending' })
    for (const [name, secret] of [
      [user.username, 'not the password'],
      [pending.username, password],
      ['nobody', password],
    ])
      expect(await login(name as string, secret)).toMatchObject({
        status: 401,
        body: { message: '用户名或密码错误', details: { code: 'AUTH_002' } },
      })
  })
})

describe('GET /auth/profile', () => {
  it.each(['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest'] as const)(
    'shows the caller, whatever the role: %s',
    async (role) => {
      const { user, token } = await service.as(role)
      const { id, username, email } = user
      const { body } = await profile(token)
      expect(body).toMatchObject({ success: true, data: { id, username, email, role, status: 'active', fullName: '' } })
    },
  )
})

describe('PATCH /auth/profile', () => {
  it.each([{ fullName: '新的名字' }, { email: 'own.new@example.com' }, { fullName: '', email: 'both@example.com' }])(
    'changes %j and keeps the session',
    async (change) => {
      const { token } = await service.as('guest', { fullName: 'Before' })
      const before = (await profile(token)).body.data
      service.clock.advance(2)
      const { status, body } = await patch(token, change)
      expect(status).toBe(200)
      expect(body).toEqual({ success: true, data: { ...before, ...change, updatedAt: expect.any(String) } })
      expect(body.data.updatedAt > before.updatedAt).toBe(true)
      expect((await profile(token)).body).toEqual(body)
    },
  )

  it('leaves updatedAt alone when nothing changes', async () => {
    const { token } = await service.as('user', { fullName: 'Same' })
    const before = (await profile(token)).body.data
    service.clock.advance(2)
    expect((await patch(token, { fullName: ' Same ', email: before.email })).body.data).toEqual(before)
    expect((await profile(token)).body.data).toEqual(before)
  })

  it.each([
    [{}, 'body'],
    [{ role: 'admin' }, 'role'],
    [{ status: 'active' }, 'status'],
    [{ username: 'renamed' }, 'username'],
    [{ password: next }, 'password'],
    [{ email: null }, 'email'],
  ])('refuses %j', async (json, field) => {
    const { token } = await service.as('user')
    const before = (await profile(token)).body
    expect(await patch(token, json)).toMatchObject({
      status: 400,
      body: { details: { code: 'AUTH_001', errors: [{ field }] } },
    })
    expect((await profile(token)).body).toEqual(before)
  })

  it('refuses an email that somebody else has', async () => {
    const { token } = await service.as('user')
    const { email } = await service.makeUser()
    expect(await patch(token, { email: email.toUpperCase() })).toMatchObject({
      status: 409,
      body: { details: { code: 'AUTH_007' } },
    })
  })
})

describe('POST /auth/change-password', () => {
  const json = { currentPassword: password, newPassword: next, confirmPassword: next }

  it('changes the password and ends every session, this one too', async () => {
    const { user, token, refresh } = await service.as('user')
    const other = (await login(user.username)).body.data
    const reply = await changePassword(token, json)
    expect(reply).toMatchObject({ status: 200, body: { success: true, message: '密码修改成功' } })
    expect(reply.body).not.toHaveProperty('data')
    for (const ended of [token, other.accessToken])
      expect(await profile(ended)).toMatchObject({ status: 401, body: { details: { code: 'AUTH_003' } } })
    for (const refreshToken of [refresh, other.refreshToken])
      expect((await service.call('POST', '/auth/refresh', { json: { refreshToken } })).status).toBe(401)
    expect((await login(user.username)).status).toBe(401)
    expect((await login(user.username, next)).status).toBe(200)
  })

  it.each([
    ['a wrong current password', { currentPassword: 'wrong' }, 422, 'AUTH_009', '当前密码错误'],
    [
      'the current password again',
      { newPassword: password, confirmPassword: password },
      422,
      'AUTH_010',
      '新密码与当前密码相同',
    ],
    ['a differing confirmation', { confirmPassword: 'another new one' }, 400, 'AUTH_001', '请求参数验证失败'],
    [
      'a common password',
      { newPassword: 'password123', confirmPassword: 'password123' },
      400,
      'AUTH_001',
      '请求参数验证失败',
    ],
    ['a short password', { newPassword: 'short', confirmPassword: 'short' }, 400, 'AUTH_001', '请求参数验证失败'],
    ['no confirmation', { confirmPassword: undefined }, 400, 'AUTH_001', '请求参数验证失败'],
    ['an unknown field', { username: 'renamed' }, 400, 'AUTH_001', '请求参数验证失败'],
  ])('refuses %s and changes nothing', async (_, change, status, code, message) => {
    const { user, token } = await service.as('user')
    const before = (await profile(token)).body
    expect(await changePassword(token, { ...json, ...change })).toMatchObject({
      status,
      body: { message, details: { code } },
    })
    expect((await profile(token)).body).toEqual(before)
    expect((await login(user.username)).status).toBe(200)
  })

  it('names the confirmation that differs', async () => {
    const { token } = await service.as('user')
    const { body } = await changePassword(token, { ...json, confirmPassword: 'another new one' })
    expect(body.details.errors.map((each: any) => each.field)).toEqual(['confirmPassword'])
    expect(JSON.stringify(body)).not.toContain('another new one')
  })

  it('refuses the own username and mailbox as a password', async () => {
    const { token } = await service.as('user', { username: 'Long.Username', email: 'long.mailbox@example.com' })
    for (const newPassword of ['LONG.username', 'Long.Mailbox'])
      expect(await changePassword(token, { ...json, newPassword, confirmPassword: newPassword })).toMatchObject({
        status: 400,
        body: { details: { code: 'AUTH_001', errors: [{ field: 'newPassword' }] } },
      })
  })

  it('takes one of two changes that race, and the other finds its session ended or the password wrong', async () => {
    const { user, token } = await service.as('user')
    const wanted = ['the first new one', 'the other new one']
    const replies = await Promise.all(
      wanted.map((newPassword) => changePassword(token, { ...json, newPassword, confirmPassword: newPassword })),
    )
    const won = replies.findIndex(({ status }) => status === 200)
    expect([401, 422]).toContain(replies[1 - won]?.status)
    expect((await login(user.username, wanted[won])).status).toBe(200)
    expect((await login(user.username, wanted[1 - won])).status).toBe(401)
  })
})
