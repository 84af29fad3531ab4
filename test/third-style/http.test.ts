import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEarlyFailures } from '../../src/app.ts'
import { type Call, type Service, startService } from '../support/service.ts'
import { thirdStyle } from './fixture.ts'

const origin = 'https://app.example'
let service: Service
let admin: string

beforeAll(async () => {
  const { subject } = await thirdStyle()
  service = await startService({ subject, checkResponses: true, corsOrigins: [origin] })
  admin = (await service.as('admin')).token
})
afterAll(() => service.close())

const call = (method: string, path: string, more: Call = {}) => service.call(method, path, { token: admin, ...more })
const patch = (id: string, json: unknown, headers: Record<string, string> = { 'If-Match': '*' }) =>
  call('PATCH', `/v1/users/${id}`, { json, headers: { 'Content-Type': 'application/merge-patch+json', ...headers } })

describe('a third style', () => {
  it('shows a user in its own media type, with an entity tag', async () => {
    const { id } = await service.makeUser({ fullName: 'Ada' })
    const { status, headers, body } = await call('GET', `/v1/users/${id}`)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/vnd.janus.v1+json')
    expect(headers.etag).toMatch(/^".{43}"$/)
    expect(body).toMatchObject({ id, name: { full: 'Ada' }, access: { role: 'user', status: 'active' } })
  })

  it('changes by a merge patch whoever is still as the caller saw them', async () => {
    const { id } = await service.makeUser({ fullName: 'Ada' })
    const { headers } = await call('GET', `/v1/users/${id}`)
    const seen = { 'If-Match': String(headers.etag) }
    const changed = await patch(id, { name: { full: 'Ada L.' }, access: { role: 'guest' } }, seen)
    expect(changed).toMatchObject({ status: 200, body: { name: { full: 'Ada L.' }, access: { role: 'guest' } } })
    expect(changed.headers.etag).not.toBe(headers.etag)
    expect((await call('GET', `/v1/users/${id}`)).headers.etag).toBe(changed.headers.etag)
    expect((await patch(id, { name: { full: null } })).body.name).toEqual({ full: '' })

    expect(await patch(id, { name: { full: 'Eve' } }, seen)).toMatchObject({
      status: 412,
      body: { title: 'Precondition Failed', code: 'changed_meanwhile' },
    })
    expect(await patch(id, { name: { full: 'Eve' } }, {})).toMatchObject({ status: 428, body: { code: 'if_match' } })
    expect((await service.store.users.find(id))?.fullName).toBe('')
  })

  it('lets one of two win who change what both have seen', async () => {
    const { id } = await service.makeUser()
    const seen = { 'If-Match': String((await call('GET', `/v1/users/${id}`)).headers.etag) }
    const both = await Promise.all(['One', 'Two'].map((full) => patch(id, { name: { full } }, seen)))
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 412])
  })

  it('tells what is wrong with a field within a field, and with a header', async () => {
    const { id } = await service.makeUser()
    const wrong = await patch(id, { name: { full: 'x'.repeat(101), first: 'A' }, access: { role: 'king' } })
    expect(wrong.headers['content-type']).toBe('application/problem+json')
    expect(wrong).toMatchObject({ status: 400, body: { type: 'about:blank', title: 'Bad Request', code: 'body' } })
    expect(wrong.body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'name.first',
      'name.full',
      'access.role',
    ])
    expect((await patch(id, { name: { full: '\u0007' } })).body.detail).toBe(
      'name.full must not have control characters or broken Unicode',
    )
    expect((await patch(id, { email: 'x@example.com' }, { 'If-Match': 'me' })).body.errors).toEqual([
      { field: 'If-Match', message: 'If-Match has characters that are not allowed' },
    ])
  })

  it('deletes without a body, in its answer too', async () => {
    const { id } = await service.makeUser()
    const { status, headers, body } = await call('DELETE', `/v1/users/${id}`)
    expect({ status, body, type: headers['content-type'] }).toEqual({ status: 204, body: undefined, type: undefined })
    expect((await call('DELETE', `/v1/users/${id}`)).status).toBe(404)
  })

  it('lists users a line each', async () => {
    const first = await service.makeUser()
    const second = await service.makeUser()
    const { headers, body } = await call('GET', `/v1/users?limit=1&after=${first.id}`)
    expect(headers['content-type']).toBe('application/x-ndjson')
    expect(body).toEqual([expect.objectContaining({ id: second.id, username: second.username })])
    expect((await call('GET', `/v1/users?after=${second.id}`)).body).toEqual([])
  })

  it('is one store with the others: what one makes, all show, and a token of one works in all', async () => {
    const { body } = await call('POST', '/users', {
      json: { username: 'grace', email: 'grace@example.com', password: 'correct horse battery' },
    })
    expect((await call('GET', `/v1/users/${body.data.id}`)).body.username).toBe('grace')
    expect((await call('GET', `/users:get?id=${body.data.id}`)).body.user.username).toBe('grace')
  })
})

describe('where there is no operation', () => {
  it.each([
    ['GET', '/v1/nothing', 404, 'no_such_path'],
    ['GET', '/v1/users/', 404, 'no_such_path'],
    ['PUT', '/v1/users', 405, 'no_such_method'],
  ])('%s %s is answered in its shape: %i', async (method, path, status, code) => {
    const reply = await call(method, path)
    expect(reply).toMatchObject({ status, body: { type: 'about:blank', status, code } })
    expect(reply.headers['content-type']).toBe('application/problem+json')
  })

  it.each(['/v2/users', '/v1'])('%s is answered as before', async (path) => {
    expect(await call('GET', path)).toMatchObject({ status: 404, body: { error_code: 'NOT_FOUND' } })
  })

  it('speaks the language that is asked for', async () => {
    const { headers, body } = await call('GET', '/v1/nothing', { headers: { 'Accept-Language': 'zh' } })
    expect([headers['content-language'], body.detail]).toEqual(['zh', '路径不存在'])
  })

  it('is no request for its paths: what nobody owns is answered in the style of every path', async () => {
    const { subject } = await thirdStyle()
    const { status, body } = createEarlyFailures(subject.contract, subject.styles).answer('malformed_request')
    expect([status, JSON.parse(body).error_code]).toEqual([400, 'MALFORMED_REQUEST'])
  })

  it('is a preflight: the methods of the path, and its headers', async () => {
    const { headers } = await service.call('OPTIONS', '/v1/users/1', {
      headers: { Origin: origin, 'Access-Control-Request-Method': 'PATCH' },
    })
    expect(headers['access-control-allow-methods']).toBe('DELETE, GET, HEAD, OPTIONS, PATCH')
    expect(headers['access-control-allow-headers']?.toLowerCase()).toContain('if-match')
  })
})
