import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contract } from '../support/contract-check.ts'
import { breachesOf, fieldsOf, outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let token: string
let id: string

beforeAll(async () => {
  service = await startService()
  token = (await service.as('super_admin')).token
  id = (await service.makeUser({ username: 'target' })).id
})
afterAll(() => service.close())

const schemaOf = (name: string) => contract.components.schemas[name]
const resolve = (schema: any): any => (schema.$ref ? resolve(schemaOf(schema.$ref.split('/').at(-1))) : schema)

/**
 * Every body of the contract, one shape each: with its fields and one value of each that is
 * well-formed.
 */
const bodies = Object.entries<any>(contract.paths).flatMap(([path, operations]) =>
  Object.entries<any>(operations).flatMap(([method, { requestBody }]) => {
    const schema = requestBody && resolve(requestBody.content['application/json'].schema)
    const shapes = schema ? (schema.oneOf ?? [schema]).map(resolve) : []
    return shapes.map((shape: any) => ({
      method: method.toUpperCase(),
      path,
      properties: Object.fromEntries(Object.entries(shape.properties).map(([name, each]) => [name, resolve(each)])),
      valid: Object.fromEntries(Object.entries(shape.properties).map(([name, each]) => [name, fill(name, each)])),
    }))
  }),
)

function fill(name: string, property: any): unknown {
  const { type, enum: values, const: constant, anyOf } = resolve(property)
  if (constant !== undefined) return constant
  if (values) return values.at(-1)
  if (anyOf) return fill(name, anyOf[0])
  if (type === 'boolean') return true
  return /email/.test(name) ? 'somebody.new@example.com' : 'some-text-long-enough'
}

const fields = bodies.flatMap(({ properties, ...body }: any) =>
  Object.keys(properties).map((field) => ({ ...body, field, type: properties[field].type ?? 'string' })),
)
const send = (method: string, path: string, json: unknown) => {
  const target = path === '/users:update' ? `${path}?id=${id}` : path.replace('{id}', id)
  return service.call(method, target, { token, json })
}

it('is tried at every field of every body of the contract', () => {
  expect(fields.length).toBeGreaterThan(30)
})

describe.each(fields)('$method $path: $field', ({ method, path, field, type, valid }) => {
  const wrong: unknown[] = [null, 12, 1.5, [], ['x'], {}, { $ne: null }, type === 'boolean' ? 'true' : true]

  it.each(wrong.map((value) => [JSON.stringify(value), value]))('cannot be %s', async (_, value) => {
    const reply = await send(method, path, { ...valid, [field]: value })
    expect(reply.status).toBe(400)
    expect(fieldsOf(reply)).toEqual([field])
    expect(reply.body.error_code ?? reply.body.details.code).toBe(
      field === 'action' ? 'INVALID_FIELD_VALUE' : reply.body.success === false ? 'AUTH_001' : 'VALIDATION_ERROR',
    )
  })
})

const create = {
  RPC: { path: '/users:create', code: 'VALIDATION_ERROR', extra: { role: 'user' } },
  REST: { path: '/users', code: 'AUTH_001', extra: {} },
}
const draft = { username: 'nobody-yet', email: 'nobody-yet@example.com', password: 'long enough to pass' }

describe.each(Object.entries(create))('a field that the %s style does not know', (style, { path, code, extra }) => {
  it.each([
    'id',
    'password_hash',
    'passwordHash',
    'created_at',
    'createdAt',
    'last_login_at',
    'deleted_at',
    'constructor',
    'hasOwnProperty',
    'toString',
    '__proto__',
    'Username',
    ' username',
    '',
    style === 'RPC' ? 'status' : 'can_write',
    style === 'RPC' ? 'fullName' : 'canWrite',
  ])('is refused and named: "%s"', async (field) => {
    const raw = JSON.stringify({ ...draft, ...extra }).replace('{', `{${JSON.stringify(field)}: {"admin": true}, `)
    const reply = await service.call('POST', path, { token, raw })
    expect(outcome(reply)).toBe(`400 ${code}`)
    expect(fieldsOf(reply)).toEqual([field || '""'])
    const { rows } = await service.knex.raw('select 1 from users where username = ?', [draft.username])
    expect(rows).toEqual([])
  })

  it('is told shortened and without what could spoil a log or a page', async () => {
    const names = ['x'.repeat(5000), 'a\r\nb\u0000', '\ud83d', 'emoji 😀'.repeat(20)]
    const raw = JSON.stringify({ ...draft, ...extra, ...Object.fromEntries(names.map((name) => [name, 1])) })
    const reply = await service.call('POST', path, { token, raw })
    expect(outcome(reply)).toBe(`400 ${code}`)
    expect(fieldsOf(reply)).toHaveLength(4)
    for (const { field, message } of breachesOf(reply)) {
      expect(field.length).toBeLessThanOrEqual(50)
      expect(field + message).toMatch(/^[^\p{Cc}\p{Cs}]+$/u)
    }
  })

  it('is one of fifty that are listed at most', async () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`field-${n}`, n]))
    const reply = await service.call('POST', path, { token, json: { ...draft, ...extra, ...many } })
    expect(outcome(reply)).toBe(`400 ${code}`)
    expect(fieldsOf(reply)).toHaveLength(50)
  })
})

