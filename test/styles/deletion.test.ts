import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import type { User } from '../../src/domain/users/user.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
let token: string

beforeAll(async () => {
  service = await startService()
  token = (await service.as('super_admin')).token
})
afterAll(() => service.close())

const deletions = [
  { style: 'RPC', remove: (id: string) => service.call('POST', `/users:destroy?id=${toUlid(id)}`, { token }) },
  { style: 'REST', remove: (id: string) => service.call('DELETE', `/users/${id}`, { token }) },
]

describe.each(deletions)('a user deleted in the $style style', ({ style, remove }) => {
  let user: User
  let session: { access_token: string; refresh_token: string }

  beforeAll(async () => {
    user = await service.makeUser({ username: `gone-${style}`, email: `gone-${style}@example.com`, role: 'manager' })
    session = await service.login(user.username)
    expect((await remove(user.id)).status).toBe(200)
  })

  it.each<[string, string, object?]>([
    ['GET', '/users:get?id='],
    ['POST', '/users:update?id=', { email: 'undead@example.com' }],
    ['POST', '/users:update?id=', { action: 'revoke_sessions' }],
    ['POST', '/users:update?id=', { action: 'unlock' }],
    ['POST', '/users:update?id=', { action: 'reset_password', new_password: 'a good new one' }],
    ['POST', '/users:destroy?id='],
    ['GET', '/users/'],
    ['PATCH', '/users/', { status: 'active' }],
    ['PATCH', '/users/', { fullName: 'Undead' }],
    ['DELETE', '/users/'],
  ])('is not there for %s %s… %j', async (method, path, json) => {
    const code = path.startsWith('/users:') ? { error_code: 'USER_NOT_FOUND' } : { details: { code: 'USER_001' } }
    for (const id of [user.id, toUlid(user.id)])
      expect(await service.call(method, path + id, { token, ...(json && { json }) })).toMatchObject({
        status: 404,
        body: code,
      })
  })

  it('is in no list and no count, but for the list of deleted users', async () => {
    const search = `search=gone-${style}`
    expect((await service.call('GET', `/users:list?${search}`, { token })).body.users).toEqual([])
    expect((await service.call('GET', `/users?${search}`, { token })).body.pagination.total).toBe(0)
    const living = await service.knex('users').whereNull('deleted_at').count('* as n').first()
    const { totalUsers } = (await service.call('GET', '/users/stats', { token })).body.data
    expect(totalUsers).toBe(Number(living?.n))
    const deleted = await service.call('GET', `/users?status=deleted&${search}`, { token })
    expect(deleted.body).toMatchObject({ data: [{ id: user.id, status: 'deleted' }], pagination: { total: 1 } })
  })

  it('has no session and no way to log in', async () => {
    expect(await service.call('GET', '/auth:me', { token: session.access_token })).toMatchObject({
      status: 401,
      body: { error_code: 'TOKEN_REVOKED' },
    })
    expect(await service.call('GET', '/auth/profile', { token: session.access_token })).toMatchObject({
      status: 401,
      body: { details: { code: 'AUTH_003' } },
    })
    expect(
      await service.call('POST', '/auth:refresh', { json: { refresh_token: session.refresh_token } }),
    ).toMatchObject({ status: 401, body: { error_code: 'INVALID_REFRESH_TOKEN' } })
    for (const name of [user.username, user.email]) await expect(service.login(name)).rejects.toThrow('401')
  })

  it('leaves no password hash and no session in the tables', async () => {
    const row = await service.knex('users').where({ id: user.id }).first('status', 'password_hash', 'deleted_at')
    expect(row).toEqual({ status: 'deleted', password_hash: null, deleted_at: expect.any(Date) })
    expect(await service.knex('sessions').where({ user_id: user.id })).toEqual([])
  })
})

describe('the username and email of a deleted user', () => {
  it('are free again at once, over and over, in both styles', async () => {
    const draft = { username: 'Phoenix', email: 'Phoenix@example.com', password, role: 'user' }
    const ids: string[] = []
    for (const [n, { remove }] of [...deletions, ...deletions].entries()) {
      const reply = await service.call('POST', n < 2 ? '/users:create' : '/users', { token, json: draft })
      expect(reply.status).toBe(201)
      ids.push((reply.body.user ?? reply.body.data).id)
      await remove((await service.store.users.findCredentials('phoenix'))?.user.id as string)
    }
    expect(new Set(ids).size).toBe(4)
    const deleted = await service.call('GET', '/users?status=deleted&search=phoenix', { token })
    expect(deleted.body.pagination.total).toBe(4)
  })

  it('can be taken by somebody who is there already', async () => {
    const [old, young] = [await service.makeUser({ email: 'handed.over@example.com' }), await service.makeUser()]
    const change = () =>
      service.call('PATCH', `/users/${young.id}`, { token, json: { email: 'Handed.Over@example.com' } })
    expect((await change()).status).toBe(409)
    await service.call('POST', `/users:destroy?id=${old.id}`, { token })
    expect(await change()).toMatchObject({ status: 200, body: { data: { email: 'Handed.Over@example.com' } } })
  })
})
