import { readId, requireId } from '../../domain/id.ts'
import { type HandlersOf, messages } from '../contract.ts'
import { reading } from '../operation.ts'
import type { HandlerDeps } from '../style.ts'
import { presentTime } from '../time.ts'
import { presentSession } from './present.ts'

export function createRpcSessions({ sessions }: HandlerDeps): HandlersOf<'Rpc.Sessions'> {
  return {
    'Rpc.Sessions.list': async ({ caller, reply }) => {
      return reply(200, { sessions: (await sessions.listOwn(caller)).map(presentSession) })
    },

    'Rpc.Sessions.revoke': async ({ caller, body, language, reply }) => {
      const done = (name: 'sessionRevoked' | 'otherSessionsRevoked' | 'sessionsRevoked') =>
        reply(200, { message: messages.rpc[name][language] })
      if ('session_id' in body) {
        await sessions.endOwn(caller, readId(body.session_id))
        return done('sessionRevoked')
      }
      if ('others' in body) {
        await sessions.endOthers(caller)
        return done('otherSessionsRevoked')
      }
      await sessions.endAllOwn(caller)
      return done('sessionsRevoked')
    },

    'Rpc.Sessions.listOfUser': reading(
      ({ query: { id } }) => sessions.listOf(requireId(id)),
      ({ caller, reply }, seenBy) => {
        const { sessions, lockedUntil } = seenBy(caller)
        return reply(200, {
          sessions: sessions.map(presentSession),
          locked_until: lockedUntil ? presentTime(lockedUntil) : null,
        })
      },
    ),
  }
}
