import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordExample } from '../support/contract-coverage.ts'
import { type Call, type Service, startService } from '../support/service.ts'
import { type ExampleFailure, failures, settle } from './document.ts'
import {
  broken,
  closed,
  deep,
  early,
  expired,
  limited,
  locked,
  type Person,
  type Provocation,
  refreshOf,
  reused,
  revoked,
  type Style,
  stuck,
  unproved,
} from './provocations.ts'

const json = { username: 'newcomer', email: 'newcomer@example.com', password: 'long enough to pass' }
const draft = { ...json, role: 'user' }
const nobody = '01941f29-7c00-7000-8000-0000000000ff'
let service: Service
/** A caller of each kind, and somebody to do things to. */
let admin: Person
let superAdmin: Person
let manager: Person
let guest: Person

beforeAll(async () => {
  service = await startService()
  superAdmin = await service.as('super_admin')
  admin = await service.as('admin', { username: 'taken', email: 'taken@example.com' })
  manager = await service.as('manager')
  guest = await service.as('guest')
})
afterAll(() => service.close())

const as = (person: () => Person, method: string, path: string | (() => string), call: Call = {}): Provocation => {
  return () => service.call(method, typeof path === 'string' ? path : path(), { token: person().token, ...call })
}
const byAdmin = (method: string, path: string | (() => string), body?: unknown) =>
  as(() => admin, method, path, body === undefined ? {} : { json: body })
const byManager = (method: string, path: string | (() => string), body?: unknown) =>
  as(() => manager, method, path, body === undefined ? {} : { json: body })
const open = (method: string, path: string, call: Call = {}): Provocation => {
  return () => service.call(method, path, call)
}

