import { expectedPermissions } from '../styles/permission-list.ts'
import type { Broken, Command } from './commands.ts'
import type { Step } from './rules.ts'
import { forwarded, lockedUntil } from './rules-locks.ts'
import { credentialsOf, passwordsOf } from './rules-own.ts'
import { lifetimes } from './rules-sessions.ts'
import { isTooDeep, statsOf } from './rules-users.ts'
import type { State, User } from './state.ts'
import { nameOf, passwordOf, textOf, texts } from './texts.ts'
import {
  camel,
  type Draft,
  goodDraft,
  type Page,
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
import { register, viewLimit } from './wires.ts'

register({
  name: 'rest',
  rules: { managersManage: true, changesSelf: true, sortsLists: true },
  words,
  drafts,
  views: [{}, { cursor: true }],
  trail: {
    path: '/audit',
    eventsOf: ({ data }) => data,
    nextOf: ({ pagination }) => pagination.nextCursor,
    nameOf: camel,
  },
})

/** The RPC style alone lets people write, and changes email and password at once. */
function words(command: Command): boolean {
  const { kind } = command
  if (kind === 'logout') return command.foreign !== true
  if (kind === 'password') return command.email === undefined
  if (kind === 'broken') return command.reason !== 'unknown_action'
  return (kind !== 'create' && kind !== 'update') || command.canWrite === undefined
}

/** The requests of a command, and what each answers when it is not refused. */
function drafts({ settled, before, after, outcome }: Step): Draft[] {
  const { command, actor, target } = settled
  const draft = (method: string, path: string, json?: unknown, answer: object = {}): Draft => ({
    ...request(method, path, actor.authorization, { json }),
    body: { success: true, ...answer },
  })
  const one = (message?: string) => ({ data: shown(after, outcome.user), ...(message && { message }) })
  const email = 'email' in command && command.email ? nameOf(texts.emails, command.email) : undefined
  const given = 'fullName' in command && command.fullName !== undefined ? command.fullName : undefined
  const fullName = given === undefined ? undefined : textOf(texts.fullNames, given)
  switch (command.kind) {
    case 'create': {
      const { status, mustChange } = command
      const username = nameOf(texts.usernames, command.username)
      // Left out, it is this.
      const role = command.role === 'user' ? undefined : command.role
      const password = passwordOf(command.password, username)
      const json = { username, email, password, fullName, role, status, mustChange }
      const captures = { [`U${outcome.user}`]: ['data', 'id'] }
      const created = draft('POST', '/users', json, one('用户创建成功'))
      return [{ ...created, status: 201, location: `/users/$U${outcome.user}`, captures }]
    }
    case 'update': {
      const { role, status } = command
      return [draft('PATCH', `/users/${target.id}`, { fullName, email, role, status }, one('用户更新成功'))]
    }
    case 'reset': {
      const { mustChange } = command
      const json = { newPassword: passwordOf(command.password, usernameOf(before, target)), mustChange }
      return [draft('POST', `/users/${target.id}/reset-password`, json, one('密码重置成功'))]
    }
    case 'revoke':
      return [draft('DELETE', `/users/${target.id}/sessions`, undefined, { message: '会话已全部结束' })]
    case 'unlock':
      return [draft('POST', `/users/${target.id}/unlock`, undefined, one('用户已解锁'))]
    case 'sessions': {
      const path = command.target ? `/users/${target.id}/sessions` : '/auth/sessions'
      const show = (number: number) => ({ id: `$S${number}`, ...shownSession(after, number, settled) })
      return [draft('GET', path, undefined, { data: (outcome.sessions ?? []).map(show) })]
    }
    case 'end session': {
      const path = command.target ? `/users/${target.id}/sessions` : '/auth/sessions'
      return [draft('DELETE', `${path}/${sessionIdOf(settled)}`, undefined, { message: '会话已结束' })]
    }
    case 'end sessions': {
      const path = `/auth/sessions${command.others ? '?except=current' : ''}`
      return [draft('DELETE', path, undefined, { message: command.others ? '其他会话已全部结束' : '会话已全部结束' })]
    }
    case 'delete':
      return [draft('DELETE', `/users/${target.id}`, undefined, { message: '用户删除成功' })]
    case 'get':
      return [
        draft('GET', `/users/${target.id}`, undefined, { data: { ...shown(after, outcome.user), ...lockShown() } }),
      ]
    case 'list':
      return listDrafts()
    case 'stats':
      return [draft('GET', '/users/stats', undefined, { data: statsOf(after) })]
    case 'login': {
      const { name: usernameOrEmail, password } = credentialsOf(before, command, target.user)
      return [
        {
          ...withTokens(draft('POST', '/auth/login', { usernameOrEmail, password }), true),
          ...forwarded(command.place),
        },
      ]
    }
    case 'refresh':
      return [withTokens(draft('POST', '/auth/refresh', { refreshToken: refreshShown(before, settled) }), false)]
    case 'logout':
      return [draft('POST', '/auth/logout', undefined, { message: '登出成功' })]
    case 'me':
      if (command.permissions)
        return [
          draft('GET', '/auth/permissions', undefined, { data: expectedPermissions('rest', roleOf(after, outcome)) }),
        ]
      return [draft('GET', '/auth/profile', undefined, one())]
    case 'profile':
      return [draft('PATCH', '/auth/profile', { fullName, email }, one())]
    case 'password': {
      const { current: currentPassword, next: newPassword } = passwordsOf(before, actor, command)
      const confirmPassword = command.mismatch ? `${newPassword}?` : newPassword
      const json = { currentPassword, newPassword, confirmPassword }
      const changed = draft('POST', '/auth/change-password', json, { message: '密码修改成功' })
      return [{ ...changed, ...forwarded(command.place) }]
    }
    case 'broken':
      return [request(...brokenRequest(command, actor.authorization))]
    default:
      return []
  }

  function lockShown() {
    const until = lockedUntil(after, outcome.user ?? 0)
    return until === undefined ? {} : { lockedUntil: time(until) }
  }

  function listDrafts(): Draft[] {
    if (command.kind !== 'list') return []
    const { limit, role, status, search, sort, order, cursor, from, numbered = Infinity } = command
    const term = search === undefined ? undefined : textOf(texts.searches, search)
    const filter = { limit, role, status, search: term }
    const users = outcome.users ?? []
    const show = (numbers: readonly number[]) => numbers.map((number) => shown(after, number))
    if (cursor) {
      return pagesOf(users, limit, from ? target.id : nil).map(({ items, start, last }) => {
        const path = `/users?${query(filter)}&after=${typeof start === 'number' ? `$U${start}` : start}`
        const pagination = { limit, nextCursor: last === undefined ? null : `$U${last}` }
        return draft('GET', path, undefined, { data: show(items), pagination })
      })
    }
    const total = users.length
    const sorting = { sortBy: sort, sortOrder: order }
    const pages = pagesOf(users, limit)
    // One more than there are: it is empty, and says how many there are all the same.
    const beyond: Page[] = limit < viewLimit && total > 0 && numbered === Infinity ? [{ items: [] }] : []
    const deep = (at: number) => isTooDeep(at * limit, limit, total)
    return [...pages, ...beyond].map(({ items, last }, at): Draft => {
      // A page that is refused has no cursor to go on by.
      const goesOn = at >= numbered && !deep(numbered - 1)
      // Every other one leaves the order to the cursor.
      const asked = goesOn ? (at % 2 ? sorting : {}) : { page: at === 0 ? undefined : at + 1, ...sorting }
      const path = `/users?${query({ ...filter, ...asked })}${goesOn ? `&after=$C${at - 1}` : ''}`
      const counts = goesOn ? { limit } : { page: at + 1, limit, total, totalPages: Math.ceil(total / limit) }
      const nextCursor = last === undefined ? null : `$C${at}`
      return {
        ...draft('GET', path, undefined, { data: show(items), pagination: { ...counts, nextCursor } }),
        ...(nextCursor && { captures: { [`C${at}`]: ['pagination', 'nextCursor'] } }),
        refused: goesOn || !deep(at) ? undefined : 'page_too_deep',
      }
    })
  }

  function withTokens(asked: Draft, withUser: boolean): Draft {
    const tokens = tokensOf(after, outcome)
    if (!tokens) return asked
    const { accessName, refreshName, claims, user } = tokens
    const pair = {
      accessToken: `$${accessName}`,
      refreshToken: `$${refreshName}`,
      tokenType: 'Bearer',
      expiresIn: lifetimes.access,
    }
    const body = withUser
      ? {
          success: true,
          data: { ...pair, ...(after.users[user]?.mustChange && { mustChange: true }), user: shown(after, user) },
          message: '登录成功',
        }
      : { success: true, data: pair }
    const captures = { [accessName]: ['data', 'accessToken'], [refreshName]: ['data', 'refreshToken'] }
    return { ...asked, body, captures, claims }
  }
}

const nil = '00000000-0000-0000-0000-000000000000'

function shown(state: State, number = 0): Record<string, unknown> {
  const { username, email, fullName, role, status, createdAt, updatedAt, lastLoginAt } = state.users[number] as User
  const times = { createdAt: time(createdAt), updatedAt: time(updatedAt) }
  const last = lastLoginAt !== null && { lastLoginAt: time(lastLoginAt) }
  return { id: `$U${number}`, username, email, fullName, role, status, ...times, ...last }
}

function brokenRequest({ reason }: Broken, authorization: string | undefined): Parameters<typeof request> {
  const post = (path: string, json: unknown): Parameters<typeof request> => ['POST', path, authorization, { json }]
  switch (reason) {
    case 'missing_field':
      return post('/auth/change-password', { currentPassword: goodDraft.password })
    case 'not_json':
      return ['POST', '/auth/change-password', authorization, { raw: '{' }]
    case 'bad_email':
      return post('/users', { ...goodDraft, email: 'somebody@home' })
    case 'bad_role':
      return post('/users', { ...goodDraft, role: 'king' })
    case 'invalid_body':
      return post('/users', { ...goodDraft, shoeSize: 42 })
    case 'nothing_to_update':
      return ['PATCH', '/users/$U0', authorization, { json: {} }]
    case 'bad_role_filter':
      return ['GET', '/users?role=king', authorization]
    case 'invalid_query':
      return ['GET', '/users?limit=0', authorization]
    case 'unknown_action':
      throw new Error('the REST style has no actions')
  }
}
