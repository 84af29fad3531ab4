import { type HandlersOf, messages } from '../contract.ts'
import { InvalidRequest } from '../failures.ts'
import type { HandlerDeps } from '../style.ts'
import { presentBrief, presentTokens } from './present.ts'

export function createRpcAuth({ sessions, account }: HandlerDeps): HandlersOf<'Rpc.Auth'> {
  return {
    'Rpc.Auth.login': async ({ body: { username, password }, origin, reply }) => {
      return reply(200, presentTokens(await sessions.login(origin, username, password)))
    },

    'Rpc.Auth.refresh': async ({ body: { refresh_token }, countRequest, enter, origin, reply }) => {
      return reply(200, presentTokens(await sessions.refresh(origin, refresh_token, countRequest, enter)))
    },

    'Rpc.Auth.logout': async ({ caller, body: { refresh_token }, language, reply }) => {
      await sessions.logoutWith(caller, refresh_token)
      return reply(200, { message: messages.rpc.loggedOut[language] })
    },

    'Rpc.Auth.me': async ({ caller, reply }) => {
      return reply(200, { user: presentBrief(caller.principal) })
    },

    'Rpc.Auth.updateMe': async ({ caller, body, language, reply }) => {
      const { email, old_password: currentPassword, password } = body
      if (email === undefined && password === undefined)
        throw new InvalidRequest({ place: 'body', field: 'password', kind: 'missing' })
      const user = await account.change(caller, {
        ...(email !== undefined && { email }),
        ...(password !== undefined && { password }),
        ...(currentPassword !== undefined && { currentPassword }),
      })
      const message = password !== undefined ? messages.rpc.passwordChanged : messages.rpc.updated
      return reply(200, { message: message[language], user: presentBrief(user) })
    },
  }
}
