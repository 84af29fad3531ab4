import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import { fieldsOf, outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let token: string

beforeAll(async () => {
  service = await startService()
  token = (await service.as('admin')).token
})
afterAll(() => service.close())

/** Every operation on one user, by its id as it goes over the wire. */
const operations = [
  ['GET', (id: string) => `/users:get?id=${id}`, undefined, '404 USER_NOT_FOUND'],
  ['POST', (id: string) => `/users:update?id=${id}`, { can_write: false }, '404 USER_NOT_FOUND'],
  ['POST', (id: string) => `/users:update?id=${id}`, { action: 'revoke_sessions' }, '404 USER_NOT_FOUND'],
  ['POST', (id: string) => `/users:destroy?id=${id}`, undefined, '404 USER_NOT_FOUND'],
  ['GET', (id: string) => `/users/${id}`, undefined, '404 USER_001'],
  ['PATCH', (id: string) => `/users/${id}`, { fullName: 'New' }, '404 USER_001'],
  ['DELETE', (id: string) => `/users/${id}`, undefined, '404 USER_001'],
  ['POST', (id: string) => `/users/${id}/unlock`, undefined, '404 USER_001'],
  ['POST', (id: string) => `/users/${id}/reset-password`, { newPassword: 'another horse battery' }, '404 USER_001'],
  ['POST', (id: string) => `/users:update?id=${id}`, { action: 'unlock' }, '404 USER_NOT_FOUND'],
  ['GET', (id: string) => `/users:sessions?id=${id}`, undefined, '404 USER_NOT_FOUND'],
  ['GET', (id: string) => `/users/${id}/sessions`, undefined, '404 USER_001'],
  ['DELETE', (id: string) => `/users/${id}/sessions`, undefined, '404 USER_001'],
  ['DELETE', (id: string) => `/users/${id}/sessions/${nobody}`, undefined, '404 USER_001'],
] as const

const call = (method: string, path: string, json: unknown) =>
  service.call(method, path, { token, ...(json !== undefined && { json }) })
const nobody = '01890000-0000-7000-8000-000000000000'

describe.each(operations)('%s %s', (method, at, json, notFound) => {
  it.each([
    ['unknown, as a UUID', nobody],
    ['unknown, as a ULID', toUlid(nobody)],
    ['the nil UUID', '00000000-0000-0000-0000-000000000000'],
    ['the largest UUID', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['a number', '1'],
    ['a word', 'me'],
    ['too short by one', toUlid(nobody).slice(1)],
    ['too long by one', `${toUlid(nobody)}0`],
    ['a ULID beyond 128 bits', `8${toUlid(nobody).slice(1)}`],
    ['a ULID with a look-alike', `${toUlid(nobody).slice(0, -1)}O`],
    ['a UUID without hyphens', nobody.replaceAll('-', '')],
    ['a UUID in braces', `%7B${nobody}%7D`],
    ['a UUID with a space', `${nobody}%20`],
    ['a UUID with a line feed', `${nobody}%0A`],
    ['a NUL', '%00'],
    ['a NUL behind', `${nobody}%00`],
    ['an encoded slash', `..%2F${nobody}`],
    ['SQL', "x'%20or%20'1'='1"],
    ['emoji', '%F0%9F%98%80'],
    ['full-width digits', '%EF%BC%90'.repeat(26)],
    ['8000 characters', '0'.repeat(8000)],
  ])('finds nobody by an id that is %s', async (_, id) => {
    expect(outcome(await call(method, at(id), json))).toBe(notFound)
  })

  it.each([
    ['a ULID', (id: string) => toUlid(id)],
    ['a ULID in lower case', (id: string) => toUlid(id).toLowerCase()],
    ['a UUID', (id: string) => id],
    ['a UUID in upper case', (id: string) => id.toUpperCase()],
    ['a UUID with its first digit percent-encoded', (id: string) => `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`],
  ])('finds a user by %s', async (_, spell) => {
    const { id } = await service.makeUser()
    expect(outcome(await call(method, at(spell(id)), json))).toBe('200')
  })
})

describe.each(operations.filter(([, at]) => at('').includes('?')))('%s %s', (method, at, json, notFound) => {
  const path = at('').split('?')[0] as string

  it('says that the id is missing', async () => {
    for (const query of ['', '?', '?&']) {
      const reply = await call(method, path + query, json)
      expect(outcome(reply)).toBe('400 MISSING_REQUIRED_FIELD')
      expect(reply.body.error).toBe('id is required')
    }
  })

  it('finds nobody by an empty id', async () => {
    expect(outcome(await call(method, `${path}?id=`, json))).toBe(notFound)
    expect(outcome(await call(method, `${path}?id`, json))).toBe(notFound)
  })

  it('refuses two ids, and acts on neither', async () => {
    const [one, other] = [await service.makeUser(), await service.makeUser()]
    for (const query of [`id=${one.id}&id=${other.id}`, `id=${one.id}&id=${one.id}`]) {
      const reply = await call(method, `${path}?${query}`, json)
      expect(outcome(reply)).toBe('400 VALIDATION_ERROR')
      expect(fieldsOf(reply)).toEqual(['id'])
    }
    expect(await service.store.users.find(one.id)).toEqual(one)
  })

  it('refuses another key beside the id', async () => {
    const reply = await call(method, `${at(nobody)}&ID=1`, json)
    expect(outcome(reply)).toBe('400 VALIDATION_ERROR')
    expect(fieldsOf(reply)).toEqual(['ID'])
  })
})

it('an id and a body that are both wrong: the body is told, and nothing of the id', async () => {
  const rpc = await call('POST', '/users:update?id=x', { email: 'no' })
  expect(outcome(rpc)).toBe('400 INVALID_EMAIL_FORMAT')
  expect(fieldsOf(rpc)).toEqual(['email'])
  const rest = await call('PATCH', '/users/x', { email: 'no' })
  expect(outcome(rest)).toBe('400 AUTH_001')
  expect(fieldsOf(rest)).toEqual(['email'])
})
