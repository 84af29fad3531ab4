import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditEvent } from '../../src/domain/audit/event.ts'
import { createIds, toUlid } from '../../src/domain/id.ts'
import { unknownDigest } from '../../src/domain/sessions/login-lock.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
type Person = Awaited<ReturnType<Service['as']>>
let admin: Person
let person: Person

beforeAll(async () => {
  service = await startService({ loginAttempts: 2 })
  admin = await service.as('admin')
  person = await service.as('user')
})
afterAll(() => service.close())

const nextId = createIds({ now: () => new Date() })
const headers = { 'User-Agent': 'the trail', 'X-Request-Id': 'request-1' }

/** All that was sealed, by either style. */
async function trail(query = '', style: 'rpc' | 'rest' = 'rest', token = admin.token): Promise<any[]> {
  await service.seal()
  const events: any[] = []
  for (let after = 0; ; ) {
    const path = style === 'rpc' ? '/audit:list' : '/audit'
    const { status, body } = await service.call('GET', `${path}?limit=3&after=${after}${query}`, { token })
    expect(status).toBe(200)
    events.push(...(style === 'rpc' ? body.events : body.data))
    const next = style === 'rpc' ? body.next_cursor : body.pagination.nextCursor
    if (next === null) return events
    expect(next).toBe(events.at(-1).number)
    after = next
  }
}

const newest = async (...given: Parameters<typeof trail>) => (await trail(...given)).at(-1)

