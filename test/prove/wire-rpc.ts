import { expectedPermissions } from '../styles/permission-list.ts'
import type { Broken, Command } from './commands.ts'
import type { Step } from './rules.ts'
import { forwarded, lockedUntil } from './rules-locks.ts'
import { credentialsOf, passwordsOf } from './rules-own.ts'
import type { State, User } from './state.ts'
import { nameOf, passwordOf, textOf, texts } from './texts.ts'
import {
  type Draft,
  goodDraft,
  pagesOf,
  query,
  refreshShown,
  request,
  roleOf,
  sessionIdOf,
  shownSession,
  time,
  tokensOf,
  usernameOf,
} from './wire-parts.ts'
import { register } from './wires.ts'

register({
  name: 'rpc',
  rules: { managersManage: false, changesSelf: false, sortsLists: false },
  words,
  drafts,
  views: [{}],
  trail: {
    path: '/audit:list',
    eventsOf: ({ events }) => events,
    nextOf: ({ next_cursor }) => next_cursor,
    nameOf: (name) => name,
  },
})

/**
 * The REST style alone knows full names, statuses, statistics, and a new password that is typed
 * twice.
 */
function words(command: Command): boolean {
  const { kind } = command
  if (kind === 'stats') return false
  if (kind === 'password') return command.mismatch !== true
  if (kind === 'profile') return command.fullName === undefined
  if (kind === 'list') return command.status !== 'deleted'
  return (kind !== 'create' && kind !== 'update') || (command.fullName === undefined && command.status === undefined)
}

/** The requests of a command, and what each answers when it is not refused. */
function drafts({ settled, before, after, outcome }: Step): Draft[] {
  const { command, actor, target } = settled
  const get = (path: string, body: unknown): Draft => ({ ...request('GET', path, actor.authorization), body })
  const post = (path: string, json: unknown, body?: unknown): Draft => ({
    ...request('POST', path, actor.authorization, { json }),
    body,
  })
  const update = (json: unknown, message: string) =>
    post(`/users:update?id=${target.id}`, json, { message, user: shown(after, outcome.user) })
  const email = 'email' in command && command.email ? nameOf(texts.emails, command.email) : undefined
  switch (command.kind) {
    case 'create': {
      const { role, canWrite: can_write, mustChange: must_change } = command
      const username = nameOf(texts.usernames, command.username)
      const json = { username, email, password: passwordOf(command.password, username), role, can_write, must_change }
      const body = { message: 'user created successfully', user: shown(after, outcome.user) }
      const captures = { [`L${outcome.user}`]: ['user', 'id'] }
      return [
        { ...post('/users:create', json, body), status: 201, location: `/users:get?id=$L${outcome.user}`, captures },
      ]
    }
    case 'update':
      return [update({ email, role: command.role, can_write: command.canWrite }, 'user updated successfully')]
    case 'reset': {
      const new_password = passwordOf(command.password, usernameOf(before, target))
      const json = { action: 'reset_password', new_password, must_change: command.mustChange }
      return [update(json, 'password reset successfully')]
    }
    case 'revoke':
      return [update({ action: 'revoke_sessions' }, 'all sessions revoked successfully')]
    case 'unlock':
      return [update({ action: 'unlock' }, 'user unlocked successfully')]
    case 'sessions': {
      const path = command.target ? `/users:sessions?id=${target.id}` : '/auth:sessions'
      const sessions = (outcome.sessions ?? []).map((number) => {
        const { createdAt, lastUsedAt, address, userAgent, current } = shownSession(after, number, settled)
        const times = { created_at: createdAt, last_used_at: lastUsedAt }
        return { id: `$T${number}`, ...times, address, user_agent: userAgent, current }
      })
      if (!command.target) return [get(path, { sessions })]
      const until = lockedUntil(after, target.user ?? 0)
      return [get(path, { sessions, locked_until: until === undefined ? null : time(until) })]
    }
    case 'end session': {
      const [session_id, message] = [sessionIdOf(settled), 'session revoked successfully']
      if (command.target) return [update({ action: 'revoke_session', session_id }, message)]
      return [post('/auth:revoke', { session_id }, { message })]
    }
    case 'end sessions': {
      const message = `all ${command.others ? 'other ' : ''}sessions revoked successfully`
      return [post('/auth:revoke', command.others ? { others: true } : { all: true }, { message })]
    }
    case 'delete':
      return [post(`/users:destroy?id=${target.id}`, undefined, { message: 'user deleted successfully' })]
    case 'get':
      return [get(`/users:get?id=${target.id}`, { user: shown(after, outcome.user) })]
    case 'list': {
      const { limit, role, status, search, from } = command
      const term = search === undefined ? undefined : textOf(texts.searches, search)
      const path = `/users:list?${query({ limit, role, status, search: term })}`
      return pagesOf(outcome.users ?? [], limit, from && target.id).map(({ items, start, last }) => {
        const users = items.map((number) => shown(after, number))
        const next_cursor = last === undefined ? null : `$L${last}`
        const cursor = typeof start === 'number' ? `$L${start}` : start
        return get(cursor === undefined ? path : `${path}&after=${cursor}`, { users, next_cursor, limit })
      })
    }
    case 'login': {
      const { name: username, password } = credentialsOf(before, command, target.user)
      return [withTokens({ ...post('/auth:login', { username, password }), ...forwarded(command.place) })]
    }
    case 'refresh':
      return [withTokens(post('/auth:refresh', { refresh_token: refreshShown(before, settled) }))]
    case 'logout':
      return [
        post('/auth:logout', { refresh_token: refreshShown(before, settled) }, { message: 'logged out successfully' }),
      ]
    case 'me':
      if (command.permissions)
        return [get('/auth:permissions', { permissions: expectedPermissions('rpc', roleOf(after, outcome)) })]
      return [get('/auth:me', { user: brief(after, outcome.user) })]
    case 'profile':
      return [post('/auth:me', { email }, { message: 'user updated successfully', user: brief(after, outcome.user) })]
    case 'password': {
      const { current: old_password, next: password } = passwordsOf(before, actor, command)
      const message = 'password updated successfully, please login again'
      const body = { message, user: brief(after, outcome.user) }
      return [{ ...post('/auth:me', { old_password, password, email }, body), ...forwarded(command.place) }]
    }
    case 'broken':
      return [request(...brokenRequest(command, actor.authorization))]
    default:
      return []
  }

  function withTokens(draft: Draft): Draft {
    const tokens = tokensOf(after, outcome)
    if (!tokens) return draft
    const { accessName, refreshName, claims, expiresAt, user } = tokens
    return {
      ...draft,
      claims,
      captures: { [accessName]: ['access_token'], [refreshName]: ['refresh_token'] },
      body: {
        access_token: `$${accessName}`,
        refresh_token: `$${refreshName}`,
        expires_at: time(expiresAt),
        token_type: 'Bearer',
        ...(after.users[user]?.mustChange && { must_change: true }),
        user: brief(after, user),
      },
    }
  }
}

