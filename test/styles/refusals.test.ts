import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Call, password, type Reply, type Service, startService } from '../support/service.ts'

let service: Service
/** Access tokens and users that the table below speaks of. */
const people: Record<string, { id: string; username: string; email: string; token: string }> = {}
let ended: string

beforeAll(async () => {
  service = await startService()
  for (const role of ['super_admin', 'admin', 'manager', 'user'] as const) {
    const { user, token } = await service.as(role, { username: `the-${role}`, email: `the.${role}@example.com` })
    people[role] = { ...user, token }
  }
  ended = (await service.as('user')).token
  await service.call('POST', '/auth/logout', { token: ended })
})
afterAll(() => service.close())

type Ask = [method: string, path: string | (() => string), call?: Call | (() => Call)]

interface Row {
  readonly reason: string
  readonly rpc: Ask
  readonly rest: Ask
  /** Status, code and message of each style. */
  readonly says: { readonly rpc: [number, string, string]; readonly rest: [number, string, string] }
}

const by = (role: string, json?: object) => () => ({ token: people[role]?.token as string, ...(json && { json }) })
const of = (role: string, path: string) => () => `${path}${people[role]?.id}`
const unknown = '01980e2c-6f00-7000-8000-0000000000ff'
const draft = (more: object = {}) => ({
  username: 'draft',
  email: 'draft@example.com',
  password,
  role: 'user',
  ...more,
})
const next = 'a good new one'

