import type { Role } from '../../src/domain/users/user.ts'
import { password } from '../support/service.ts'

export type Ask = [method: string, path: string, json?: object]

interface Cell {
  readonly id: string
  readonly role: Role
  readonly field: string | undefined
  readonly value: unknown
  /** One that is not there. */
  readonly session: string
  /** Of the caller. */
  readonly refresh: string
}

interface Asking {
  /** How an operation is asked for in a cell. */
  readonly ask: (cell: Cell) => Ask
  /** Whether it is asked for with all its fields at once. */
  readonly whole?: true
  /** Whether an answer shows that user. */
  readonly shows?: (body: any, id: string) => boolean
}

const next = 'a good new one'
let made = 0
const unique = () => `cell-${++made}`
const draft = (role: unknown) => {
  const username = unique()
  return { username, email: `${username}@example.com`, password, role }
}

/** A value that is another than the user has. */
export function fieldValues(field: string): unknown {
  if (field === 'email') return `${unique()}@example.com`
  if (field === 'status') return 'suspended'
  if (field === 'can_write') return false
  return unique()
}

const change = ({ field, value }: Cell) => ({ [field as string]: value })
const update = (cell: Cell, json: object): Ask => ['POST', `/users:update?id=${cell.id}`, json]

/** By operation, and action where it has some. */
export const asks: Readonly<Record<string, Asking>> = {
  'Rpc.Audit.list': { ask: () => ['GET', '/audit:list'] },
  'Rpc.Auth.logout': { ask: ({ refresh }) => ['POST', '/auth:logout', { refresh_token: refresh }] },
  'Rpc.Auth.me': { ask: () => ['GET', '/auth:me'] },
  'Rpc.Auth.updateMe': { ask: () => ['POST', '/auth:me', { email: `${unique()}@example.com` }] },
  'Rpc.Permissions.list': { ask: () => ['GET', '/auth:permissions'] },
  'Rpc.Sessions.list': { ask: () => ['GET', '/auth:sessions'] },
  'Rpc.Sessions.revoke': { ask: () => ['POST', '/auth:revoke', { all: true }] },
  'Rpc.Sessions.listOfUser': { ask: ({ id }) => ['GET', `/users:sessions?id=${id}`] },
  'Rpc.Users.list': {
    ask: ({ role }) => ['GET', `/users:list?role=${role}&limit=200`],
    shows: ({ users }) => users.length > 0,
  },
  'Rpc.Users.get': { ask: ({ id }) => ['GET', `/users:get?id=${id}`], shows: ({ user }) => user !== undefined },
  'Rpc.Users.create': { ask: ({ value }) => ['POST', '/users:create', draft(value)], whole: true },
  'Rpc.Users.update': { ask: (cell) => update(cell, change(cell)) },
  'Rpc.Users.update reset_password': {
    ask: (cell) => update(cell, { action: 'reset_password', new_password: next, must_change: true }),
    whole: true,
  },
  'Rpc.Users.update revoke_session': {
    ask: (cell) => update(cell, { action: 'revoke_session', session_id: cell.session }),
  },
  'Rpc.Users.update revoke_sessions': { ask: (cell) => update(cell, { action: 'revoke_sessions' }) },
  'Rpc.Users.update unlock': { ask: (cell) => update(cell, { action: 'unlock' }) },
  'Rpc.Users.destroy': { ask: ({ id }) => ['POST', `/users:destroy?id=${id}`] },

  'Rest.Audit.list': { ask: () => ['GET', '/audit'] },
  'Rest.Auth.logout': { ask: () => ['POST', '/auth/logout'] },
  'Rest.Auth.profile': { ask: () => ['GET', '/auth/profile'] },
  'Rest.Auth.updateProfile': { ask: () => ['PATCH', '/auth/profile', { fullName: unique() }] },
  'Rest.Auth.changePassword': {
    ask: () => [
      'POST',
      '/auth/change-password',
      { currentPassword: password, newPassword: next, confirmPassword: next },
    ],
  },
  'Rest.Permissions.list': { ask: () => ['GET', '/auth/permissions'] },
  'Rest.Sessions.list': { ask: () => ['GET', '/auth/sessions'] },
  'Rest.Sessions.end': { ask: ({ session }) => ['DELETE', `/auth/sessions/${session}`] },
  'Rest.Sessions.endAll': { ask: () => ['DELETE', '/auth/sessions'] },
  'Rest.Sessions.listOfUser': { ask: ({ id }) => ['GET', `/users/${id}/sessions`] },
  'Rest.Sessions.endOfUser': { ask: ({ id, session }) => ['DELETE', `/users/${id}/sessions/${session}`] },
  'Rest.Sessions.endAllOfUser': { ask: ({ id }) => ['DELETE', `/users/${id}/sessions`] },
  'Rest.Users.list': {
    ask: ({ role }) => ['GET', `/users?role=${role}&limit=100`],
    shows: ({ data }, id) => data.some((user: { id: string }) => user.id === id),
  },
  'Rest.Users.get': { ask: ({ id }) => ['GET', `/users/${id}`], shows: ({ data }, id) => data.id === id },
  'Rest.Users.stats': { ask: () => ['GET', '/users/stats'] },
  'Rest.Users.create': { ask: ({ value }) => ['POST', '/users', draft(value)], whole: true },
  'Rest.Users.update': { ask: (cell) => ['PATCH', `/users/${cell.id}`, change(cell)] },
  'Rest.Users.resetPassword': {
    ask: ({ id }) => ['POST', `/users/${id}/reset-password`, { newPassword: next, mustChange: true }],
    whole: true,
  },
  'Rest.Users.unlock': { ask: ({ id }) => ['POST', `/users/${id}/unlock`] },
  'Rest.Users.delete': { ask: ({ id }) => ['DELETE', `/users/${id}`] },
}
