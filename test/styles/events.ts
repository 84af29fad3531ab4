import { expect } from 'vitest'
import { password, type Reply, type Service } from '../support/service.ts'

export type Person = Awaited<ReturnType<Service['as']>>
export type Send = (headers: Record<string, string>) => Promise<Reply>

export const next = 'another horse battery'
export const wrong = 'a wrong password'

/** Requests that are sent later, with headers of their own. */
export function requestsOf(service: () => Service) {
  const rpc = (path: string, json: object, token?: string): Send => post(`/${path}`, json, token)
  const post =
    (path: string, json: object, token?: string, method = 'POST'): Send =>
    (headers) =>
      service().call(method, path, { headers, ...(token && { token }), ...(method !== 'DELETE' && { json }) })
  const logins = (name: string, secret: string): [Send, Send] => [
    rpc('auth:login', { username: name, password: secret }),
    post('/auth/login', { usernameOrEmail: name, password: secret }),
  ]
  return { rpc, post, logins }
}

/** Each command in each style that has it, and its events: by whom, and on whom. */
export function commandsOf(
  service: () => Service,
): Record<string, (admin: Person, person: Person) => { sends: Send[]; events: object[] }> {
  const { rpc, post, logins } = requestsOf(service)
  return {
    'a change of a user': ({ user: { id: callerId }, token }, { user: { id: userId } }) => ({
      sends: [
        rpc(`users:update?id=${userId}`, { role: 'guest', email: `new-${userId}@example.com` }, token),
        post(`/users/${userId}`, { role: 'guest', email: `new-${userId}@example.com` }, token, 'PATCH'),
      ],
      events: [{ event: 'user_changed', callerId, userId, fields: ['role', 'email'] }],
    }),
    'a suspension': ({ user: { id: callerId }, token }, { user: { id: userId } }) => ({
      sends: [post(`/users/${userId}`, { status: 'suspended' }, token, 'PATCH')],
      events: [
        { event: 'user_changed', callerId, userId, fields: ['status'] },
        { event: 'sessions_revoked', callerId, userId },
      ],
    }),
    'a change that changes nothing': ({ token }, { user: { id, role } }) => ({
      sends: [rpc(`users:update?id=${id}`, { role }, token), post(`/users/${id}`, { role }, token, 'PATCH')],
      events: [],
    }),
    'a reset password': ({ user: { id: callerId }, token }, { user: { id: userId } }) => ({
      sends: [rpc(`users:update?id=${userId}`, { action: 'reset_password', new_password: next }, token)],
      events: [
        { event: 'password_reset', callerId, userId },
        { event: 'sessions_revoked', callerId, userId },
      ],
    }),
    'a revocation': ({ user: { id: callerId }, token }, { user: { id: userId } }) => ({
      sends: [rpc(`users:update?id=${userId}`, { action: 'revoke_sessions' }, token)],
      events: [{ event: 'sessions_revoked', callerId, userId }],
    }),
    'an unlocking': ({ user: { id: callerId }, token }, { user: { id: userId } }) => ({
      sends: [
        rpc(`users:update?id=${userId}`, { action: 'unlock' }, token),
        (headers) => service().call('POST', `/users/${userId}/unlock`, { headers, token }),
      ],
      events: [{ event: 'login_unlocked', callerId, userId }],
    }),
    'a deletion': ({ user: { id: callerId }, token }, { user: { id: userId } }) => ({
      sends: [rpc(`users:destroy?id=${userId}`, {}, token), post(`/users/${userId}`, {}, token, 'DELETE')],
      events: [
        { event: 'user_deleted', callerId, userId },
        { event: 'sessions_revoked', callerId, userId },
      ],
    }),
    'a change of the own email': (_, { user: { id }, token }) => ({
      sends: [
        rpc('auth:me', { email: `new-${id}@example.com` }, token),
        post('/auth/profile', { email: `new-${id}@example.com` }, token, 'PATCH'),
      ],
      events: [{ event: 'user_changed', callerId: id, userId: id, fields: ['email'] }],
    }),
    'a change of the own password': (_, { user: { id }, token }) => ({
      sends: [
        rpc('auth:me', { old_password: password, password: next }, token),
        post('/auth/change-password', { currentPassword: password, newPassword: next, confirmPassword: next }, token),
      ],
      events: [
        { event: 'password_changed', callerId: id, userId: id },
        { event: 'sessions_revoked', callerId: id, userId: id },
      ],
    }),
    'a wrong current password': (_, { user: { id }, token }) => ({
      sends: [
        rpc('auth:me', { old_password: wrong, password: next }, token),
        post('/auth/change-password', { currentPassword: wrong, newPassword: next, confirmPassword: next }, token),
      ],
      events: [{ event: 'wrong_current_password', callerId: id, userId: id, locked: false }],
    }),
    'a login': (_, { user: { id: userId, username } }) => ({
      sends: logins(username, password),
      events: [{ event: 'session_started', callerId: null, userId, sessionId: expect.any(String) }],
    }),
    'a failed login': (_, { user: { id: userId, username } }) => ({
      sends: logins(username, wrong),
      events: [{ event: 'login_failed', callerId: null, userId, locked: false }],
    }),
    'a failed login of nobody': () => ({
      sends: logins('nobody at all', wrong),
      events: [{ event: 'login_failed', callerId: null, userId: null, locked: false }],
    }),
    'a refresh': (_, { user: { id: userId }, refresh }) => ({
      sends: [rpc('auth:refresh', { refresh_token: refresh }), post('/auth/refresh', { refreshToken: refresh })],
      events: [{ event: 'session_refreshed', callerId: null, userId, sessionId: expect.any(String) }],
    }),
    'a refresh with an unknown token': () => ({
      sends: [
        rpc('auth:refresh', { refresh_token: 'not a refresh token' }),
        post('/auth/refresh', { refreshToken: 'not a refresh token' }),
      ],
      events: [],
    }),
    'a logout': (_, { user: { id }, token, refresh }) => ({
      sends: [
        rpc('auth:logout', { refresh_token: refresh }, token),
        (headers) => service().call('POST', '/auth/logout', { headers, token }),
      ],
      events: [{ event: 'session_ended', callerId: id, userId: id, sessionId: expect.any(String) }],
    }),
    'a refused change': ({ user: { id } }, { token }) => ({
      sends: [
        rpc(`users:update?id=${id}`, { can_write: false }, token),
        post(`/users/${id}`, { fullName: 'New' }, token, 'PATCH'),
      ],
      events: [],
    }),
  }
}
