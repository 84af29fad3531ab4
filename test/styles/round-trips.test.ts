import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'

/**
 * How often each operation waits for the database. A round trip costs what a hundred lines of ours
 * do, on both sides.
 */
let service: Service
let token: string
let refresh: string
let id: string
let made = 0

beforeAll(async () => {
  service = await startService()
  ;({ token, refresh } = await service.as('admin', { username: 'caller' }))
  ;({ id } = await service.makeUser())
  // The first use of a token notes that it has arrived.
  await service.call('GET', '/auth:me', { token })
})
afterAll(() => service.close())

/** What is sent in each round trip while the request is answered. */
async function tripsOf(method: string, path: string, json?: object, bearer: string | undefined = token) {
  const trips: string[][] = []
  const stop = service.sql.observe((steps) => trips.push(steps.map(({ text }) => text)))
  // By `service.call` the checks of the answer would ask too.
  const reply = await fetch(service.url + path, {
    method,
    headers: { ...(bearer && { authorization: `Bearer ${bearer}` }), 'content-type': 'application/json' },
    ...(json && { body: JSON.stringify(json) }),
  })
  expect(reply.status, await reply.text()).toBeLessThan(300)
  stop()
  return trips
}

const role = () => (++made % 2 ? 'guest' : 'moderator')
const draft = () => ({ username: `made-${++made}`, email: `made-${made}@example.com`, password, role: 'user' })

describe('a request that reads asks once', () => {
  it.each([
    ['GET', () => `/users/${id}`],
    ['GET', () => `/users:get?id=${id}`],
    ['GET', () => `/users:sessions?id=${id}`],
    ['GET', () => '/users?limit=20'],
    ['GET', () => '/users?role=user&status=active&sortBy=username&sortOrder=ASC'],
    ['GET', () => `/users?after=${id}`],
    ['GET', () => '/users:list'],
    ['GET', () => '/users/stats'],
    ['GET', () => '/auth/profile'],
    ['GET', () => '/auth:me'],
  ])('%s %s', async (method, path) => {
    expect(await tripsOf(method, path())).toHaveLength(1)
  })
})

describe('a search asks no more than twice', () => {
  it.each([
    ['GET', '/users:list?search=person'],
    ['GET', '/users?search=person'],
  ])('after the look at who calls: %s %s', async (method, path) => {
    const trips = await tripsOf(method, path)
    expect(trips.length).toBeLessThanOrEqual(3)
    expect(trips[0]?.join()).toContain('"sessions"')
  })
})

describe('a request that writes asks once, and writes once', () => {
  it.each<[string, () => string, () => object | undefined]>([
    ['PATCH', () => `/users/${id}`, () => ({ role: role() })],
    ['PATCH', () => `/users/${id}`, () => ({ fullName: `Name ${++made}` })],
    ['PATCH', () => `/users/${id}`, () => ({ status: made++ % 2 ? 'active' : 'inactive' })],
    ['POST', () => `/users:update?id=${id}`, () => ({ role: role() })],
    ['POST', () => `/users:update?id=${id}`, () => ({ action: 'revoke_sessions' })],
    ['POST', () => `/users:update?id=${id}`, () => ({ action: 'unlock' })],
    ['POST', () => `/users/${id}/unlock`, () => undefined],
    ['POST', () => `/users:update?id=${id}`, () => ({ action: 'reset_password', new_password: password })],
    ['POST', () => '/users', draft],
    ['POST', () => '/users:create', draft],
    ['PATCH', () => '/auth/profile', () => ({ fullName: `Own ${++made}` })],
  ])('%s %s', async (method, path, json) => {
    const trips = await tripsOf(method, path(), json())
    expect(trips).toHaveLength(2)
    expect(trips[1]?.join()).toContain('refuse_unless')
  })

  it.each([
    ['POST', (gone: string) => `/users:destroy?id=${gone}`],
    ['DELETE', (gone: string) => `/users/${gone}`],
  ])('%s %s', async (method, path) => {
    const { id: gone } = await service.makeUser()
    expect(await tripsOf(method, path(gone))).toHaveLength(2)
  })

  it('a change that changes nothing is not written', async () => {
    const { id } = await service.makeUser({ fullName: 'Same' })
    expect(await tripsOf('PATCH', `/users/${id}`, { fullName: 'Same' })).toHaveLength(1)
  })
})

describe('a session', () => {
  it('is begun in six: beside the hash they are nothing', async () => {
    expect(await tripsOf('POST', '/auth:login', { username: 'caller', password }, '')).toHaveLength(6)
  })

  it('is refreshed in four', async () => {
    expect(await tripsOf('POST', '/auth:refresh', { refresh_token: refresh }, '')).toHaveLength(4)
  })
})