describe('the caller cannot assign what is not theirs to give', () => {
  it.each([
    ['POST', '/users:update?id={id}', { id: 'x', email: 'a@example.com' }],
    ['POST', '/users:update?id={id}', { status: 'banned' }],
    ['POST', '/users:update?id={id}', { username: 'renamed' }],
    ['POST', '/users:update?id={id}', { password: 'long enough to pass' }],
    ['POST', '/users:update?id={id}', { action: 'revoke_sessions', role: 'admin' }],
    ['POST', '/users:update?id={id}', { action: 'reset_password', new_password: 'long enough to pass', role: 'admin' }],
    ['PATCH', '/users/{id}', { username: 'renamed' }],
    ['PATCH', '/users/{id}', { password: 'long enough to pass' }],
    ['PATCH', '/users/{id}', { can_write: true }],
    ['PATCH', '/users/{id}', { lastLoginAt: '2026-01-01T00:00:00Z' }],
    ['PATCH', '/users/{id}', { status: 'deleted' }],
    ['PATCH', '/auth/profile', { role: 'super_admin' }],
    ['PATCH', '/auth/profile', { status: 'active' }],
    ['POST', '/auth:me', { role: 'super_admin' }],
    ['POST', '/auth:me', { username: 'renamed' }],
    ['POST', '/auth:me', { can_write: true }],
  ])('assigns nothing: %s %s %j', async (method, path, json) => {
    const before = await service.store.users.find(id)
    const reply = await service.call(method, path.replace('{id}', id), { token, json })
    expect(outcome(reply)).toMatch(/^400 (VALIDATION_ERROR|AUTH_001)$/)
    expect(await service.store.users.find(id)).toEqual(before)
  })
})

describe('several breaches at once', () => {
  it('are told in RPC by the first (unknown, missing, then the order of the contract), with all in the details', async () => {
    const broken = { can_write: 1, email: 'no', username: '!', nickname: 'x', role: 'king' }
    const reply = await service.call('POST', '/users:create', { token, json: broken })
    expect(outcome(reply)).toBe('400 VALIDATION_ERROR')
    expect(reply.body.error).toBe('unknown field nickname')
    expect(fieldsOf(reply)).toEqual(['nickname', 'password', 'username', 'email', 'role', 'can_write'])

    const { nickname: _, ...missing } = broken
    const second = await service.call('POST', '/users:create', { token, json: missing })
    expect(outcome(second)).toBe('400 MISSING_REQUIRED_FIELD')
    expect(second.body.error).toBe('password is required')

    const third = await service.call('POST', '/users:create', { token, json: { ...missing, password: 'short' } })
    expect(outcome(third)).toBe('400 VALIDATION_ERROR')
    expect(third.body.error).toMatch(/^username /)

    const named = { ...missing, username: 'fine', password: 'short' }
    const fourth = await service.call('POST', '/users:create', { token, json: named })
    expect(outcome(fourth)).toBe('400 INVALID_EMAIL_FORMAT')
    expect(fieldsOf(fourth)).toEqual(['email', 'password', 'role', 'can_write'])
  })

  it('are all listed in REST, one for each field', async () => {
    const json = { username: '!', email: '', role: 'king', status: 'deleted', fullName: 'a\nb', can_write: true }
    const reply = await service.call('POST', '/users', { token, json })
    expect(outcome(reply)).toBe('400 AUTH_001')
    expect(reply.body.message).toBe('请求参数验证失败')
    expect(fieldsOf(reply).sort()).toEqual(
      ['can_write', 'email', 'fullName', 'password', 'role', 'status', 'username'].sort(),
    )
  })

  it('name every missing field of an empty object, in order', async () => {
    const rpc = await service.call('POST', '/users:create', { token, json: {} })
    expect(rpc.body).toMatchObject({ error: 'username is required', error_code: 'MISSING_REQUIRED_FIELD' })
    expect(fieldsOf(rpc)).toEqual(['username', 'email', 'password', 'role'])
    const rest = await service.call('POST', '/users', { token, json: {} })
    expect(fieldsOf(rest)).toEqual(['username', 'email', 'password'])
  })
})

