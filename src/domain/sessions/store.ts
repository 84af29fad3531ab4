import type { User } from '../users/user.ts'

/** One login: a family of refresh tokens, of which the newest alone is unused. */
export interface Session {
  readonly id: string
  readonly userId: string
  /** Number of the newest refresh token; the first has 0. */
  readonly step: number
  /**
   * The highest step whose tokens the client is known to have received, because it used one of
   * them.
   */
  readonly confirmedStep: number
  readonly createdAt: Date
  /** As stored: some uses of the last minutes may be known to the process alone. */
  readonly lastUsedAt: Date
}

/** Where a session was opened; null for one of a version that did not note it. */
export interface SessionOrigin {
  readonly address: string | null
  /** As the client named itself, cut; which proves nothing. */
  readonly userAgent: string | null
}

/** A session as its owner and administrators see it: nothing in it opens anything. */
export type ShownSession = Pick<Session, 'id' | 'createdAt' | 'lastUsedAt'> & SessionOrigin

/** A use that was noted. */
export interface SessionUse {
  readonly id: string
  readonly at: Date
}

export interface RefreshToken {
  /** SHA-256 of the token. */
  readonly hash: Buffer
  readonly sessionId: string
  readonly step: number
  readonly expiresAt: Date
  /**
   * Null until it is used; then the successor is derived from the token itself and `successorSalt`.
   */
  readonly usedAt: Date | null
  readonly successorSalt: Buffer | null
}

export interface SessionStore {
  /** Opened, and last used, at `createdAt`. */
  insert(
    session: { id: string; userId: string; createdAt: Date; expiresAt: Date } & Partial<SessionOrigin>,
  ): Promise<void>
  /**
   * The session and its user in one query; undefined when either is gone. The user's status is not
   * checked.
   */
  find(id: string): Promise<{ session: Session; user: User } | undefined>
  /** All sessions of a user, the one used last first. */
  listOf(userId: string): Promise<ShownSession[]>
  /** So many sessions of the user, those used longest ago. */
  usedLongestAgo(userId: string, count: number): Promise<Pick<Session, 'id' | 'createdAt' | 'lastUsedAt'>[]>
  /** Raises `lastUsedAt` of those that are there; never lowers it. */
  noteUses(uses: readonly SessionUse[]): Promise<void>
  /** The session that a refresh token, used or not, belongs to. */
  findByRefreshToken(hash: Buffer): Promise<Session | undefined>
  lock(id: string): Promise<Session | undefined>
  findRefreshToken(hash: Buffer): Promise<RefreshToken | undefined>
  insertRefreshToken(token: { hash: Buffer; sessionId: string; step: number; expiresAt: Date }): Promise<void>
  /**
   * Marks the token as used, moves its session to `step` with its new expiry, and forgets the
   * session's tokens that had expired by then or lie far behind.
   */
  useRefreshToken(
    hash: Buffer,
    use: { usedAt: Date; successorSalt: Buffer; step: number; expiresAt: Date },
  ): Promise<void>
  /** Raises `confirmedStep`; never lowers it. */
  confirm(id: string, step: number): Promise<void>
  remove(id: string): Promise<void>
  removeAllOf(userId: string): Promise<void>
  /** @returns whether the user had this session */
  removeOf(userId: string, id: string): Promise<boolean>
  /** Removes the user's sessions but for this one. */
  removeOthersOf(userId: string, id: string): Promise<void>
  /**
   * Removes some of the sessions that expired before `moment`, of anybody: called at every login,
   * it keeps the table from growing.
   */
  removeExpired(moment: Date): Promise<void>
}

/**
 * Failed logins per account and address; both are digests, since people type passwords into the
 * wrong field.
 */
export interface LoginFailureStore {
  /**
   * The window that is open. One that ends after `latestEnd` was opened while a clock was ahead,
   * and counts as none.
   */
  find(account: Buffer, address: Buffer, now: Date, latestEnd: Date): Promise<LoginFailures | undefined>
  /**
   * Counts one more failure, in a window that ends at `windowEnd` if none is open, and forgets
   * windows that count as none.
   */
  add(account: Buffer, address: Buffer, now: Date, windowEnd: Date, latestEnd: Date): Promise<LoginFailures>
  remove(account: Buffer, address: Buffer): Promise<void>
  removeAllOf(account: Buffer): Promise<void>
}

export interface LoginFailures {
  readonly count: number
  readonly windowEnd: Date
}

export interface SigningKey {
  readonly kid: string
  /** SPKI, PEM. */
  readonly publicKey: string
  /** PKCS#8, PEM; encrypted when the configuration gives a key for that (see `signing-keys.ts`). */
  readonly privateKey: string
  readonly createdAt: Date
}

export interface SigningKeyStore {
  /** Newest first. */
  list(): Promise<SigningKey[]>
  /**
   * Inserts the key unless there is one already: of several first starters, one wins and all use
   * its key.
   */
  insertFirst(key: SigningKey): Promise<void>
}
