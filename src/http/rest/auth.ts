import { type HandlersOf, messages } from '../contract.ts'
import { InvalidRequest } from '../failures.ts'
import type { HandlerDeps } from '../style.ts'
import { checkFullName } from './checks.ts'
import { presentTokens, presentUser } from './present.ts'

export function createRestAuth({ sessions, account, accessTokenTtl }: HandlerDeps): HandlersOf<'Rest.Auth'> {
  return {
    'Rest.Auth.login': async ({ body: { usernameOrEmail, password }, origin, language, reply }) => {
      const tokens = await sessions.login(origin, usernameOrEmail, password)
      const data = {
        ...presentTokens(tokens, accessTokenTtl),
        ...(tokens.user.mustChangePassword && ({ mustChange: true } as const)),
        user: presentUser(tokens.user),
      }
      return reply(200, { success: true, data, message: messages.rest.loggedIn[language] })
    },

    'Rest.Auth.refresh': async ({ body: { refreshToken }, countRequest, enter, origin, reply }) => {
      const tokens = await sessions.refresh(origin, refreshToken, countRequest, enter)
      return reply(200, { success: true, data: presentTokens(tokens, accessTokenTtl) })
    },

    'Rest.Auth.logout': async ({ caller, language, reply }) => {
      await sessions.logout(caller)
      return reply(200, { success: true, message: messages.rest.loggedOut[language] })
    },

    'Rest.Auth.profile': async ({ caller, reply }) => {
      return reply(200, { success: true, data: presentUser(caller.principal) })
    },

    'Rest.Auth.updateProfile': async ({ caller, body, reply }) => {
      checkFullName(body)
      if (body.email === undefined && body.fullName === undefined)
        throw new InvalidRequest({ place: 'body', field: 'body', kind: 'empty' })
      return reply(200, { success: true, data: presentUser(await account.change(caller, body)) })
    },

    'Rest.Auth.changePassword': async ({ caller, body, language, reply }) => {
      const { currentPassword: current, newPassword: next, confirmPassword } = body
      if (next !== confirmPassword)
        throw new InvalidRequest({ place: 'body', field: 'confirmPassword', kind: 'mismatch', expected: 'newPassword' })
      await account.change(caller, { password: next, currentPassword: current })
      return reply(200, { success: true, message: messages.rest.passwordChanged[language] })
    },
  }
}