it.each([
  ['POST', '/users:update?id={id}', '400 MISSING_REQUIRED_FIELD'],
  ['POST', '/auth:me', '400 MISSING_REQUIRED_FIELD'],
  ['PATCH', '/users/{id}', '400 AUTH_001'],
  ['PATCH', '/auth/profile', '400 AUTH_001'],
])('a change of nothing is refused: %s %s', async (method, path, expected) => {
  const reply = await service.call(method, path.replace('{id}', id), { token, json: {} })
  expect(outcome(reply)).toBe(expected)
  expect(breachesOf(reply)[0]?.message).toMatch(/^(no fields to update|没有需要更新的字段)$/)
})

it.each([
  [{ action: 'explode' }, '400 INVALID_FIELD_VALUE', 'invalid action'],
  [{ action: '' }, '400 INVALID_FIELD_VALUE', 'invalid action'],
  [{ action: null, email: 'a@example.com' }, '400 INVALID_FIELD_VALUE', 'invalid action'],
  [{ action: 'constructor' }, '400 INVALID_FIELD_VALUE', 'invalid action'],
  [{ action: 'reset_password' }, '400 MISSING_REQUIRED_FIELD', 'new_password is required for password reset'],
  [{ new_password: 'long enough to pass' }, '400 VALIDATION_ERROR', 'unknown field new_password'],
])('an RPC update with %j answers %s', async (json, expected, error) => {
  const reply = await service.call('POST', `/users:update?id=${id}`, { token, json })
  expect(outcome(reply)).toBe(expected)
  expect(reply.body.error).toBe(error)
})

it.each([
  [{ old_password: 'x' }, 'password is required'],
  [{ password: 'long enough to pass' }, 'old_password is required'],
])('the two passwords of /auth:me go together: %j', async (json, error) => {
  const reply = await service.call('POST', '/auth:me', { token, json })
  expect(outcome(reply)).toBe('400 MISSING_REQUIRED_FIELD')
  expect(reply.body.error).toBe(error)
})

it('a secret that is refused is in no answer and in no line of the log', async () => {
  const secrets = ['s3cr3t!', 'SeCrEt'.repeat(300), `secret\ud800 of mine`]
  for (const secret of secrets) {
    const replies = await Promise.all([
      service.call('POST', '/users:create', { token, json: { ...draft, role: 'user', password: secret } }),
      service.call('POST', '/users', { token, json: { ...draft, password: secret } }),
      service.call('POST', '/users', { token, json: { ...draft, password: [secret] } }),
      service.call('POST', `/users:update?id=${id}`, {
        token,
        json: { action: 'reset_password', new_password: secret },
      }),
      service.call('POST', '/auth/change-password', { token, json: { currentPassword: secret, newPassword: secret } }),
      service.call('POST', '/auth:login', { json: { username: [], password: secret } }),
      service.call('POST', '/auth/refresh', { json: { refreshToken: secret, more: secret } }),
    ])
    for (const reply of replies) {
      expect(reply.status).toBe(400)
      expect(JSON.stringify(reply).toLowerCase()).not.toContain(secret.slice(0, 6).toLowerCase())
    }
  }
  expect(JSON.stringify(service.logged).toLowerCase()).not.toMatch(/s3cr3t|secret/)
})
