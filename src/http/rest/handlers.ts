import { readId, requireId } from '../../domain/id.ts'
import type { Sessions } from '../../domain/sessions/sessions.ts'
import type { Account } from '../../domain/users/account.ts'
import { isInvisible } from '../../domain/users/full-name.ts'
import type { Stats } from '../../domain/users/stats.ts'
import type { Users } from '../../domain/users/users.ts'
import type { HandlersOf, Input } from '../contract.ts'
import { HttpError } from '../failures.ts'
import { messages, presentStats, presentTokens, presentUser } from './present.ts'

export interface RestDeps {
  readonly users: Users
  readonly sessions: Sessions
  readonly account: Account
  readonly stats: () => Promise<Stats>
  /** Seconds that an access token lives. */
  readonly accessTokenTtl: number
}

export function createRestHandlers({ users, sessions, account, stats, accessTokenTtl }: RestDeps): HandlersOf<'Rest'> {
  return {
    'Rest.Users.list': async (input) =>
      input.query.after === undefined ? listPage(input) : listAfter(input, input.query.after),

    'Rest.Users.create': async ({ caller, body, language, reply }) => {
      checkFullName(body)
      const user = await users.create(caller, { fullName: '', role: 'user', status: 'active', ...body })
      const answer = { success: true, data: presentUser(user), message: messages.created[language] } as const
      return reply(201, answer, { Location: `/users/${user.id}` })
    },

    'Rest.Users.stats': async ({ reply }) => {
      return reply(200, { success: true, data: presentStats(await stats()) })
    },

    'Rest.Users.get': async ({ path: { id }, reply }) => {
      return reply(200, { success: true, data: presentUser(await users.get(requireId(id))) })
    },

    'Rest.Users.update': async ({ caller, path: { id }, body, language, reply }) => {
      checkFullName(body)
      const user = await users.change(caller, requireId(id), body, 'profile')
      return reply(200, { success: true, data: presentUser(user), message: messages.updated[language] })
    },

    'Rest.Users.delete': async ({ caller, path: { id }, language, reply }) => {
      await users.remove(caller, requireId(id))
      return reply(200, { success: true, message: messages.deleted[language] })
    },

    'Rest.Auth.login': async ({ body: { usernameOrEmail, password }, origin, language, reply }) => {
      const tokens = await sessions.login(origin, usernameOrEmail, password)
      const data = { ...presentTokens(tokens, accessTokenTtl), user: presentUser(tokens.user) }
      return reply(200, { success: true, data, message: messages.loggedIn[language] })
    },

    'Rest.Auth.refresh': async ({ body: { refreshToken }, countRequest, enter, origin, reply }) => {
      const tokens = await sessions.refresh(origin, refreshToken, countRequest, enter)
      return reply(200, { success: true, data: presentTokens(tokens, accessTokenTtl) })
    },

    'Rest.Auth.logout': async ({ caller, language, reply }) => {
      await sessions.logout(caller)
      return reply(200, { success: true, message: messages.loggedOut[language] })
    },

    'Rest.Auth.profile': async ({ caller, reply }) => {
      return reply(200, { success: true, data: presentUser(caller.principal) })
    },

    'Rest.Auth.updateProfile': async ({ caller, body, reply }) => {
      checkFullName(body)
      return reply(200, { success: true, data: presentUser(await account.change(caller, body)) })
    },

    'Rest.Auth.changePassword': async ({ caller, body, language, reply }) => {
      const { currentPassword: current, newPassword: next, confirmPassword } = body
      if (next !== confirmPassword) refuse('body', 'confirmPassword', 'mismatch', 'newPassword')
      await account.change(caller, { password: { current, next } })
      return reply(200, { success: true, message: messages.passwordChanged[language] })
    },
  }

  async function listPage({ query, reply }: Input<'Rest.Users.list'>) {
    const { page = 1, limit = 20, sortBy = 'createdAt', sortOrder = 'DESC', after: _, ...filter } = query
    const { users: found, total } = await users.list({
      ...filter,
      sortBy,
      sortOrder,
      limit,
      offset: (page - 1) * limit,
    })
    const pagination = { page, limit, total, totalPages: Math.ceil(total / limit) }
    return reply(200, { success: true, data: found.map(presentUser), pagination })
  }

  async function listAfter({ query, givenQuery, reply }: Input<'Rest.Users.list'>, cursor: string) {
    const { page: _, limit = 20, sortBy: __, sortOrder: ___, after: ____, ...filter } = query
    for (const [field, same] of Object.entries(cursorOrder))
      if (givenQuery.has(field) && query[field as keyof typeof cursorOrder] !== same)
        refuse('query', field, 'excluded', 'after')
    const after = readId(cursor)
    const { users: found, next } = await users.walk({ ...filter, limit, ...(after && { after }) })
    return reply(200, { success: true, data: found.map(presentUser), pagination: { limit, nextCursor: next ?? null } })
  }
}

/** What a cursor does anyway; with any other value a parameter would be ignored without a word. */
const cursorOrder = { page: 1, sortBy: 'createdAt', sortOrder: 'ASC' } as const

/** A name is stored in NFC, which is longer for a few scripts, and the schema counts it as given; what can be seen no pattern says. */
function checkFullName({ fullName = '' }: { fullName?: string }): void {
  if ([...fullName.normalize('NFC')].length > 100) refuse('body', 'fullName', 'too_long', '100')
  if (isInvisible(fullName)) refuse('body', 'fullName', 'invisible')
}

/** For what no JSON schema can say: how two fields go together, how long a text becomes. */
function refuse(
  place: 'body' | 'query',
  field: string,
  kind: 'mismatch' | 'excluded' | 'too_long' | 'invisible',
  expected = '',
): never {
  throw new HttpError('invalid_request', { problems: [{ place, field, kind, expected }] })
}
