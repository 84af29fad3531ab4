import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import { type Service, startService } from '../support/service.ts'

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
})
afterAll(() => service.close())

const read = async (target = id) =>
  (await service.call('GET', `/users:get?id=${target}`, { token })).body.user as Record<string, unknown>

describe('GET /users:get', () => {
  it('shows a user', async () => {
    expect(await service.call('GET', `/users:get?id=${id}`, { token })).toMatchObject({
      status: 200,
      body: { user: { id, username, role: 'user', can_write: true } },
    })
  })

  it.each(['01KH58V2PV6ZAM319FBPT1BFV6', '00000000000000000000000000', 'nobody', '%00', 'x'.repeat(300)])(
    'knows nobody by the id "%s"',
    async (unknown) => {
      expect(await service.call('GET', `/users:get?id=${unknown}`, { token })).toMatchObject({
        status: 404,
        body: { error: 'user not found', error_code: 'USER_NOT_FOUND' },
      })
    },
  )

  it.each([
    ['GET', '/users:get'],
    ['POST', '/users:update'],
    ['POST', '/users:destroy'],
  ])('%s %s needs an id', async (method, path) => {
    const json = path === '/users:update' ? { json: { role: 'guest' } } : {}
    expect(await service.call(method, path, { token, ...json })).toMatchObject({
      status: 400,
      body: { error: 'id is required', error_code: 'MISSING_REQUIRED_FIELD' },
    })
  })
})

describe('POST /users:destroy', () => {
  it('deletes a user, without a body', async () => {
    const reply = await service.call('POST', `/users:destroy?id=${id}`, { token })
    expect(reply).toMatchObject({ status: 200, body: { message: 'user deleted successfully' } })
    expect(Object.keys(reply.body)).toEqual(['message'])
    expect((await service.call('GET', `/users:get?id=${id}`, { token })).status).toBe(404)
  })

  it('refuses oneself', async () => {
    expect(await service.call('POST', `/users:destroy?id=${own}`, { token })).toMatchObject({
      status: 403,
      body: { error: 'cannot delete own account via user management endpoints', error_code: 'CANNOT_MODIFY_SELF' },
    })
    expect(await read(own)).toMatchObject({ id: own })
  })
})
