import { readId, requireId, toUlid } from '../../domain/id.ts'
import type { Sessions } from '../../domain/sessions/sessions.ts'
import type { Account } from '../../domain/users/account.ts'
import type { Users } from '../../domain/users/users.ts'
import type { HandlersOf } from '../contract.ts'
import { messages, presentBrief, presentTokens, presentUser } from './present.ts'

export interface RpcDeps {
  readonly users: Users
  readonly sessions: Sessions
  readonly account: Account
}

export function createRpcHandlers({ users, sessions, account }: RpcDeps): HandlersOf<'Rpc'> {
  return {
    'Rpc.Users.create': async ({ caller, body: { can_write, ...body }, language, reply }) => {
      const draft = {
        ...body,
        fullName: '',
        status: 'active',
        ...(can_write !== undefined && { canWrite: can_write }),
      } as const
      const user = await users.create(caller, draft)
      const answer = { message: messages.created[language], user: presentUser(user) }
      return reply(201, answer, { Location: `/users:get?id=${toUlid(user.id)}` })
    },

    'Rpc.Users.list': async ({ query: { limit = 15, after, ...filter }, reply }) => {
      const start = after === undefined ? undefined : readId(after)
      const { users: page, next } = await users.walk({ ...filter, limit, ...(start && { after: start }) })
      return reply(200, { users: page.map(presentUser), next_cursor: next ? toUlid(next) : null, limit })
    },

    'Rpc.Users.get': async ({ query: { id }, reply }) => {
      return reply(200, { user: presentUser(await users.get(requireId(id))) })
    },

    'Rpc.Users.update': async ({ caller, query, body, language, reply }) => {
      const id = requireId(query.id)
      if (!('action' in body)) {
        const { can_write, ...fields } = body
        const change = { ...fields, ...(can_write !== undefined && { canWrite: can_write }) }
        const user = await users.change(caller, id, change, 'nothing')
        return reply(200, { message: messages.updated[language], user: presentUser(user) })
      }
      if (body.action === 'reset_password') {
        const user = await users.resetPassword(caller, id, body.new_password)
        return reply(200, { message: messages.passwordReset[language], user: presentUser(user) })
      }
      const user = await users.revokeSessions(caller, id)
      return reply(200, { message: messages.sessionsRevoked[language], user: presentUser(user) })
    },

    'Rpc.Users.destroy': async ({ caller, query: { id }, language, reply }) => {
      await users.remove(caller, requireId(id))
      return reply(200, { message: messages.deleted[language] })
    },

    'Rpc.Auth.login': async ({ body: { username, password }, origin, reply }) => {
      return reply(200, presentTokens(await sessions.login(origin, username, password)))
    },

    'Rpc.Auth.refresh': async ({ body: { refresh_token }, countRequest, enter, origin, reply }) => {
      return reply(200, presentTokens(await sessions.refresh(origin, refresh_token, countRequest, enter)))
    },

    'Rpc.Auth.logout': async ({ caller, body: { refresh_token }, language, reply }) => {
      await sessions.logoutWith(caller, refresh_token)
      return reply(200, { message: messages.loggedOut[language] })
    },

    'Rpc.Auth.me': async ({ caller, reply }) => {
      return reply(200, { user: presentBrief(caller.principal) })
    },

    'Rpc.Auth.updateMe': async ({ caller, body, language, reply }) => {
      const { email, old_password: current, password: next } = body
      const password = current !== undefined && next !== undefined && { current, next }
      const user = await account.change(caller, {
        ...(email !== undefined && { email }),
        ...(password && { password }),
      })
      const message = password ? messages.passwordChanged : messages.updated
      return reply(200, { message: message[language], user: presentBrief(user) })
    },
  }
}