function shown(state: State, number = 0): Record<string, unknown> {
  const { createdAt, updatedAt, lastLoginAt } = state.users[number] as User
  const times = { created_at: time(createdAt), updated_at: time(updatedAt) }
  return { ...brief(state, number), ...times, ...(lastLoginAt !== null && { last_login_at: time(lastLoginAt) }) }
}

function brief(state: State, number = 0): Record<string, unknown> {
  const { username, email, role, canWrite } = state.users[number] as User
  return { id: `$L${number}`, username, email, role, can_write: canWrite }
}

function brokenRequest({ reason }: Broken, authorization: string | undefined): Parameters<typeof request> {
  const post = (path: string, json: unknown): Parameters<typeof request> => ['POST', path, authorization, { json }]
  switch (reason) {
    case 'missing_field':
      return post('/auth:me', { password: goodDraft.password })
    case 'not_json':
      return ['POST', '/auth:me', authorization, { raw: '{' }]
    case 'bad_email':
      return post('/users:create', { ...goodDraft, email: 'somebody@home' })
    case 'bad_role':
      return post('/users:create', { ...goodDraft, role: 'king' })
    case 'invalid_body':
      return post('/users:create', { ...goodDraft, shoe_size: 42 })
    case 'nothing_to_update':
      return post('/users:update?id=$U0', {})
    case 'unknown_action':
      return post('/users:update?id=$U0', { action: 'promote' })
    case 'bad_role_filter':
      return ['GET', '/users:list?role=king', authorization]
    case 'invalid_query':
      return ['GET', '/users:list?limit=0', authorization]
  }
}
