import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import { sendBytes } from '../support/bytes.ts'
import { outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let token: string
let id: string

beforeAll(async () => {
  service = await startService()
  const { user, token: own } = await service.as('super_admin')
  token = own
  id = user.id
})
afterAll(() => service.close())

describe('spellings of a path', () => {
  it.each(['/users%3Alist', '/users%3alist', '/auth%3Ame'])('a colon may be encoded: %s', async (path) => {
    expect(outcome(await service.call('GET', path, { token }))).toBe('200')
    expect(outcome(await service.call('GET', path, {}))).toBe('401 UNAUTHORIZED')
    expect(outcome(await service.call('PUT', path, {}))).toBe('405 METHOD_NOT_ALLOWED')
  })

  it.each(['http://localhost', 'HTTPS://user:secret@other.example:1', 'http://[', 'http://'])(
    'a request target may be absolute, whatever its host: %s',
    async (host) => {
      const list = await sendBytes(service.url, [`GET ${host}/users:list HTTP/1.1`, `Authorization: Bearer ${token}`])
      expect(outcome(list)).toBe('200')
      const missing = await sendBytes(service.url, [`GET ${host}/users/nobody?x HTTP/1.1`])
      expect(missing.body).toMatchObject({ statusCode: 401, path: '/users/nobody' })
    },
  )

  it('an id may be encoded', async () => {
    const path = `/users/${id.replace('0', '%30')}`
    expect(outcome(await service.call('GET', path, { token }))).toBe('200')
  })

  it.each([
    '/users/a:b',
    '/users/a%3Ab',
    '/users/%E0%A4%A',
    '/users/%',
    '/users/%FF',
    '/users/%00',
    '/users/:id',
    '/users/{id}',
    '/users/Stats',
    '/users/..;',
    `/users/x${toUlid('01890000-0000-7000-8000-000000000000')}`,
  ])('a segment that is no id names nobody, to those who may ask: %s', async (path) => {
    expect(outcome(await service.call('GET', path, { token }))).toBe('404 USER_001')
    expect(outcome(await service.call('DELETE', path, { token }))).toBe('404 USER_001')
    expect(outcome(await service.call('GET', path, {}))).toBe('401 AUTH_003')
  })

  it.each(['PUT', 'POST', 'PATCH', 'DELETE'])('/users/stats is no user: %s', async (method) => {
    const reply = await service.call(method, '/users/stats', { token })
    expect(outcome(reply)).toBe('405 SYS_010')
    expect(reply.headers.allow).toBe('GET, HEAD, OPTIONS')
  })

  it('the failure repeats the path without its query, and the method', async () => {
    const reply = await service.call('DELETE', '/users/a/b?token=secret#x', {})
    expect(reply.body).toMatchObject({ path: '/users/a/b', method: 'DELETE', statusCode: 404 })
    expect(JSON.stringify(reply.body)).not.toContain('secret')
    const long = await service.call('GET', `/users/a/${'b'.repeat(8000)}`, {})
    expect(long.body.path).toHaveLength(2000)
  })
})
