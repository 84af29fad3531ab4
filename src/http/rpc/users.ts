import { readId, requireId, toUlid } from '../../domain/id.ts'
import { plainWalk } from '../../domain/users/positions.ts'
import { type HandlersOf, messages } from '../contract.ts'
import { reading } from '../operation.ts'
import type { HandlerDeps } from '../style.ts'
import { presentUser } from './present.ts'

export function createRpcUsers({ users, sessions }: HandlerDeps): HandlersOf<'Rpc.Users'> {
  return {
    'Rpc.Users.create': async ({
      caller,
      body: { can_write, must_change: mustChangePassword = false, ...body },
      language,
      reply,
    }) => {
      const draft = { ...body, mustChangePassword, ...(can_write !== undefined && { canWrite: can_write }) }
      const user = await users.create(caller, draft)
      const answer = { message: messages.rpc.created[language], user: presentUser(user) }
      return reply(201, answer, { Location: `/users:get?id=${toUlid(user.id)}` })
    },

    'Rpc.Users.list': reading(
      ({ query: { limit = 15, after, ...filter } }) => {
        const start = after === undefined ? undefined : readId(after)
        return users.walk({ ...filter, ...plainWalk(start), limit })
      },
      ({ query: { limit = 15 }, reply }, { users, next }) =>
        reply(200, { users: users.map(presentUser), next_cursor: next ? toUlid(next.id) : null, limit }),
    ),

    'Rpc.Users.get': reading(
      ({ query: { id } }) => users.get(requireId(id)),
      ({ reply }, user) => reply(200, { user: presentUser(user) }),
    ),

    'Rpc.Users.update': async ({ caller, query, body, language, reply }) => {
      const id = requireId(query.id)
      if (!('action' in body)) {
        const { can_write, ...fields } = body
        const change = { ...fields, ...(can_write !== undefined && { canWrite: can_write }) }
        const user = await users.change(caller, id, change, 'change_other_user')
        return reply(200, { message: messages.rpc.updated[language], user: presentUser(user) })
      }
      if (body.action === 'reset_password') {
        const user = await users.resetPassword(caller, id, body.new_password, body.must_change)
        return reply(200, { message: messages.rpc.passwordReset[language], user: presentUser(user) })
      }
      if (body.action === 'revoke_session') {
        const user = await sessions.endOf(caller, id, readId(body.session_id))
        return reply(200, { message: messages.rpc.sessionRevoked[language], user: presentUser(user) })
      }
      if (body.action === 'unlock') {
        const user = await users.unlock(caller, id)
        return reply(200, { message: messages.rpc.unlocked[language], user: presentUser(user) })
      }
      const user = await sessions.endAllOf(caller, id)
      return reply(200, { message: messages.rpc.sessionsRevoked[language], user: presentUser(user) })
    },

    'Rpc.Users.destroy': async ({ caller, query: { id }, language, reply }) => {
      await users.remove(caller, requireId(id))
      return reply(200, { message: messages.rpc.deleted[language] })
    },
  }
}
