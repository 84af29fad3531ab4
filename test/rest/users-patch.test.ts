import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Service, startService } from '../support/service.ts'

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

const patch = (id: string, json: object) => service.call('PATCH', `/users/${id}`, { token, json })
const read = async (id: string) => (await service.call('GET', `/users/${id}`, { token })).body.data

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
