import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
let token: string
/** Of the caller. */
let own: string

beforeAll(async () => {
  service = await startService()
  const admin = await service.as('admin')
  token = admin.token
  own = admin.user.id
})
beforeEach(() => service.clock.advance(2))
afterAll(() => service.close())

const create = (json: object) => service.call('POST', '/users', { token, json })
const read = async (id: string) => (await service.call('GET', `/users/${id}`, { token })).body.data
const draft = (username: string, more: object = {}) => ({
  username,
  email: `${username}@example.com`,
  password,
  ...more,
})

describe('POST /users', () => {
  it('makes an active user without a full name unless it is told otherwise', async () => {
    const { status, body } = await create(draft('Plain.One'))
    expect(status).toBe(201)
    expect(body).toEqual({
      success: true,
      data: {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        username: 'Plain.One',
        email: 'Plain.One@example.com',
        fullName: '',
        role: 'user',
        status: 'active',
        createdAt: expect.any(String),
        updatedAt: body.data.createdAt,
      },
      message: '用户创建成功',
    })
  })

  it('takes what it is told', async () => {
    const { body } = await create(draft('told', { fullName: ' 王 小明 ', role: 'manager', status: 'pending' }))
    expect(body.data).toMatchObject({ fullName: '王 小明', role: 'manager', status: 'pending' })
    expect(await read(body.data.id)).toEqual(body.data)
  })

  it('gives a Location that can be called as it is', async () => {
    const { headers, body } = await create(draft('located'))
    expect(headers.location).toBe(`/users/${body.data.id}`)
    const found = await service.call('GET', headers.location as string, { token })
    expect(found.body).toEqual({ success: true, data: body.data })
  })

  it.each([
    ['user', true],
    ['guest', false],
  ])('sets can_write of the role %s by default: %s', async (role, canWrite) => {
    const { body } = await create(draft(`writes-${role}`, { role }))
    expect(await service.store.users.find(body.data.id)).toMatchObject({ canWrite })
  })

  it.each(['inactive', 'suspended', 'pending', 'banned'])('makes a user %s, who cannot log in', async (status) => {
    expect((await create(draft(`is-${status}`, { status }))).body.data.status).toBe(status)
    await expect(service.login(`is-${status}`)).rejects.toThrow('INVALID_CREDENTIALS')
  })

  it.each([
    ['status', 'deleted'],
    ['status', 'asleep'],
    ['role', 'emperor'],
    ['role', null],
    ['email', 'nowhere'],
    ['username', 'ab'],
    ['fullName', 'line\nfeed'],
    ['fullName', 'x'.repeat(101)],
    ['can_write', true],
    ['password', 'short'],
    ['password', 'refused-one'],
    ['password', undefined],
  ])('refuses %s = %j', async (field, value) => {
    expect(await create(draft('refused-one', { [field]: value }))).toMatchObject({
      status: 400,
      body: { message: '请求参数验证失败', details: { code: 'AUTH_001', errors: [{ field }] } },
    })
    expect(await service.store.users.findCredentials('refused-one')).toBeUndefined()
  })

  it('refuses a username or email that is taken, in any case', async () => {
    await create(draft('taken'))
    expect(await create(draft('TAKEN', { email: 'free@example.com' }))).toMatchObject({
      status: 409,
      body: { message: '用户名已存在', details: { code: 'AUTH_006' } },
    })
    expect(await create(draft('free', { email: 'TAKEN@example.com' }))).toMatchObject({
      status: 409,
      body: { message: '邮箱已存在', details: { code: 'AUTH_007' } },
    })
  })
})

describe('DELETE /users/{id}', () => {
  it('deletes a user', async () => {
    const { id } = await service.makeUser()
    expect(await service.call('DELETE', `/users/${id}`, { token })).toMatchObject({
      status: 200,
      body: { success: true, message: '用户删除成功' },
    })
    expect((await service.call('GET', `/users/${id}`, { token })).status).toBe(404)
  })

  it('refuses oneself', async () => {
    expect(await service.call('DELETE', `/users/${own}`, { token })).toMatchObject({
      status: 409,
      body: { message: '不能删除自己', details: { code: 'USER_007' } },
    })
    expect((await service.call('GET', '/auth/profile', { token })).status).toBe(200)
  })
})

describe('an id in a path', () => {
  it.each(['01980e2c-6f00-7000-8000-0000000000ff', '1', 'admin', '%E7%8E%8B', '%zz', '%00'])(
    'names nobody: %s',
    async (id) => {
      for (const [method, call] of [
        ['GET', {}],
        ['PATCH', { json: { fullName: 'Nobody' } }],
        ['DELETE', {}],
      ] as const)
        expect(await service.call(method, `/users/${id}`, { token, ...call })).toMatchObject({
          status: 404,
          body: { message: '用户不存在', details: { code: 'USER_001' } },
        })
    },
  )
})
