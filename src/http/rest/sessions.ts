import { readId, requireId } from '../../domain/id.ts'
import { type HandlersOf, messages } from '../contract.ts'
import { reading } from '../operation.ts'
import type { HandlerDeps } from '../style.ts'
import { presentSession } from './present.ts'

export function createRestSessions({ sessions }: HandlerDeps): HandlersOf<'Rest.Sessions'> {
  return {
    'Rest.Sessions.list': async ({ caller, reply }) => {
      return reply(200, { success: true, data: (await sessions.listOwn(caller)).map(presentSession) })
    },

    'Rest.Sessions.end': async ({ caller, path: { sessionId }, language, reply }) => {
      await sessions.endOwn(caller, readId(sessionId))
      return reply(200, { success: true, message: messages.rest.sessionRevoked[language] })
    },

    'Rest.Sessions.endAll': async ({ caller, query, language, reply }) => {
      if (query.except) {
        await sessions.endOthers(caller)
        return reply(200, { success: true, message: messages.rest.otherSessionsRevoked[language] })
      }
      await sessions.endAllOwn(caller)
      return reply(200, { success: true, message: messages.rest.sessionsRevoked[language] })
    },

    'Rest.Sessions.listOfUser': reading(
      ({ path: { id } }) => sessions.listOf(requireId(id)),
      ({ caller, reply }, seenBy) => reply(200, { success: true, data: seenBy(caller).sessions.map(presentSession) }),
    ),

    'Rest.Sessions.endOfUser': async ({ caller, path: { id, sessionId }, language, reply }) => {
      await sessions.endOf(caller, requireId(id), readId(sessionId))
      return reply(200, { success: true, message: messages.rest.sessionRevoked[language] })
    },

    'Rest.Sessions.endAllOfUser': async ({ caller, path: { id }, language, reply }) => {
      await sessions.endAllOf(caller, requireId(id))
      return reply(200, { success: true, message: messages.rest.sessionsRevoked[language] })
    },
  }
}
