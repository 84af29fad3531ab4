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
const patch = (id: string, json: object) => service.call('PATCH', `/users/${id}`, { token, json })
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

describe('PATCH /users/{id}', () => {
  it.each([
    { fullName: '更新的姓名' },
    { email: 'moved@example.com' },
    { role: 'moderator' },
    { status: 'inactive' },
    { fullName: '', email: 'all@example.com', role: 'admin', status: 'banned' },
  ])('changes %j and nothing else', async (change) => {
    const { id } = await service.makeUser({ fullName: 'Before' })
    const before = await read(id)
    service.clock.advance(2)
    const { status, body } = await patch(id, change)
    expect(status).toBe(200)
    expect(body).toEqual({
      success: true,
      data: { ...before, ...change, updatedAt: expect.any(String) },
      message: '用户更新成功',
    })
    expect(body.data.updatedAt > before.updatedAt).toBe(true)
    expect(await read(id)).toEqual(body.data)
  })

  it('leaves updatedAt alone when nothing changes, spaces and composition of the name aside', async () => {
    const { id } = await service.makeUser({ fullName: 'Zoë' })
    const before = await read(id)
    service.clock.advance(2)
    const { email, role, status } = before
    const reply = await patch(id, { email, role, status, fullName: '  Zoe\u0308 ' })
    expect(reply).toMatchObject({ status: 200, body: { data: before, message: '用户更新成功' } })
    expect(await read(id)).toEqual(before)
  })

  it.each([
    [{}, 'body'],
    [{ status: 'deleted' }, 'status'],
    [{ role: 'emperor' }, 'role'],
    [{ role: null }, 'role'],
    [{ email: 'nowhere' }, 'email'],
    [{ fullName: 5 }, 'fullName'],
    [{ username: 'renamed' }, 'username'],
    [{ password: 'a good new one' }, 'password'],
    [{ can_write: true }, 'can_write'],
  ])('refuses %j', async (json, field) => {
    const { id } = await service.makeUser()
    const before = await read(id)
    expect(await patch(id, json)).toMatchObject({
      status: 400,
      body: { details: { code: 'AUTH_001', errors: [{ field }] } },
    })
    expect(await read(id)).toEqual(before)
  })

  it('refuses an email that somebody else has, in any case', async () => {
    const [one, two] = [await service.makeUser(), await service.makeUser()]
    expect(await patch(one.id, { email: two.email.toUpperCase() })).toMatchObject({
      status: 409,
      body: { message: '邮箱已存在', details: { code: 'AUTH_007' } },
    })
  })
})

describe('PATCH /users/{id} on oneself', () => {
  it('changes the full name and the email', async () => {
    const change = { fullName: 'My Own Name', email: 'my.own@example.com' }
    expect(await patch(own, change)).toMatchObject({ status: 200, body: { data: change } })
  })

  it('takes the own role and status for no change', async () => {
    const { role, status } = await read(own)
    expect(await patch(own, { role, status, fullName: 'Named' })).toMatchObject({
      status: 200,
      body: { data: { role, status, fullName: 'Named' } },
    })
  })

  it.each([
    { role: 'user' },
    { role: 'super_admin' },
    { status: 'inactive' },
    { fullName: 'Not This Either', role: 'manager' },
  ])('refuses %j', async (json) => {
    const before = await read(own)
    expect(await patch(own, json)).toMatchObject({
      status: 403,
      body: { message: '无权限操作此用户', details: { code: 'USER_004' } },
    })
    expect(await read(own)).toEqual(before)
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
