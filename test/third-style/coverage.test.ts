import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readNotes } from '../../contract/coverage/record.ts'
import { reportCoverage } from '../../contract/coverage/report.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { roles } from '../../src/domain/users/user.ts'
import { withOverrides } from '../prove/fault.ts'
import { type Call, type Service, startService } from '../support/service.ts'
import { thirdStyle } from './fixture.ts'

/** Thrown by the database as soon as somebody calls. */
let trouble: Error | undefined
let fixture: Awaited<ReturnType<typeof thirdStyle>>
let service: Service
const tokens: Record<string, string> = {}

beforeAll(async () => {
  fixture = await thirdStyle()
  const find = () => Promise.reject(trouble)
  service = await startService({
    subject: fixture.subject,
    rateLimitPerMinute: 100,
    between: (store) => withOverrides(store, () => (trouble ? { sessions: { find } } : {})),
  })
  for (const role of roles) tokens[role] = (await service.as(role)).token
})
afterAll(() => service.close())

const mergePatch = { 'Content-Type': 'application/merge-patch+json', 'If-Match': '*' }
const nobody = '01941f29-7c00-7000-8000-00000000dead'

/** Every operation: a call of it that succeeds, of a user of its own. */
const operations: [name: string, call: (more?: Call, id?: string) => Promise<{ status: number }>][] = [
  ['list', (more) => service.call('GET', '/v1/users', { token: tokens.admin as string, ...more })],
  ['get', (more, id) => one('GET', more, id)],
  [
    'change',
    (more, id) =>
      one('PATCH', { json: { name: { full: 'X' } }, ...more, headers: { ...mergePatch, ...more?.headers } }, id),
  ],
  ['delete', (more, id) => one('DELETE', more, id)],
]

async function one(method: string, more: Call = {}, given?: string) {
  const id = given ?? (await service.makeUser()).id
  return service.call(method, `/v1/users/${id}`, { token: tokens.admin as string, ...more })
}
const statuses = async (calls: Promise<{ status: number }>[]) => (await Promise.all(calls)).map(({ status }) => status)
const change = (json: unknown, headers: Record<string, string> = {}, more: Call = {}, id?: string) =>
  one('PATCH', { json, headers: { ...mergePatch, ...headers }, ...more }, id)

describe('what a third style declares', () => {
  it.each(operations)('is seen of every caller: %s', async (_, call) => {
    for (const role of roles) await call({ token: tokens[role] as string })
    expect(await statuses([call({ token: '' }), call({ token: 'no.such.token' })])).toEqual([401, 401])
  })

  it.each(operations)('is seen of headers and queries: %s', async (name, call) => {
    for (const headers of [
      { 'Accept-Language': 'zh' },
      { 'Accept-Language': 'fr' },
      { 'X-Request-Id': 'mine' },
      { 'X-Request-Id': 'a b' },
    ])
      await call({ headers })
    const path = name === 'list' ? '/v1/users?x=1' : `/v1/users/${nobody}?x=1`
    const method = { list: 'GET', get: 'GET', change: 'PATCH', delete: 'DELETE' }[name] as string
    const sent = method === 'PATCH' ? { json: { name: {} }, headers: mergePatch } : {}
    expect((await service.call(method, path, { token: tokens.admin as string, ...sent })).status).toBe(400)
  })

  it('is seen of ids', async () => {
    for (const [, call] of operations.slice(1))
      expect(await statuses([call({}, 'none'), call({}, nobody)])).toEqual([404, 404])
  })

  it('is seen of the list', async () => {
    const list = (query: string) => service.call('GET', `/v1/users?${query}`, { token: tokens.manager as string })
    expect(await statuses(['limit=2', `after=${nobody}`, 'status=active'].map(list))).toEqual([200, 200, 200])
    expect(await statuses(['limit=0', 'after=x', 'status=x'].map(list))).toEqual([400, 400, 400])
  })

  it('is seen of the change', async () => {
    const taken = await service.makeUser({ role: 'guest' })
    const self = await service.as('admin')
    const above = await service.makeUser({ role: 'super_admin' })
    expect(await statuses([change({ email: 'new@example.com' }), change({ access: { role: 'guest' } })])).toEqual([
      200, 200,
    ])
    const refused: [Promise<{ status: number }>, number][] = [
      [change({}), 400],
      [change({ email: 'none' }), 400],
      [change({ name: { full: 5 } }), 400],
      [change({ access: { role: 'king' } }), 400],
      [change({ name: {} }, { 'If-Match': 'x' }), 400],
      [one('PATCH', { raw: '{', headers: mergePatch }), 400],
      [change({ access: { role: 'super_admin' } }), 403],
      [change({ name: {} }, {}, {}, above.id), 403],
      [change({ access: { role: 'guest' } }, {}, { token: self.token }, self.user.id), 403],
      [change({ email: taken.email }), 409],
      [change({ name: {} }, { 'If-Match': '"old"' }), 412],
      [change({ name: { full: 'x'.repeat(200_000) } }), 413],
      [change({ name: {} }, { 'Content-Type': 'application/json' }), 415],
      [change({ name: {} }, { 'Content-Type': 'application/merge-patch+json; charset=latin1' }), 415],
      [change({ name: {} }, { 'Content-Encoding': 'gzip' }), 415],
      [one('PATCH', { json: { name: {} }, headers: { 'Content-Type': 'application/merge-patch+json' } }), 428],
    ]
    expect(await statuses(refused.map(([call]) => call))).toEqual(refused.map(([, status]) => status))
  })

  it('is seen of the deletion', async () => {
    const self = await service.as('admin')
    const above = await service.makeUser({ role: 'super_admin' })
    expect(await statuses([one('DELETE', { token: self.token }, self.user.id), one('DELETE', {}, above.id)])).toEqual([
      409, 403,
    ])
  })

  it.each(operations)('is seen of trouble: %s', async (_, call) => {
    for (const [error, status] of [
      [new Error('a bug'), 500],
      [new DomainError('unavailable'), 503],
    ] as const) {
      const { id } = await service.makeUser()
      trouble = error
      try {
        expect((await call({}, id)).status).toBe(status)
      } finally {
        trouble = undefined
      }
    }
  })

  it.each(operations)('is seen of a password that has to be changed first: %s', async (_, call) => {
    const { token, user } = await service.as('admin')
    await service.knex('users').where('id', user.id).update({ must_change_password: true })
    expect((await call({ token }, user.id)).status).toBe(403)
  })

  it('is seen of too many requests', async () => {
    service.clock.nextMinute()
    const { token, user } = await service.as('manager')
    await Promise.all(Array.from({ length: 100 }, () => service.call('GET', `/v1/users/${nobody}`, { token })))
    for (const [, call] of operations) expect((await call({ token }, user.id)).status).toBe(429)
  })

  it('is seen where there is no operation', async () => {
    expect((await service.call('GET', '/v1/none')).status).toBe(404)
    expect((await service.call('PUT', '/v1/users')).status).toBe(405)
  })

  it('is all seen then, says the judge', () => {
    const { gaps, report } = reportCoverage(fixture.document, readNotes(fixture.notes))
    expect(gaps.filter((gap) => /^Resource\./.test(gap))).toEqual([])
    expect(report.operations.filter(({ id }) => /^Resource\./.test(id))).toHaveLength(4)
  })
})
