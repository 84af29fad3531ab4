import type { Caller } from '../caller.ts'
import { command, type Decision, first, type Step } from '../command.ts'
import { allowedTarget } from '../users/commands.ts'
import type { User } from '../users/user.ts'

/*
 * Ending sessions. One that is not there, or is somebody else's, needs no end: that is no failure
 * (as RFC 7009, 2.2 has it for tokens), so that a request that is repeated is answered alike, and
 * nobody learns of which ids there are sessions.
 */

/** Ends one session of the caller's own. @param sessionId undefined for what is no id at all */
export const endOwnSession = (caller: Caller, sessionId: string | undefined) =>
  command({
    by: caller,
    reads: { caller },
    decide: ({ caller: self }): Step<void> => endOf(self.id, sessionId, undefined),
  })

/** Ends every session of the caller but for the one that calls. */
export const endOtherSessions = (caller: Caller) =>
  command({
    by: caller,
    // Locked: two sessions that end each other would each wait for the other's row.
    reads: { caller, user: ['users', 'lock', caller.principal.id] },
    decide: ({ caller: self }): Step<void> => ({
      writes: [['sessions', 'removeOthersOf', self.id, caller.credential.id]],
      events: [{ event: 'sessions_revoked', userId: self.id, exceptSessionId: caller.credential.id }],
      result: undefined,
    }),
  })

/** Ends every session of the caller, this one too. */
export const endAllOwnSessions = (caller: Caller) =>
  command({
    by: caller,
    reads: { caller },
    decide: ({ caller: self }): Step<void> => ({ ...endOfAll(self.id), result: undefined }),
  })

/** Ends one session of another user. @throws DomainError as `allowedTarget` */
export const endSessionOf = (caller: Caller, id: string, sessionId: string | undefined) =>
  command({
    by: caller,
    reads: { caller, target: ['users', 'lock', id] },
    decide(rows): Step<User> {
      const user = allowedTarget(rows, 'end_sessions')
      return endOf(id, sessionId, user)
    },
  })

/** Ends every session of another user. @throws DomainError as `allowedTarget` */
export const revokeSessions = (caller: Caller, id: string) =>
  command({
    by: caller,
    reads: { caller, target: ['users', 'lock', id] },
    decide: (rows): Step<User> => ({ result: allowedTarget(rows, 'end_sessions'), ...endOfAll(id) }),
  })

const endOfAll = (userId: string): Pick<Decision<unknown>, 'writes' | 'events'> => ({
  writes: [['sessions', 'removeAllOf', userId]],
  events: [{ event: 'sessions_revoked', userId }],
})

function endOf<Result>(userId: string, sessionId: string | undefined, result: Result): Step<Result> {
  if (sessionId === undefined) return { writes: [], events: [], result }
  return first(['sessions', 'removeOf', userId, sessionId], (wasThere) => ({
    writes: [],
    events: wasThere ? [{ event: 'session_ended', userId, sessionId }] : [],
    result,
  }))
}
