import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'
import { clientsOf, everythingStored, refusals, type StyleClient, type StyleName, spellings } from './styles.ts'

let service: Service
let admin: string
let clients: Record<StyleName, StyleClient>

beforeAll(async () => {
  service = await startService()
  admin = (await service.as('admin')).token
  clients = clientsOf(service)
})
afterAll(() => service.close())

const sessionsOf = async (id: string) => service.knex('sessions').where({ user_id: id })
type Person = Awaited<ReturnType<Service['as']>>

/** Everything that ends the sessions of a user. */
const ends: [string, (person: Person) => ReturnType<Service['call']>][] = [
  ...['suspended', 'banned', 'inactive', 'pending'].map((status): (typeof ends)[number] => [
    `the status ${status}`,
    ({ user }) => service.call('PATCH', `/users/${user.id}`, { token: admin, json: { status } }),
  ]),
  ['deletion by REST', ({ user }) => service.call('DELETE', `/users/${user.id}`, { token: admin })],
  ['deletion by RPC', ({ user }) => service.call('POST', `/users:destroy?id=${user.id}`, { token: admin })],
  [
    'a reset password',
    ({ user }) =>
      service.call('POST', `/users:update?id=${user.id}`, {
        token: admin,
        json: { action: 'reset_password', new_password: 'another horse battery' },
      }),
  ],
  [
    'revoke_sessions',
    ({ user }) =>
      service.call('POST', `/users:update?id=${user.id}`, { token: admin, json: { action: 'revoke_sessions' } }),
  ],
  [
    'a password changed by RPC',
    ({ token }) =>
      service.call('POST', '/auth:me', { token, json: { old_password: password, password: 'another horse battery' } }),
  ],
  [
    'a password changed by REST',
    ({ token }) => {
      const next = { newPassword: 'another horse battery', confirmPassword: 'another horse battery' }
      return service.call('POST', '/auth/change-password', { token, json: { currentPassword: password, ...next } })
    },
  ],
  [
    'logout by RPC',
    ({ token, refresh }) => service.call('POST', '/auth:logout', { token, json: { refresh_token: refresh } }),
  ],
  ['logout by REST', ({ token }) => service.call('POST', '/auth/logout', { token })],
]

describe('a session that has ended', () => {
  it.each(ends)('by %s gives no new tokens in either style, and its access token is dead', async (_, end) => {
    const person = await service.as('user')
    const { refresh: newest, access } = await clients.RPC.refresh(person.refresh)
    expect((await end({ ...person, token: access, refresh: newest })).status).toBe(200)
    for (const style of ['RPC', 'REST'] as const) {
      for (const token of [person.refresh, newest])
        expect(await clients[style].refresh(token)).toMatchObject({ status: 401, code: refusals[style].unknown })
      expect(await clients[style].whoami(access)).toEqual({
        status: 401,
        code: style === 'RPC' ? 'TOKEN_REVOKED' : 'AUTH_003',
      })
    }
    expect(await sessionsOf(person.user.id)).toEqual([])
  })

  it('does not come back when the user becomes active again', async () => {
    const { user, token, refresh } = await service.as('user')
    for (const status of ['suspended', 'active'])
      await service.call('PATCH', `/users/${user.id}`, { token: admin, json: { status } })
    expect((await clients.REST.whoami(token)).status).toBe(401)
    expect((await clients.REST.refresh(refresh)).status).toBe(401)
    expect((await clients.REST.login(user.username, password)).status).toBe(200)
  })
})

describe('sessions', () => {
  it('are the same thing in both styles: tokens of one are refreshed by the other, also in a race', async () => {
    const { user } = await service.as('user')
    const { refresh: first } = await clients.REST.login(user.username, password)
    const second = await clients.RPC.refresh(first)
    const third = await clients.REST.refresh(second.refresh)
    expect((await clients.RPC.whoami(third.access)).status).toBe(200)
    const race = await Promise.all([clients.RPC.refresh(third.refresh), clients.REST.refresh(third.refresh)])
    expect(race.map(({ status }) => status)).toEqual([200, 200])
    expect(race[0]?.refresh).toBe(race[1]?.refresh)
  })

  it('of one user are independent of each other', async () => {
    const one = await service.as('user')
    const other = await service.login(one.user.username)
    const second = await clients.RPC.refresh(one.refresh)
    await clients.RPC.refresh(second.refresh)
    service.clock.advance(11)
    expect((await clients.RPC.refresh(one.refresh)).code).toBe('REFRESH_TOKEN_REUSED')
    expect((await clients.RPC.whoami(other.access_token)).status).toBe(200)
    expect((await clients.RPC.refresh(other.refresh_token)).status).toBe(200)
  })

  it('never outlive a revocation that races with refreshes', async () => {
    const { user } = await service.as('user')
    for (let round = 0; round < 15; round++) {
      const { refresh_token } = await service.login(user.username)
      const revoke = service.call('POST', `/users:update?id=${user.id}`, {
        token: admin,
        json: { action: 'revoke_sessions' },
      })
      const racers = await Promise.all([1, 2, 3, 4].map(() => clients.RPC.refresh(refresh_token)))
      expect((await revoke).status).toBe(200)
      expect(await sessionsOf(user.id)).toEqual([])
      for (const { status, access, refresh } of racers) {
        expect([200, 401]).toContain(status)
        if (status === 200) {
          expect((await clients.RPC.whoami(access)).status).toBe(401)
          expect((await clients.RPC.refresh(refresh)).status).toBe(401)
        }
      }
    }
  })

  it('are not opened with the old password by a login that races with a reset', async () => {
    for (let round = 0; round < 15; round++) {
      const { user } = await service.as('user')
      const reset = service.call('POST', `/users:update?id=${user.id}`, {
        token: admin,
        json: { action: 'reset_password', new_password: 'another horse battery' },
      })
      await Promise.all([1, 2, 3].map(() => clients.RPC.login(user.username, password)))
      expect((await reset).status).toBe(200)
      expect(await sessionsOf(user.id)).toEqual([])
    }
  })

  it('that expired go at later logins, whoever they belonged to', async () => {
    const { user } = await service.as('user')
    for (let count = 0; count < 25; count++) await service.login(user.username)
    service.clock.advance(2 * 604_800 + 60)
    const someone = await service.as('user')
    for (let count = 0; count < 9; count++) await service.login(someone.user.username)
    const left = await service.knex('sessions').select('user_id')
    expect(left.map((row) => row.user_id)).toEqual(Array(10).fill(someone.user.id))
    expect(await service.knex('refresh_tokens').count()).toEqual([{ count: '10' }])
  })
})

describe('the database', () => {
  it('holds no token in any spelling, and of a refresh token the digest', async () => {
    const { user, token, refresh } = await service.as('user')
    const rotated = await clients.REST.refresh(refresh)
    await clients.RPC.refresh(refresh)
    await clients.RPC.whoami(rotated.access)
    const stored = await everythingStored(service)
    // The look finds what there is to find.
    expect(stored).toContain(user.username)
    for (const each of [refresh, rotated.refresh]) {
      expect(Buffer.from(each, 'base64url').length).toBeGreaterThanOrEqual(32)
      expect(stored).toContain(createHash('sha256').update(each).digest('hex'))
      for (const spelling of spellings(each)) expect(stored).not.toContain(spelling)
    }
    for (const each of [token, rotated.access])
      for (const spelling of [...spellings(each), each.split('.')[2] as string]) expect(stored).not.toContain(spelling)
  })
})
