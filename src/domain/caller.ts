import { DomainError } from './errors.ts'
import type { HashClient } from './passwords/hash-queue.ts'
import type { Store } from './store.ts'
import type { Role, User } from './users/user.ts'

/** Where a request comes from, whoever sends it. */
export interface Origin {
  readonly requestId: string
  /** The client's, or that of the last proxy that is not ours to trust. */
  readonly address: string
  /** As the client names itself, which proves nothing. */
  readonly userAgent: string | undefined
  /** Aborted, with ClientGone, when the client hangs up. */
  readonly gone?: AbortSignal | undefined
  /** Set for whoever has the machine: a command at a shell, or the start itself. */
  readonly operator?: true
}

/** An origin as it is kept: short, and without what would break a page or a line that shows it. */
export function shownOrigin({ address, userAgent }: Origin): { address: string | null; userAgent: string | null } {
  const shown = userAgent
    ?.toWellFormed()
    .replace(/\p{Cc}/gu, '\u{fffd}')
    .slice(0, 200)
    .toWellFormed()
  return { address: address || null, userAgent: shown ?? null }
}

/** What proves who calls: for now a session, shown by its access token. */
export interface Credential {
  readonly kind: 'session'
  readonly id: string
}

/** Who calls: known by a credential; what they may do is decided by the row of the database. */
export interface Caller {
  /** Whom the credential stands for, as their row was when it was checked. */
  readonly principal: User
  readonly credential: Credential
  readonly origin: Origin
  /** The roles that may call the operation at hand; none means nobody. */
  readonly allowed: readonly Role[]
  /** By id, users who were read together with the principal; undefined for one who is not there. */
  readonly seen?: ReadonlyMap<string, User | undefined>
}

/** Callers take turns at hashing as users: an address may be shared by many. */
export function hashClient({ principal, origin }: Caller): HashClient {
  return { name: `user:${principal.id}`, gone: origin.gone }
}

/** A user as they were when the caller was authenticated, or as they are now. */
export async function seenUser(
  { principal, seen }: Caller,
  id: string,
  store: Pick<Store, 'users'>,
): Promise<User | undefined> {
  if (id === principal.id) return principal
  return seen?.has(id) ? seen.get(id) : store.users.find(id)
}

/**
 * Whether the caller stands still, by what is stored now: who was demoted, suspended or logged out
 * a moment ago writes nothing.
 *
 * @param session what the store has of the credential
 * @returns the caller's row
 * @throws DomainError `token_revoked`, `role_required`
 */
export function assertStands({ allowed }: Caller, row: User | undefined, session: object | undefined): User {
  if (row?.status !== 'active' || !session) throw new DomainError('token_revoked')
  if (!allowed.includes(row.role)) throw new DomainError('role_required')
  return row
}