describe('the audit trail', () => {
  it('has who did what to whom, with which credential, from where, and what changed', async () => {
    const { token, user } = admin
    await service.call('PATCH', `/users/${person.user.id}`, { token, headers, json: { role: 'guest' } })
    const event = await newest()
    const { sid } = JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString())
    expect(event).toEqual({
      number: expect.any(Number),
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      action: 'user_changed',
      actorId: user.id,
      credential: { kind: 'session', id: sid },
      targetId: person.user.id,
      sessionId: null,
      changes: [{ field: 'role', from: 'user', to: 'guest' }],
      details: null,
      address: '127.0.0.1',
      userAgent: 'the trail',
      requestId: 'request-1',
    })
    expect(await newest('', 'rpc')).toEqual({
      number: event.number,
      at: event.at,
      action: 'user_changed',
      actor_id: toUlid(user.id),
      credential: { kind: 'session', id: toUlid(sid) },
      target_id: toUlid(person.user.id),
      session_id: null,
      changes: [{ field: 'role', from: 'user', to: 'guest' }],
      details: null,
      address: '127.0.0.1',
      user_agent: 'the trail',
      request_id: 'request-1',
    })
  })

  it('has what a user was made with, but no secret', async () => {
    const json = { username: 'made', email: 'made@example.com', password, role: 'user', can_write: false }
    await service.call('POST', '/users:create', { token: admin.token, json })
    const { changes, target_id } = await newest('', 'rpc')
    expect(target_id).toMatch(/^[0-9A-Z]{26}$/)
    const values = { username: 'made', email: 'made@example.com', full_name: '', role: 'user', status: 'active' }
    const made = { ...values, can_write: false, must_change_password: false }
    expect(Object.fromEntries(changes.map(({ field, to }: any) => [field, to]))).toEqual(made)
    expect(changes.map(({ from }: any) => from)).toEqual(changes.map(() => null))
  })

  it('has of a name that nobody has a digest alone', async () => {
    const typed = 'my secret password'
    await service.call('POST', '/auth:login', { json: { username: typed, password: 'wrong' } })
    const event = await newest()
    expect(event).toMatchObject({
      action: 'login_failed',
      actorId: null,
      targetId: null,
      credential: { kind: 'none', id: null },
    })
    expect(event.details).toEqual({ locked: false, nameDigest: expect.stringMatching(/^[0-9a-f]{64}$/) })
    // A plain digest of a password is soon guessed.
    expect(event.details.nameDigest).not.toBe(unknownDigest(typed).toString('hex'))
    expect((await newest('', 'rpc')).details).toEqual({ locked: false, name_digest: event.details.nameDigest })
    const { rows } = await service.knex.raw('select e::text as row from audit_events e')
    for (const { row } of rows) for (const secret of [typed, password]) expect(row).not.toContain(secret)
  })

  it('says whether a failure locks, a password has to be changed, and which key follows', async () => {
    const { user } = await service.as('user')
    for (let n = 0; n < 2; n++)
      await service.call('POST', '/auth:login', { json: { username: user.username, password: 'wrong' } })
    expect((await newest()).details).toEqual({ locked: true })
    expect((await newest('', 'rpc')).details).toEqual({ locked: true })
    const json = { newPassword: 'another horse battery', mustChange: true }
    await service.call('POST', `/users/${user.id}/reset-password`, { token: admin.token, json })
    const reset = '&action=password_reset'
    expect((await newest(reset)).details).toEqual({ mustChange: true })
    expect((await newest(reset, 'rpc')).details).toEqual({ must_change: true })
    const kid = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'
    const by = { requestId: 'request-2', address: '', userAgent: 'npm run keys', operator: true } as const
    const context = { ...by, at: service.clock.now(), callerId: null }
    await service.store.audit.insert([auditEvent(nextId(), { event: 'key_rotated', kid }, by, context)])
    for (const style of ['rest', 'rpc'] as const)
      expect(await newest('', style)).toMatchObject({ credential: { kind: 'operator' }, details: { kid } })
  })

  it('has each event once, numbered without a gap, in either style', async () => {
    const all = await trail()
    expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => index + 1))
    expect((await trail('', 'rpc')).map(({ number }) => number)).toEqual(all.map(({ number }) => number))
  })

  it('is filtered by actor, target, action and time, together', async () => {
    const all = await trail()
    const id = admin.user.id
    const by: [string, (event: any) => boolean][] = [
      [`actor=${id}`, ({ actorId }) => actorId === id],
      [`target=${person.user.id}`, ({ targetId }) => targetId === person.user.id],
      ['action=session_started', ({ action }) => action === 'session_started'],
      [`actor=${toUlid(id)}&action=user_created`, ({ actorId, action }) => actorId === id && action === 'user_created'],
      [`target=${id}&actor=${id}`, () => false],
    ]
    for (const [query, matches] of by)
      for (const style of ['rpc', 'rest'] as const)
        expect((await trail(`&${query}`, style)).map(({ number }) => number)).toEqual(
          all.filter(matches).map(({ number }) => number),
        )
  })

  it('shows nothing before it is sealed, and never anything behind what was shown', async () => {
    const before = await trail()
    await service.login(person.user.username)
    const { body } = await service.call('GET', `/audit?after=${before.length}`, { token: admin.token })
    expect(body).toEqual({ success: true, data: [], pagination: { limit: 20, nextCursor: null } })
    expect((await trail()).length).toBe(before.length + 1)
  })

  it('is for administrators', async () => {
    for (const role of ['manager', 'user', 'guest'] as const) {
      const { token } = await service.as(role)
      for (const path of ['/audit', '/audit:list'])
        expect((await service.call('GET', path, { token })).status).toBe(403)
    }
    const { token } = await service.as('super_admin')
    expect((await trail('', 'rpc', token)).length).toBeGreaterThan(5)
  })
})

describe('a time', () => {
  it('is that of the events, also of those that were sealed late', async () => {
    const begin = Math.ceil(service.clock.now().getTime() / 1000) + 1000
    const moment = (seconds: number) => new Date((begin + seconds) * 1000).toISOString().replace('.000', '')
    const at = async (seconds: number) => {
      service.clock.advance(begin + seconds - service.clock.now().getTime() / 1000)
      const { token } = await service.as('user')
      await service.call('PATCH', '/auth/profile', { token, json: { fullName: String(seconds) } })
      return seconds
    }
    // Each in a root of its own; the clock goes back in between, as that of another process may.
    const order: number[] = []
    for (const seconds of [0, 100, 200, 5, 201, 150, 300, 400]) {
      order.push(await at(seconds))
      await service.seal()
    }
    for (const [from, to] of [
      [0, 1],
      [0, 100],
      [5, 151],
      [100, 101],
      [150, 200],
      [200, 302],
      [301, 500],
      [1000, 2000],
    ] as const) {
      const found = await trail(`&action=user_changed&from=${moment(from)}&to=${moment(to)}`)
      expect(found.map(({ changes }) => Number(changes[0].to))).toEqual(
        order.filter((seconds) => seconds >= from && seconds < to),
      )
    }
    expect(await trail(`&action=user_changed&from=${moment(300)}`)).toHaveLength(2)
  })
})
