import type { Caller } from '../caller.ts'
import { type Query, query } from '../query.ts'
import type { Store } from '../store.ts'
import { found } from '../users/commands.ts'
import { assertCanActOn } from '../users/permissions.ts'
import type { SessionLifetime } from './lifetime.ts'
import type { LoginLock } from './login-lock.ts'
import type { ShownSession } from './store.ts'

/** A session as it is listed. */
export interface ListedSession extends ShownSession {
  /** Whether it is the one that asks. */
  readonly current: boolean
}

/**
 * The longest list that the contract knows. Only of a user who has not logged in since the limit of
 * sessions came, or was lowered, can there be more.
 */
const longestList = 1000

export interface SessionsOfUser {
  readonly sessions: readonly ListedSession[]
  /** The end of the latest lock that keeps them from logging in somewhere. */
  readonly lockedUntil: Date | undefined
}

/** Sessions as they are listed: those that still live, as they are known here. */
export function createSessionLists({
  store,
  lifetime,
  loginLock,
  now,
}: {
  readonly store: Store
  readonly lifetime: SessionLifetime
  readonly loginLock: Pick<LoginLock, 'lockOf'>
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
      .slice(0, longestList)
  }

  return {
    /** The caller's own sessions (OWASP ASVS 7.5.2). */
    listOwn: async (caller: Caller): Promise<ListedSession[]> =>
      listed(caller, await store.sessions.listOf(caller.principal.id)),

    /**
     * The sessions of a user and the end of their locks, for whoever may act on them.
     *
     * @returns a function of the caller, who is known later. @throws DomainError `user_not_found`,
     *   `super_admin_protected`, `target_above_actor`
     */
    listOf: (id: string): Query<(caller: Caller) => SessionsOfUser> =>
      query(
        [['users', 'find', id], ['sessions', 'listOf', id], loginLock.lockOf(id)],
        ([user, sessions, lockedUntil]) =>
          (caller) => {
            assertCanActOn(caller.principal, found(user), 'list_sessions')
            return { sessions: listed(caller, sessions), lockedUntil }
          },
      ),
  }
}