const provocations: Record<Style, Record<string, Provocation>> = {
  Rpc: {
    token_missing: open('GET', '/auth:me'),
    token_malformed: open('GET', '/auth:me', { headers: { Authorization: 'Token abc' } }),
    token_invalid: open('GET', '/auth:me', { token: 'of.nobody.else' }),
    token_revoked: revoked('/auth:me'),
    role_required: as(() => guest, 'GET', '/users:list'),
    password_change_required: closed('/auth:me'),
    current_password_required: unproved('POST', '/auth:me'),
    super_admin_protected: byAdmin('POST', () => `/users:update?id=${superAdmin.user.id}`, { can_write: false }),
    role_above_actor: byAdmin('POST', '/users:create', { ...draft, role: 'super_admin' }),
    self_change: byAdmin('POST', () => `/users:update?id=${admin.user.id}`, { can_write: false }),
    self_deletion: byAdmin('POST', () => `/users:destroy?id=${admin.user.id}`),
    user_not_found: byAdmin('GET', `/users:get?id=${nobody}`),
    username_taken: byAdmin('POST', '/users:create', { ...draft, username: 'Taken' }),
    email_taken: byAdmin('POST', '/users:create', { ...draft, email: 'Taken@example.com' }),
    weak_password: byAdmin('POST', '/users:create', { ...draft, password: 'password123' }),
    same_password: byAdmin('POST', '/auth:me', {
      old_password: 'correct horse battery',
      password: 'correct horse battery',
    }),
    wrong_current_password: byAdmin('POST', '/auth:me', {
      old_password: 'wrong horse battery',
      password: 'another horse battery',
    }),
    credentials_refused: open('POST', '/auth:login', { json: { username: 'nobody', password: 'wrong' } }),
    login_locked: locked('/auth:login', { username: 'nobody', password: 'wrong' }),
    rate_limited: limited('/auth:me'),
    refresh_token_unknown: () => refreshOf.Rpc(service, 'x'.repeat(43)),
    refresh_token_reused: reused('Rpc'),
    refresh_token_expired: expired('Rpc'),
    not_json: as(() => admin, 'POST', '/users:create', { raw: '{"username":' }),
    missing_field: byAdmin('POST', '/users:create', json),
    nothing_to_update: byAdmin('POST', () => `/users:update?id=${guest.user.id}`, {}),
    bad_email: byAdmin('POST', '/users:create', { ...draft, email: 'newcomer@localhost' }),
    bad_role: byAdmin('POST', '/users:create', { ...draft, role: 'king' }),
    bad_role_filter: byAdmin('GET', '/users:list?role=king'),
    unknown_action: byAdmin('POST', () => `/users:update?id=${guest.user.id}`, { action: 'promote' }),
    invalid_body: byAdmin('POST', '/users:create', { ...draft, nickname: 'new' }),
    invalid_query: byAdmin('GET', '/users:list?limit=201'),
    body_too_large: byAdmin('POST', '/users:create', { ...draft, password: 'x'.repeat(200_000) }),
    unsupported_media_type: as(() => admin, 'POST', '/users:create', {
      raw: 'username=newcomer',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    }),
    unsupported_charset: as(() => admin, 'POST', '/users:create', {
      json: draft,
      headers: { 'Content-Type': 'application/json; charset=utf-16' },
    }),
    unsupported_coding: as(() => admin, 'POST', '/users:create', {
      json: draft,
      headers: { 'Content-Encoding': 'gzip' },
    }),
    malformed_request: early('nonsense'),
    request_timeout: early('GET / HTTP/1.1', true),
    headers_too_large: early(`GET /${'x'.repeat(17_000)} HTTP/1.1`),
    no_such_path: open('GET', '/users:explode'),
    no_such_method: open('PATCH', '/users:update'),
    fault: broken('/users:list'),
    unavailable: stuck('/users:list'),
  },
  Rest: {
    token_missing: open('GET', '/auth/profile'),
    token_malformed: open('GET', '/auth/profile', { headers: { Authorization: 'Token abc' } }),
    token_invalid: open('GET', '/auth/profile', { token: 'of.nobody.else' }),
    token_revoked: revoked('/auth/profile'),
    role_required: as(() => guest, 'GET', '/users'),
    password_change_required: closed('/auth/profile'),
    current_password_required: unproved('PATCH', '/auth/profile'),
    super_admin_protected: byAdmin('PATCH', () => `/users/${superAdmin.user.id}`, { fullName: 'Nobody' }),
    target_above_actor: byManager('PATCH', () => `/users/${admin.user.id}`, { fullName: 'Nobody' }),
    role_above_actor: byManager('POST', '/users', { ...draft, role: 'admin' }),
    self_change: byAdmin('DELETE', () => `/users/${admin.user.id}/sessions`),
    self_privilege_change: byManager('PATCH', () => `/users/${manager.user.id}`, { role: 'user' }),
    self_deletion: byAdmin('DELETE', () => `/users/${admin.user.id}`),
    user_not_found: byAdmin('GET', `/users/${nobody}`),
    username_taken: byAdmin('POST', '/users', { ...draft, username: 'Taken' }),
    email_taken: byAdmin('POST', '/users', { ...draft, email: 'Taken@example.com' }),
    weak_password: byAdmin('POST', '/users', { ...draft, password: 'password123' }),
    same_password: byAdmin('POST', '/auth/change-password', {
      currentPassword: 'correct horse battery',
      newPassword: 'correct horse battery',
      confirmPassword: 'correct horse battery',
    }),
    wrong_current_password: byAdmin('POST', '/auth/change-password', {
      currentPassword: 'wrong horse battery',
      newPassword: 'another horse battery',
      confirmPassword: 'another horse battery',
    }),
    credentials_refused: open('POST', '/auth/login', { json: { usernameOrEmail: 'nobody', password: 'wrong' } }),
    login_locked: locked('/auth/login', { usernameOrEmail: 'nobody', password: 'wrong' }),
    rate_limited: limited('/auth/profile'),
    refresh_token_unknown: () => refreshOf.Rest(service, 'x'.repeat(43)),
    refresh_token_reused: reused('Rest'),
    refresh_token_expired: expired('Rest'),
    not_json: as(() => admin, 'POST', '/users', { raw: '{"username":' }),
    missing_field: byAdmin('POST', '/users', { ...draft, email: undefined }),
    nothing_to_update: byAdmin('PATCH', () => `/users/${guest.user.id}`, {}),
    bad_email: byAdmin('POST', '/users', { ...draft, email: 'newcomer@localhost' }),
    bad_role: byAdmin('POST', '/users', { ...draft, role: 'king' }),
    bad_role_filter: byAdmin('GET', '/users?role=king'),
    page_too_deep: deep('/users?page=1501&limit=100'),
    invalid_body: byAdmin('POST', '/users', { ...draft, nickname: 'new' }),
    invalid_query: byAdmin('GET', '/users?limit=101'),
    body_too_large: byAdmin('POST', '/users', { ...draft, password: 'x'.repeat(200_000) }),
    unsupported_media_type: as(() => admin, 'POST', '/users', {
      raw: 'username=newcomer',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    }),
    unsupported_charset: as(() => admin, 'POST', '/users', {
      json: draft,
      headers: { 'Content-Type': 'application/json; charset=utf-16' },
    }),
    unsupported_coding: as(() => admin, 'POST', '/users', {
      json: draft,
      headers: { 'Content-Encoding': 'gzip' },
    }),
    no_such_path: open('GET', '/users/stats/'),
    no_such_method: open('DELETE', '/users/stats'),
    fault: broken('/users'),
    unavailable: stuck('/users'),
  },
}

describe('the failures that the document shows', () => {
  it('are those that can be provoked, each with its way', () => {
    const known = Object.entries(provocations).flatMap(([style, ways]) =>
      Object.keys(ways).map((reason) => `${style} ${reason}`),
    )
    expect(failures.map(({ style, reason }) => `${style} ${reason}`).sort()).toEqual(known.sort())
  })

  it.each(failures)('$style $reason: $status', async ({ style, reason, status, body, pointer }: ExampleFailure) => {
    const reply = await provocations[style][reason]?.()
    expect(reply?.status).toBe(status)
    expect(settle(reply?.body)).toEqual(settle(body))
    recordExample(pointer)
  })
})
