import { randomUUID } from 'node:crypto'
import { toUlid } from '../../src/domain/id.ts'
import type { Call, Reply } from '../support/wire.ts'

/** A process that answers. */
export type Ask = (method: string, path: string, call: Call) => Promise<Reply>

export type Request = readonly [method: string, path: string, json?: object]

/** Whose access ends, with the tokens that have been theirs so far. */
export interface Victim {
  readonly id: string
  readonly username: string
  /** One for each session. */
  readonly access: string[]
  /** The newest of each session. */
  readonly refresh: string[]
}

/** A way by which an administrator, or the victim, ends what the tokens are good for. */
export interface Ending {
  readonly name: string
  readonly style: 'RPC' | 'REST'
  /** As whom the victim begins, unless as a user. */
  readonly role?: 'admin'
  /** By a session of the victim that is none of the watched ones; by an administrator otherwise. */
  readonly own?: true
  readonly requests: (victim: Victim) => readonly Request[]
  /** What is not allowed any more; the old refresh tokens too, unless it is only the rights. */
  readonly closed: 'everything' | 'administration'
}

export const first = 'the password of before'
const next = 'the password of after'
const update = (id: string) => `/users:update?id=${id}`
const sessionOf = (token: string | undefined): string =>
  JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()).sid

/** By what the issue names, each in both styles. */
export const endings: Readonly<Record<string, readonly Ending[]>> = {
  revoke: [
    own('RPC', 'all of one’s own', ['POST', '/auth:revoke', { all: true }]),
    own('REST', 'all of one’s own', ['DELETE', '/auth/sessions']),
    own('RPC', 'all others of one’s own', ['POST', '/auth:revoke', { others: true }]),
    own('REST', 'all others of one’s own', ['DELETE', '/auth/sessions?except=current']),
    ended('RPC', 'all of a user', ({ id }) => [['POST', update(id), { action: 'revoke_sessions' }]]),
    ended('REST', 'all of a user', ({ id }) => [['DELETE', `/users/${id}/sessions`]]),
    ended('RPC', 'one by one', ({ id, access }) =>
      access.map((token) => ['POST', update(id), { action: 'revoke_session', session_id: toUlid(sessionOf(token)) }]),
    ),
    ended('REST', 'one by one', ({ id, access }) =>
      access.map((token) => ['DELETE', `/users/${id}/sessions/${sessionOf(token)}`]),
    ),
  ],
  reset: [false, true].flatMap((mark) => [
    ended('RPC', mark ? 'to be changed' : 'plain', ({ id }) => [
      ['POST', update(id), { action: 'reset_password', new_password: next, must_change: mark }],
    ]),
    ended('REST', mark ? 'to be changed' : 'plain', ({ id }) => [
      ['POST', `/users/${id}/reset-password`, { newPassword: next, mustChange: mark }],
    ]),
  ]),
  deletion: [
    ended('RPC', '', ({ id }) => [['POST', `/users:destroy?id=${id}`]]),
    ended('REST', '', ({ id }) => [['DELETE', `/users/${id}`]]),
  ],
  suspension: [ended('REST', '', ({ id }) => [['PATCH', `/users/${id}`, { status: 'suspended' }]])],
  demotion: [
    demoted('RPC', ({ id }) => [['POST', update(id), { role: 'user' }]]),
    demoted('REST', ({ id }) => [['PATCH', `/users/${id}`, { role: 'user' }]]),
  ],
  'password change': [
    own('RPC', '', ['POST', '/auth:me', { old_password: first, password: next }]),
    own('REST', '', [
      'POST',
      '/auth/change-password',
      { currentPassword: first, newPassword: next, confirmPassword: next },
    ]),
  ],
}

function ended(style: Ending['style'], name: string, requests: Ending['requests']): Ending {
  return { style, name, requests, closed: 'everything' }
}
function own(style: Ending['style'], name: string, request: Request): Ending {
  return { style, name, own: true, requests: () => [request], closed: 'everything' }
}
function demoted(style: Ending['style'], requests: Ending['requests']): Ending {
  return { style, name: '', role: 'admin', requests, closed: 'administration' }
}

/** What old tokens are tried on, reads and writes of both styles; `other` is somebody else. */
export const probes: Readonly<Record<Ending['closed'], (fresh: string, other: string) => Request>> = {
  everything: (fresh) =>
    pick<Request>(fresh, [
      ['GET', '/auth:me'],
      ['GET', '/auth/profile'],
      ['GET', '/auth:sessions'],
      ['GET', '/auth/sessions'],
      ['POST', '/auth:me', { email: `${fresh}@example.com` }],
      ['PATCH', '/auth/profile', { fullName: fresh }],
    ]),
  administration: (fresh, other) =>
    pick<Request>(fresh, [
      ['GET', '/users:list'],
      ['GET', '/users'],
      ['GET', `/users:sessions?id=${other}`],
      ['POST', update(other), { can_write: fresh < '8' }],
      ['PATCH', `/users/${other}`, { fullName: fresh }],
      ['DELETE', `/users/${other}/sessions`],
    ]),
}

const pick = <T>(fresh: string, all: readonly T[]): T => all[Number.parseInt(fresh.slice(-6), 16) % all.length] as T

/** A text that has not been sent yet, of hexadecimal digits. */
export const fresh = (): string => randomUUID().replaceAll('-', '')

/** Trades a refresh token, in either style. */
export async function refresh(ask: Ask, token: string, style: Ending['style']) {
  const { status, body } =
    style === 'RPC'
      ? await ask('POST', '/auth:refresh', { json: { refresh_token: token } })
      : await ask('POST', '/auth/refresh', { json: { refreshToken: token } })
  const { access_token, accessToken, refresh_token, refreshToken } = body.data ?? body
  return { status, access: access_token ?? accessToken, refresh: refresh_token ?? refreshToken }
}
