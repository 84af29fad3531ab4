import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startBehindProxy } from '../sessions/login-failures.ts'
import type { StyleName } from '../sessions/styles.ts'
import { outcome } from '../support/outcome.ts'
import { password, type Service } from '../support/service.ts'

type World = Awaited<ReturnType<typeof startBehindProxy>>
let service: Service
let clients: World['clients']
let from: World['from']
let failTimes: World['failTimes']
let token: string

beforeAll(async () => {
  ;({ service, clients, from, failTimes } = await startBehindProxy({ loginCeiling: 12, rateLimitPerMinute: 0 }))
})
beforeEach(async () => {
  ;({ token } = await service.as('super_admin'))
})
afterAll(() => service.close())

const styles = {
  RPC: {
    unlock: (id: string, token: string) =>
      service.call('POST', `/users:update?id=${id}`, { token, json: { action: 'unlock' } }),
    lockedUntil: async (id: string) =>
      (await service.call('GET', `/users:sessions?id=${id}`, { token })).body.locked_until,
  },
  REST: {
    unlock: (id: string, token: string) => service.call('POST', `/users/${id}/unlock`, { token }),
    lockedUntil: async (id: string) =>
      (await service.call('GET', `/users/${id}`, { token })).body.data.lockedUntil ?? null,
  },
}

/** Seconds until then. */
const left = (time: string) => Math.round((Date.parse(time) - service.clock.now().getTime()) / 60_000) * 60

describe.each<StyleName>(['RPC', 'REST'])('a lock, in the %s style', (style) => {
  const { unlock, lockedUntil } = styles[style]

  it('is shown until its end: the latest of all', async () => {
    const { id, username } = await service.makeUser()
    const [one, other] = [from(), from()]
    await failTimes(4, username, one)
    expect(await lockedUntil(id)).toBeNull()
    await failTimes(1, username, one)
    expect(left(await lockedUntil(id))).toBe(900)
    service.clock.advance(600)
    await failTimes(5, username, other)
    expect(left(await lockedUntil(id))).toBe(900)
    service.clock.advance(901)
    expect(await lockedUntil(id)).toBeNull()
  })

  it('of the ceiling is shown until it is forgotten', async () => {
    const { id, username } = await service.makeUser()
    for (let n = 0; n < 12; n++) await failTimes(1, username, from())
    expect(left(await lockedUntil(id))).toBe(86_400)
    await clients[style].login(username, password, from())
    expect(await lockedUntil(id)).toBeNull()
  })

  it('is lifted everywhere by an administrator, as often as asked', async () => {
    const { token: admin } = await service.as('admin')
    const { id, username } = await service.makeUser({ role: 'admin' })
    const places = [from(), from(), from()]
    for (const place of places) await failTimes(5, username, place)
    expect((await clients[style].login(username, password, places[0])).status).toBe(429)
    for (const _ of [1, 2]) expect((await unlock(id, admin)).status).toBe(200)
    expect(await lockedUntil(id)).toBeNull()
    for (const place of places) expect((await clients[style].login(username, password, place)).status).toBe(200)
  })

  it('that grew begins anew once it was lifted', async () => {
    const { id, username } = await service.makeUser()
    const there = from()
    await failTimes(5, username, there)
    service.clock.advance(901)
    await failTimes(1, username, there)
    expect((await unlock(id, token)).status).toBe(200)
    expect(await failTimes(6, username, there)).toEqual([401, 401, 401, 401, 401, 429])
  })

  it('is lifted by nobody for themselves, for somebody above, or without the role', async () => {
    const admin = await service.as('admin')
    const { id: above } = await service.makeUser({ role: 'super_admin' })
    const { id } = await service.makeUser()
    const refused = style === 'RPC' ? '403 CANNOT_MODIFY_SELF' : '403 USER_004'
    expect(outcome(await unlock(admin.user.id, admin.token))).toBe(refused)
    expect(outcome(await unlock(above, admin.token))).toBe(
      style === 'RPC' ? '403 INSUFFICIENT_PERMISSIONS' : '409 USER_008',
    )
    for (const role of ['manager', 'user', 'guest'] as const)
      expect(outcome(await unlock(id, (await service.as(role)).token))).toBe(
        style === 'RPC' ? '403 AUTHZ_ROLE_REQUIRED' : '403 AUTH_005',
      )
  })
})

it('a deletion leaves nothing of the account’s failures and prefixes', async () => {
  const { id, username } = await service.makeUser()
  const rows = async () =>
    (await service.knex('login_failures').whereNot('account', Buffer.alloc(0)).select('account')).length +
    (await service.knex('known_prefixes').select('account')).length
  const before = await rows()
  await clients.RPC.login(username, password, from())
  await failTimes(2, username, from())
  expect(await rows()).toBe(before + 3)
  expect((await service.call('DELETE', `/users/${id}`, { token })).status).toBe(200)
  expect(await rows()).toBe(before)
})
