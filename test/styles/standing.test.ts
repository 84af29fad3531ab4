import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service, startService } from '../support/service.ts'

let service: Service
let root: string

beforeAll(async () => {
  service = await startService()
  root = (await service.as('super_admin')).token
})
afterAll(() => service.close())

const changes = [
  {
    style: 'RPC',
    setRole: (id: string, role: string) =>
      service.call('POST', `/users:update?id=${id}`, { token: root, json: { role } }),
  },
  {
    style: 'REST',
    setRole: (id: string, role: string) => service.call('PATCH', `/users/${id}`, { token: root, json: { role } }),
  },
]
const setStatus = (id: string, status: string) =>
  service.call('PATCH', `/users/${id}`, { token: root, json: { status } })

describe.each(changes)('a role changed in the $style style', ({ setRole }) => {
  it('is in force at the very next request of a token that is already out', async () => {
    const { user, token } = await service.as('user')
    const asked = async () => [
      (await service.call('GET', '/users:list', { token })).status,
      (await service.call('GET', '/users', { token })).status,
      (await service.call('DELETE', '/users/nobody', { token })).status,
    ]
    expect(await asked()).toEqual([403, 403, 403])
    await setRole(user.id, 'manager')
    expect(await asked()).toEqual([403, 200, 403])
    await setRole(user.id, 'admin')
    expect(await asked()).toEqual([200, 200, 404])
    await setRole(user.id, 'guest')
    expect(await asked()).toEqual([403, 403, 403])
    expect((await service.call('GET', '/auth:me', { token })).body.user.role).toBe('guest')
  })

  it('decides at once whom the user may touch', async () => {
    const { user, token } = await service.as('admin')
    const target = await service.makeUser({ role: 'admin' })
    const touch = async () =>
      (await service.call('PATCH', `/users/${target.id}`, { token, json: { fullName: 'Touched' } })).status
    expect(await touch()).toBe(200)
    await setRole(user.id, 'manager')
    expect(await touch()).toBe(403)
    await setRole(user.id, 'super_admin')
    expect(await touch()).toBe(200)
  })
})

describe.each(['inactive', 'suspended', 'pending', 'banned'])('a user who becomes %s', (status) => {
  it('has lost access and refresh in both styles at once, and cannot log in', async () => {
    const { user, token, refresh } = await service.as('user')
    expect((await setStatus(user.id, status)).status).toBe(200)
    expect(await service.call('GET', '/auth:me', { token })).toMatchObject({
      status: 401,
      body: { error_code: 'TOKEN_REVOKED' },
    })
    expect(await service.call('GET', '/auth/profile', { token })).toMatchObject({
      status: 401,
      body: { details: { code: 'AUTH_003' } },
    })
    expect(await service.call('POST', '/auth:refresh', { json: { refresh_token: refresh } })).toMatchObject({
      status: 401,
      body: { error_code: 'INVALID_REFRESH_TOKEN' },
    })
    expect(await service.call('POST', '/auth/refresh', { json: { refreshToken: refresh } })).toMatchObject({
      status: 401,
      body: { details: { code: 'AUTH_003' } },
    })
    await expect(service.login(user.username)).rejects.toThrow('INVALID_CREDENTIALS')
  })

  it('logs in again once active, but its old tokens stay dead', async () => {
    const { user, token, refresh } = await service.as('user')
    await setStatus(user.id, status)
    expect((await setStatus(user.id, 'active')).status).toBe(200)
    expect((await service.call('GET', '/auth:me', { token })).status).toBe(401)
    expect((await service.call('POST', '/auth:refresh', { json: { refresh_token: refresh } })).status).toBe(401)
    const again = await service.login(user.username)
    expect((await service.call('GET', '/auth:me', { token: again.access_token })).status).toBe(200)
  })

  it('can still be seen, changed and deleted by administrators', async () => {
    const { id } = await service.makeUser()
    await setStatus(id, status)
    expect(await service.call('GET', `/users/${id}`, { token: root })).toMatchObject({ body: { data: { status } } })
    expect((await service.call('GET', `/users:get?id=${id}`, { token: root })).status).toBe(200)
    expect((await changes[0]?.setRole(id, 'guest'))?.status).toBe(200)
    expect((await service.call('POST', `/users:destroy?id=${id}`, { token: root })).status).toBe(200)
  })
})

describe('a status that stays active', () => {
  it('ends no session', async () => {
    const { user, token } = await service.as('user')
    await service.call('PATCH', `/users/${user.id}`, {
      token: root,
      json: { status: 'active', fullName: 'Still Here', role: 'guest' },
    })
    expect((await service.call('GET', '/auth:me', { token })).status).toBe(200)
  })
})
