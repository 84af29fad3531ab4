import type { Caller } from '../caller.ts'
import { type Query, query } from '../query.ts'
import type { Store } from '../store.ts'
import { found } from '../users/commands.ts'
import { assertCanActOn } from '../users/permissions.ts'
import type { SessionLifetime } from './lifetime.ts'
import type { ShownSession } from './store.ts'

/** A session as it is listed. */
export interface ListedSession extends ShownSession {
  /** Whether it is the one that asks. */
  readonly current: boolean
}

/** Sessions as they are listed: those that still live, as they are known here. */
export function createSessionLists({
  store,
  lifetime,
  now,
}: {
  readonly store: Store
  readonly lifetime: SessionLifetime
  readonly now: () => Date
}) {
  /** Those that still live, the one used last first. */
  function listed({ credential }: Caller, sessions: readonly ShownSession[]): ListedSession[] {
    const at = now()
    return sessions
      .filter((session) => lifetime.lives(session, at))
      .map((session) => ({
        ...session,
        lastUsedAt: lifetime.lastUse(session),
        current: session.id === credential.id,
      }))
      .sort((a, b) => b.lastUsedAt.getTime() - a.lastUsedAt.getTime() || (a.id < b.id ? 1 : -1))
  }

  return {
    /** The caller's own sessions (OWASP ASVS 7.5.2). */
    listOwn: async (caller: Caller): Promise<ListedSession[]> =>
      listed(caller, await store.sessions.listOf(caller.principal.id)),

    /**
     * The sessions of a user, for whoever may act on them.
     *
     * @returns a function of the caller, who is known later. @throws DomainError `user_not_found`,
     *   `super_admin_protected`, `target_above_actor`
     */
    listOf: (id: string): Query<(caller: Caller) => ListedSession[]> =>
      query(
        [
          ['users', 'find', id],
          ['sessions', 'listOf', id],
        ],
        ([user, sessions]) =>
          (caller) => {
            assertCanActOn(caller.principal, found(user), 'list_sessions')
            return listed(caller, sessions)
          },
      ),
  }
}