const rows: Row[] = [
  {
    reason: 'no token',
    rpc: ['GET', '/users:list'],
    rest: ['GET', '/users'],
    says: { rpc: [401, 'UNAUTHORIZED', 'authentication required'], rest: [401, 'AUTH_003', 'Token无效或过期'] },
  },
  {
    reason: 'a malformed Authorization',
    rpc: ['GET', '/users:list', { headers: { Authorization: 'Basic YTpi' } }],
    rest: ['GET', '/users', { headers: { Authorization: 'Basic YTpi' } }],
    says: { rpc: [401, 'UNAUTHORIZED', 'authentication required'], rest: [401, 'AUTH_004', 'Token格式错误'] },
  },
  {
    reason: 'a bad token',
    rpc: ['GET', '/auth:me', { token: 'a.b.c' }],
    rest: ['GET', '/auth/profile', { token: 'a.b.c' }],
    says: { rpc: [401, 'INVALID_TOKEN', 'invalid or expired token'], rest: [401, 'AUTH_003', 'Token无效或过期'] },
  },
  {
    reason: 'a token whose session has ended',
    rpc: ['GET', '/auth:me', () => ({ token: ended })],
    rest: ['GET', '/auth/profile', () => ({ token: ended })],
    says: { rpc: [401, 'TOKEN_REVOKED', 'token has been revoked'], rest: [401, 'AUTH_003', 'Token无效或过期'] },
  },
  {
    reason: 'a role that may not do this',
    rpc: ['GET', '/users:list', by('user')],
    rest: ['GET', '/users', by('user')],
    says: { rpc: [403, 'AUTHZ_ROLE_REQUIRED', 'admin access required'], rest: [403, 'AUTH_005', '权限不足'] },
  },
  {
    reason: 'a super administrator touched by an administrator',
    rpc: ['POST', of('super_admin', '/users:update?id='), by('admin', { can_write: false })],
    rest: ['PATCH', of('super_admin', '/users/'), by('admin', { fullName: 'Touched' })],
    says: {
      rpc: [403, 'INSUFFICIENT_PERMISSIONS', 'insufficient permissions for this user'],
      rest: [409, 'USER_008', '不能修改超级管理员'],
    },
  },
  {
    reason: 'a role above the own granted at creation',
    rpc: ['POST', '/users:create', by('admin', draft({ role: 'super_admin' }))],
    rest: ['POST', '/users', by('admin', draft({ role: 'super_admin' }))],
    says: {
      rpc: [403, 'INSUFFICIENT_PERMISSIONS', 'insufficient permissions for this user'],
      rest: [403, 'USER_004', '无权限操作此用户'],
    },
  },
  {
    reason: 'a role above the own granted by a change',
    rpc: ['POST', of('user', '/users:update?id='), by('admin', { role: 'super_admin' })],
    rest: ['PATCH', of('user', '/users/'), by('admin', { role: 'super_admin' })],
    says: {
      rpc: [403, 'INSUFFICIENT_PERMISSIONS', 'insufficient permissions for this user'],
      rest: [403, 'USER_004', '无权限操作此用户'],
    },
  },
  {
    reason: 'the own role changed',
    rpc: ['POST', of('admin', '/users:update?id='), by('admin', { role: 'user' })],
    rest: ['PATCH', of('admin', '/users/'), by('admin', { role: 'user' })],
    says: {
      rpc: [403, 'CANNOT_MODIFY_SELF', 'cannot modify own account via user management endpoints'],
      rest: [403, 'USER_004', '无权限操作此用户'],
    },
  },
  {
    reason: 'oneself deleted',
    rpc: ['POST', of('admin', '/users:destroy?id='), by('admin')],
    rest: ['DELETE', of('admin', '/users/'), by('admin')],
    says: {
      rpc: [403, 'CANNOT_MODIFY_SELF', 'cannot delete own account via user management endpoints'],
      rest: [409, 'USER_007', '不能删除自己'],
    },
  },
  ...['an unknown id', 'a malformed id'].map((reason, n) => ({
    reason,
    rpc: ['POST', `/users:destroy?id=${n ? 'nobody' : unknown}`, by('admin')] as Ask,
    rest: ['DELETE', `/users/${n ? 'nobody' : unknown}`, by('admin')] as Ask,
    says: { rpc: [404, 'USER_NOT_FOUND', 'user not found'], rest: [404, 'USER_001', '用户不存在'] } as Row['says'],
  })),
  {
    reason: 'a username that is taken',
    rpc: ['POST', '/users:create', by('admin', draft({ username: 'THE-user' }))],
    rest: ['POST', '/users', by('admin', draft({ username: 'THE-user' }))],
    says: { rpc: [409, 'USERNAME_EXISTS', 'username already exists'], rest: [409, 'AUTH_006', '用户名已存在'] },
  },
  {
    reason: 'an email that is taken, at creation',
    rpc: ['POST', '/users:create', by('admin', draft({ email: 'THE.user@example.com' }))],
    rest: ['POST', '/users', by('admin', draft({ email: 'THE.user@example.com' }))],
    says: { rpc: [409, 'EMAIL_EXISTS', 'email already exists'], rest: [409, 'AUTH_007', '邮箱已存在'] },
  },
  {
    reason: 'an email that is taken, in a change',
    rpc: ['POST', of('manager', '/users:update?id='), by('admin', { email: 'THE.user@example.com' })],
    rest: ['PATCH', of('manager', '/users/'), by('admin', { email: 'THE.user@example.com' })],
    says: { rpc: [409, 'EMAIL_EXISTS', 'email already exists'], rest: [409, 'AUTH_007', '邮箱已存在'] },
  },
  {
    reason: 'an email that is taken, for oneself',
    rpc: ['POST', '/auth:me', by('manager', { email: 'THE.user@example.com' })],
    rest: ['PATCH', '/auth/profile', by('manager', { email: 'THE.user@example.com' })],
    says: { rpc: [409, 'EMAIL_EXISTS', 'email already exists'], rest: [409, 'AUTH_007', '邮箱已存在'] },
  },
  {
    reason: 'a body that is no JSON',
    rpc: ['POST', '/users:create', () => ({ ...by('admin')(), raw: '{"username":' })],
    rest: ['POST', '/users', () => ({ ...by('admin')(), raw: '{"username":' })],
    says: { rpc: [400, 'INVALID_JSON', 'invalid request body'], rest: [400, 'AUTH_001', '请求参数验证失败'] },
  },
  {
    reason: 'a role that there is not',
    rpc: ['POST', '/users:create', by('admin', draft({ role: 'emperor' }))],
    rest: ['POST', '/users', by('admin', draft({ role: 'emperor' }))],
    says: { rpc: [400, 'INVALID_ROLE', 'invalid role'], rest: [400, 'AUTH_001', '请求参数验证失败'] },
  },
  {
    reason: 'a role filter that there is not',
    rpc: ['GET', '/users:list?role=emperor', by('admin')],
    rest: ['GET', '/users?role=emperor', by('admin')],
    says: { rpc: [400, 'INVALID_ROLE', 'invalid role filter'], rest: [400, 'USER_002', '用户查询参数错误'] },
  },
  {
    reason: 'nothing to change',
    rpc: ['POST', of('user', '/users:update?id='), by('admin', {})],
    rest: ['PATCH', of('user', '/users/'), by('admin', {})],
    says: {
      rpc: [400, 'MISSING_REQUIRED_FIELD', 'no fields to update'],
      rest: [400, 'AUTH_001', '请求参数验证失败'],
    },
  },
  {
    reason: 'a login with a wrong password',
    rpc: ['POST', '/auth:login', { json: { username: 'the-admin', password: 'wrong' } }],
    rest: ['POST', '/auth/login', { json: { usernameOrEmail: 'the-admin', password: 'wrong' } }],
    says: { rpc: [401, 'INVALID_CREDENTIALS', 'invalid credentials'], rest: [401, 'AUTH_002', '用户名或密码错误'] },
  },
  {
    reason: 'an unknown refresh token',
    rpc: ['POST', '/auth:refresh', { json: { refresh_token: 'x' } }],
    rest: ['POST', '/auth/refresh', { json: { refreshToken: 'x' } }],
    says: { rpc: [401, 'INVALID_REFRESH_TOKEN', 'invalid refresh token'], rest: [401, 'AUTH_003', 'Token无效或过期'] },
  },
  {
    reason: 'a wrong current password',
    rpc: ['POST', '/auth:me', by('user', { old_password: 'wrong', password: next })],
    rest: [
      'POST',
      '/auth/change-password',
      by('user', { currentPassword: 'wrong', newPassword: next, confirmPassword: next }),
    ],
    says: { rpc: [401, 'INVALID_OLD_PASSWORD', 'invalid old password'], rest: [422, 'AUTH_009', '当前密码错误'] },
  },
  {
    reason: 'the current password as the new one',
    rpc: ['POST', '/auth:me', by('user', { old_password: password, password })],
    rest: [
      'POST',
      '/auth/change-password',
      by('user', { currentPassword: password, newPassword: password, confirmPassword: password }),
    ],
    says: {
      rpc: [400, 'WEAK_PASSWORD', 'password must differ from the old password'],
      rest: [422, 'AUTH_010', '新密码与当前密码相同'],
    },
  },
]

const ask = ([method, path, call = {}]: Ask) =>
  service.call(method, typeof path === 'string' ? path : path(), typeof call === 'function' ? call() : call)
const rpcSays = ({ status, body }: Reply) => [status, body.error_code, body.error]
const restSays = ({ status, body }: Reply) => [status, body.details.code, body.message]

describe('the same refusal in both styles', () => {
  it.each(rows)('$reason', async ({ rpc, rest, says }) => {
    expect(rpcSays(await ask(rpc))).toEqual(says.rpc)
    expect(restSays(await ask(rest))).toEqual(says.rest)
  })

  it('writes nothing', async () => {
    expect(await service.knex('users').count('* as n').first()).toEqual({ n: '5' })
    const names = await service.knex('users').where('full_name', '<>', '').orWhere('can_write', false)
    expect(names).toEqual([])
    for (const role of ['super_admin', 'admin', 'manager', 'user'])
      expect(await service.store.users.find(people[role]?.id as string)).toMatchObject({ role, status: 'active' })
  })
})
