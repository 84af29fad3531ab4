import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome } from '../support/outcome.ts'
import { type Call, type Service, startService } from '../support/service.ts'

let service: Service
let admin: string
let manager: string
let user: string
let spent: string
let taken: string
let above: string

beforeAll(async () => {
  service = await startService({ rateLimitPerMinute: 20, bodyLimit: 2000 })
  ;({ token: admin } = await service.as('admin'))
  ;({ token: manager } = await service.as('manager'))
  ;({ token: user } = await service.as('user'))
  ;({ token: spent } = await service.as('user'))
  taken = (await service.makeUser({ username: 'taken' })).username
  above = (await service.as('super_admin')).user.id
})
afterAll(() => service.close())

/** Uses up what `spent` may ask in this minute. */
async function spend(): Promise<void> {
  service.clock.nextMinute()
  for (let i = 0; i < 20; i++) await service.call('GET', '/auth:me', { token: spent })
}

const tooLarge: Call = { raw: ' '.repeat(3000) }
const noJson: Call = { raw: '{"broken"' }
const text: Call = { raw: 'x', headers: { 'Content-Type': 'text/plain' } }
const largeText: Call = { ...text, raw: 'x'.repeat(3000) }
const unknown = '01890000-0000-7000-8000-000000000000'

/** Each breaks two rules; the answer is that of the earlier. */
const pairs: [string, string, string, () => Call, string, string][] = [
  ['404 before 413', 'POST', '/nowhere', () => tooLarge, '404 NOT_FOUND', ''],
  ['404 before 413', 'POST', '/users/a/b', () => tooLarge, '404 SYS_009', ''],
  ['405 before 413', 'PUT', '/users:create', () => tooLarge, '405 METHOD_NOT_ALLOWED', ''],
  ['405 before 413', 'PUT', '/users', () => tooLarge, '405 SYS_010', ''],
  ['404 before 401', 'GET', '/nowhere', () => ({}), '404 NOT_FOUND', ''],
  ['404 before 401', 'GET', '/users/a/b', () => ({}), '404 SYS_009', ''],
  ['405 before 401', 'DELETE', '/users:create', () => ({}), '405 METHOD_NOT_ALLOWED', ''],
  ['405 before 401', 'PUT', '/users', () => ({}), '405 SYS_010', ''],
  ['401 before 413', 'POST', '/users:create', () => tooLarge, '401 UNAUTHORIZED', ''],
  ['401 before 413', 'POST', '/users', () => ({ ...tooLarge, token: 'bad' }), '401 AUTH_003', ''],
  ['401 before 415', 'POST', '/users:create', () => ({ ...text, token: 'bad' }), '401 INVALID_TOKEN', ''],
  ['401 before 415', 'POST', '/users', () => text, '401 AUTH_003', ''],
  ['429 before 413', 'POST', '/auth:me', () => ({ ...tooLarge, token: spent }), '429 RATE_LIMIT_EXCEEDED', 'spent'],
  ['429 before 413', 'PATCH', '/auth/profile', () => ({ ...tooLarge, token: spent }), '429 SYS_007', 'spent'],
  ['429 before 415', 'POST', '/auth:me', () => ({ ...text, token: spent }), '429 RATE_LIMIT_EXCEEDED', 'spent'],
  ['429 before 415', 'PATCH', '/auth/profile', () => ({ ...text, token: spent }), '429 SYS_007', 'spent'],
  ['403 before 413', 'POST', '/users:create', () => ({ ...tooLarge, token: user }), '403 AUTHZ_ROLE_REQUIRED', ''],
  ['403 before 413', 'POST', '/users', () => ({ ...tooLarge, token: user }), '403 AUTH_005', ''],
  ['403 before 415', 'POST', '/users:create', () => ({ ...text, token: user }), '403 AUTHZ_ROLE_REQUIRED', ''],
  ['403 before 415', 'POST', '/users', () => ({ ...text, token: user }), '403 AUTH_005', ''],
  ['413 before 415', 'POST', '/users:create', () => ({ ...largeText, token: admin }), '413 PAYLOAD_TOO_LARGE', ''],
  ['413 before 415', 'POST', '/users', () => ({ ...largeText, token: admin }), '413 SYS_008', ''],
  ['413 before 415, of nobody', 'POST', '/auth:login', () => largeText, '413 PAYLOAD_TOO_LARGE', ''],
  ['413 before 415, of nobody', 'POST', '/auth/login', () => largeText, '413 SYS_008', ''],
  ['413 before 400', 'POST', '/users:update?x=1', () => ({ ...tooLarge, token: admin }), '413 PAYLOAD_TOO_LARGE', ''],
  ['413 before 400', 'POST', '/users?x=1', () => ({ ...tooLarge, token: admin }), '413 SYS_008', ''],
  ['415 before 400', 'POST', '/users:create', () => ({ ...text, token: admin }), '415 UNSUPPORTED_MEDIA_TYPE', ''],
  ['415 before 400', 'POST', '/users?x=1', () => ({ ...text, token: admin }), '415 SYS_011', ''],
  ['401 before 400', 'POST', '/users:create', () => noJson, '401 UNAUTHORIZED', ''],
  ['401 before 400', 'POST', '/users', () => noJson, '401 AUTH_003', ''],
  ['401 before 400 of the query', 'GET', '/users:list?limit=0', () => ({ token: 'bad' }), '401 INVALID_TOKEN', ''],
  ['401 before 400 of the query', 'GET', '/users?limit=%', () => ({ token: 'bad' }), '401 AUTH_003', ''],
  ['401 before 404 of the user', 'GET', '/users:get?id=x', () => ({}), '401 UNAUTHORIZED', ''],
  ['401 before 404 of the user', 'DELETE', '/users/x', () => ({}), '401 AUTH_003', ''],
  ['429 before 403', 'GET', '/users:list', () => ({ token: spent }), '429 RATE_LIMIT_EXCEEDED', 'spent'],
  ['429 before 403', 'GET', '/users', () => ({ token: spent }), '429 SYS_007', 'spent'],
  ['429 before 400', 'POST', '/auth:me', () => ({ ...noJson, token: spent }), '429 RATE_LIMIT_EXCEEDED', 'spent'],
  ['429 before 400', 'PATCH', '/auth/profile', () => ({ ...noJson, token: spent }), '429 SYS_007', 'spent'],
  ['403 before 400', 'POST', '/users:create', () => ({ ...noJson, token: user }), '403 AUTHZ_ROLE_REQUIRED', ''],
  ['403 before 400', 'POST', '/users', () => ({ ...noJson, token: user }), '403 AUTH_005', ''],
  ['403 before 400 of the query', 'GET', '/users?limit=0', () => ({ token: user }), '403 AUTH_005', ''],
  ['403 before 400 of the query', 'GET', '/users:get', () => ({ token: manager }), '403 AUTHZ_ROLE_REQUIRED', ''],
  ['403 before 404 of the user', 'GET', '/users:get?id=x', () => ({ token: user }), '403 AUTHZ_ROLE_REQUIRED', ''],
  ['403 before 404 of the user', 'DELETE', '/users/x', () => ({ token: manager }), '403 AUTH_005', ''],
  ['JSON before the query', 'POST', '/users:update', () => ({ ...noJson, token: admin }), '400 INVALID_JSON', ''],
  ['JSON before the query', 'POST', '/users?x=1', () => ({ ...noJson, token: admin }), '400 AUTH_001', ''],
  [
    '400 before 404',
    'POST',
    `/users:update?id=${unknown}`,
    () => ({ json: {}, token: admin }),
    '400 MISSING_REQUIRED_FIELD',
    '',
  ],
  ['400 before 404', 'PATCH', `/users/${unknown}`, () => ({ json: { x: 1 }, token: admin }), '400 AUTH_001', ''],
  [
    '400 before 404',
    'PATCH',
    `/users/${unknown}`,
    () => ({ json: { fullName: '\u0958'.repeat(99) }, token: admin }),
    '400 AUTH_001',
    '',
  ],
  ['400 before 404', 'DELETE', `/users/${unknown}?x=1`, () => ({ token: admin }), '400 USER_002', ''],
  [
    '400 for a weak password before 404',
    'POST',
    `/users:update?id=${unknown}`,
    () => ({ json: { action: 'reset_password', new_password: 'password123' }, token: admin }),
    '400 WEAK_PASSWORD',
    '',
  ],
  [
    '400 for a weak password before 409',
    'POST',
    '/users',
    () => ({ json: { username: taken, email: 'free@example.com', password: 'password123' }, token: admin }),
    '400 AUTH_001',
    '',
  ],
  [
    '400 for a weak password before 422',
    'POST',
    '/auth/change-password',
    () => ({
      json: { currentPassword: 'wrong', newPassword: 'password123', confirmPassword: 'password123' },
      token: user,
    }),
    '400 AUTH_001',
    '',
  ],
  [
    '403 for the rank before 409',
    'POST',
    '/users:create',
    () => ({
      json: { username: taken, email: 'free@example.com', password: 'long enough to pass', role: 'super_admin' },
      token: admin,
    }),
    '403 INSUFFICIENT_PERMISSIONS',
    '',
  ],
  [
    'the super administrator before the duplicate',
    'PATCH',
    '/users/{above}',
    () => ({ json: { email: 'person-1@example.com' }, token: admin }),
    '409 USER_008',
    '',
  ],
]

describe('of two breaches the earlier answers', () => {
  it.each(pairs)('%s: %s %s', async (_, method, path, call, expected, state) => {
    if (state === 'spent') await spend()
    else service.clock.advance(60)
    expect(outcome(await service.call(method, path.replace('{above}', above), call()))).toBe(expected)
  })
})
