import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase, open } from '../support/database.ts'
import { type Service, startService } from '../support/service.ts'
import { clientsOf, type StyleClient, type StyleName } from './styles.ts'

const minute = 60
const hour = 3600

let service: Service
let clients: Record<StyleName, StyleClient>

beforeAll(async () => {
  service = await startService({
    accessTokenTtl: 20 * hour,
    sessionIdleSeconds: hour,
    sessionMaxSeconds: 10 * hour,
    sessionsPerUser: 3,
  })
  clients = clientsOf(service)
})
afterAll(() => service.close())

const usedAt = async (userId: string) => (await service.store.sessions.listOf(userId))[0]?.lastUsedAt

describe.each<StyleName>(['RPC', 'REST'])('a session, in the %s style', (style) => {
  const whoami = (token: string) => clients[style].whoami(token)
  const refresh = (token: string) => clients[style].refresh(token)
  const revoked = { status: 401, code: style === 'RPC' ? 'TOKEN_REVOKED' : 'AUTH_003' }

  it('ends when it was not used for so long', async () => {
    const { token, refresh: refreshToken } = await service.as('user')
    service.clock.advance(hour - 5)
    expect((await whoami(token)).status).toBe(200)
    service.clock.advance(hour + 1)
    expect(await whoami(token)).toEqual(revoked)
    expect((await refresh(refreshToken)).status).toBe(401)
  })

  it('is used by a refresh too', async () => {
    const one = await service.as('user')
    service.clock.advance(hour - 1)
    const next = await refresh(one.refresh)
    service.clock.advance(hour - 1)
    expect((await whoami(next.access)).status).toBe(200)
  })

  it('ends so long after its login, however much it is used', async () => {
    const { token, refresh: refreshToken } = await service.as('user')
    for (let n = 0; n < 20; n++) {
      service.clock.advance(30 * minute - 1)
      expect((await whoami(token)).status).toBe(200)
    }
    service.clock.advance(20)
    expect(await whoami(token)).toEqual(revoked)
    const refused = await refresh(refreshToken)
    expect(refused).toMatchObject({ status: 401, code: style === 'RPC' ? 'REFRESH_TOKEN_EXPIRED' : 'AUTH_003' })
  })

  it('is not used again by whoever may still end it', async () => {
    const { token, refresh: refreshToken } = await service.as('user')
    service.clock.advance(hour + 1)
    const json = { refresh_token: 'of no session' }
    await service.call('POST', '/auth:logout', { token, json })
    expect((await whoami(token)).status).toBe(401)
    expect((await refresh(refreshToken)).status).toBe(401)
  })

  it('is no longer listed then', async () => {
    const { user } = await service.as('user')
    service.clock.advance(hour + 1)
    const { access_token: token } = await service.login(user.username)
    const { body } = await service.call('GET', style === 'RPC' ? '/auth:sessions' : '/auth/sessions', { token })
    expect(body.sessions ?? body.data).toHaveLength(1)
  })

  it('of more than there may be, the one used longest ago ends', async () => {
    const { user, token: first } = await service.as('user')
    const tokens = [first]
    for (let n = 0; n < 2; n++) {
      service.clock.advance(2 * minute)
      tokens.push((await service.login(user.username)).access_token)
    }
    service.clock.advance(2 * minute)
    await refresh((await service.login(user.username)).refresh_token)
    const standing = await Promise.all(tokens.map(async (token) => (await whoami(token)).status))
    expect(standing).toEqual([401, 200, 200])
    expect(await service.store.sessions.listOf(user.id)).toHaveLength(3)
    expect(service.logged.filter(({ event, userId }) => event === 'session_ended' && userId === user.id)).toHaveLength(
      1,
    )
  })
})

describe('the last use', () => {
  it('is stored to the minute, by one statement for many requests', async () => {
    const { user, token } = await service.as('user')
    const login = await usedAt(user.id)
    let writes = 0
    service.sql.observe((steps) => {
      writes += steps.filter(({ text }) => text.includes('last_used_at = used.at')).length
    })
    for (let n = 0; n < 20; n++) await clients.RPC.whoami(token)
    expect(await usedAt(user.id)).toEqual(login)
    service.clock.advance(2 * minute)
    for (let n = 0; n < 20; n++) await clients.RPC.whoami(token)
    // At once, or with others a few seconds later; the list knows it in any case.
    expect(writes).toBeLessThanOrEqual(1)
    const { body } = await service.call('GET', '/auth:sessions', { token })
    expect(Date.parse(body.sessions[0].last_used_at) - (login?.getTime() ?? 0)).toBeGreaterThanOrEqual(119_000)
  })

  it('that is not stored yet is stored at the stop', async () => {
    const home = await freshDatabase()
    const own = await startService({ connection: home.connection })
    const people = [await own.as('user'), await own.as('user')]
    own.clock.advance(2 * minute)
    // The first is stored at once, the second would be some seconds later.
    for (const { token } of people) expect((await own.call('GET', '/auth:me', { token })).status).toBe(200)
    await own.close()
    const { store, close } = open(home.connection)
    for (const { user } of people) {
      const [session] = await store.sessions.listOf(user.id)
      expect(Number(session?.lastUsedAt) - Number(session?.createdAt)).toBeGreaterThanOrEqual(119_000)
    }
    await close()
    await home.close()
  })

  it('never brings back a session that has ended', async () => {
    const { user, token } = await service.as('user')
    const [session] = await service.store.sessions.listOf(user.id)
    await service.call('POST', '/auth:revoke', { token, json: { all: true } })
    await service.store.sessions.noteUses([{ id: session?.id ?? '', at: service.clock.now() }])
    expect(await service.store.sessions.listOf(user.id)).toEqual([])
  })

  it('never goes back', async () => {
    const { user } = await service.as('user')
    const [session] = await service.store.sessions.listOf(user.id)
    await service.store.sessions.noteUses([{ id: session?.id ?? '', at: new Date(0) }])
    expect(await usedAt(user.id)).toEqual(session?.lastUsedAt)
  })
})

it('of a user with more sessions than a list may have, those are listed that were used last', async () => {
  const { user, token } = await service.as('admin')
  await service.knex.raw(
    `insert into sessions (id, user_id, created_at, last_used_at, expires_at)
     select gen_random_uuid(), ?, ?::timestamptz, ?::timestamptz - interval '1 minute', now() + interval '1 day'
     from generate_series(1, 1200)`,
    [user.id, service.clock.now(), service.clock.now()],
  )
  for (const path of ['/auth:sessions', '/auth/sessions', `/users:sessions?id=${user.id}`]) {
    const { status, body } = await service.call('GET', path, { token })
    const listed = body.sessions ?? body.data
    expect([status, listed.length, listed[0].current]).toEqual([200, 1000, true])
  }
})

it('a user agent is stored cut, and without what breaks a page', async () => {
  const { username, id } = await service.makeUser()
  const headers = { 'User-Agent': `a\tb${'x'.repeat(300)}` }
  const json = { username, password: 'correct horse battery' }
  await service.call('POST', '/auth:login', { json, headers })
  const [session] = await service.store.sessions.listOf(id)
  expect(session?.userAgent).toBe(`a\u{fffd}b${'x'.repeat(197)}`)
})
