import type { Session } from '../../src/domain/sessions/store.ts'
import type { Fault } from './fault.ts'
import { claimsOf, during, editAnswer, hasAction, isTo } from './seams.ts'

const unusedFor = (session: Session, now: Date): Session => ({ ...session, lastUsedAt: now })

/** Bugs by which a session survives, or is not what it is shown to be. */
export const plantedSessions: readonly Fault[] = [
  {
    name: 'RPC: a session that an administrator ends survives',
    store: during(hasAction('revoke_session'), () => ({ sessions: { removeOf: async () => true } })),
  },
  {
    name: 'the other sessions survive their end',
    store: () => ({ sessions: { removeOthersOf: async () => {} } }),
  },
  {
    name: 'REST: the end of all sessions spares the one that asks',
    store: during(isTo('DELETE /auth/sessions'), ({ sessions }, { sent }) => ({
      sessions: { removeAllOf: (id) => sessions.removeOthersOf(id, claimsOf(sent).sid) },
    })),
  },
  {
    name: 'a session of somebody else is ended by its id',
    store: ({ sessions }) => ({
      sessions: {
        removeOf: async (_, id) => {
          await sessions.remove(id)
          return true
        },
      },
    }),
  },
  {
    name: 'an idle session lives on',
    store: ({ sessions }, { now }) => ({
      sessions: {
        find: async (id) => {
          const found = await sessions.find(id)
          return found && { ...found, session: unusedFor(found.session, now) }
        },
      },
    }),
  },
  {
    name: 'a session is renewed for ever',
    store: ({ sessions }, { now }) => ({
      sessions: {
        lock: async (id) => {
          const found = await sessions.lock(id)
          return found && { ...found, createdAt: now }
        },
      },
    }),
  },
  {
    name: 'one session too many survives a login',
    store: ({ sessions }) => ({
      sessions: { usedLongestAgo: async (...given) => (await sessions.usedLongestAgo(...given)).slice(1) },
    }),
  },
  {
    name: 'REST: a session is shown as if it was never used',
    reply: editAnswer('GET /auth/sessions', ({ data }) => {
      for (const session of data) session.lastUsedAt = session.createdAt
    }),
  },
]
