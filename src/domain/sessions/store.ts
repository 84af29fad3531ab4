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
  /** When it last wrote, to a second; null where it has not, or where there are no standbys. */
  readonly wroteAt: Date | null
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
   * The session, its user and the epoch of the signing keys in one query; undefined when session or
   * user is gone. The user's status is not checked.
   */
  find(id: string): Promise<{ session: Session; user: User; keyEpoch: number } | undefined>
  /** All sessions of a user, the one used last first. */
  listOf(userId: string): Promise<ShownSession[]>
  /** So many sessions of the user, those used longest ago. */
  usedLongestAgo(userId: string, count: number): Promise<Pick<Session, 'id' | 'createdAt' | 'lastUsedAt'>[]>
  /** Raises `lastUsedAt` of those that are there; never lowers it. */
  noteUses(uses: readonly SessionUse[]): Promise<void>
  /** The session that a refresh token, used or not, belongs to. */
  /** Notes that the session has written. */
  noteWrite(id: string, at: Date): Promise<void>
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
 * Failed logins, and the prefixes from which an account has been logged in to. Accounts and
 * addresses are digests, since people type passwords into the wrong field.
 */
export interface LoginFailureStore {
  /** What there is for a try of this account from this address, old or not. */
  find(account: Buffer, address: Buffer): Promise<LoginFailures>
  /** The same, with nobody else counting for this account or this address until the commit. */
  lock(account: Buffer, address: Buffer): Promise<LoginFailures>
  /** Puts what is counted in place of what there is; `isKnown` is none of it. */
  save(account: Buffer, address: Buffer, failures: Required<LoginFailures>): Promise<void>
  /** Marks that the refusal of this account at this address was told. */
  tell(account: Buffer, address: Buffer): Promise<void>
  /**
   * Forgets the failures of the account and those from this address, and knows the address from now
   * on; of an account the newest hundred are known.
   */
  succeed(account: Buffer, address: Buffer, at: Date): Promise<void>
  /** Forgets the account's failures, and by `removeAllOf` the addresses that it knows too. */
  unlock(account: Buffer): Promise<void>
  removeAllOf(account: Buffer): Promise<void>
  /** Removes some of what failed last before `first`, or after `last`, of anybody. */
  removeOld(first: Date, last: Date): Promise<void>
  /** The latest end of a lock of the account, from any address. */
  lockedUntil(account: Buffer, limits: LockLimits): Promise<Date | undefined>
}

export interface LockLimits {
  readonly attempts: number
  /** 0 for none. */
  readonly ceiling: number
  readonly at: Date
  /** What failed last before counts no longer. */
  readonly since: Date
}

/** What a try rests on. */
export interface LoginFailures {
  /** Of the account from this address. */
  readonly here: Failures | undefined
  /** Of the account from anywhere, since its last success. */
  readonly account: Failures | undefined
  /** Of this address at any account: the first failures alone. */
  readonly prefix: Failures | undefined
  /** Whether the account was logged in to from this address. */
  readonly isKnown: boolean
}

export interface Failures {
  readonly count: number
  /** When a window with less failures than lock is over, or the lock. */
  readonly windowEnd: Date
  /** When this address may try again, while the account is closed to strangers. */
  readonly retryAt: Date | null
  /** The last one. */
  readonly failedAt: Date
  /** Whether it was told that a lock has refused a try. */
  readonly told: boolean
}

/** A key pair as it is stored. */
export interface StoredKey {
  readonly kid: string
  /** SPKI, PEM. */
  readonly publicKey: string
  /** PKCS#8, PEM; encrypted when the configuration gives a key for that (see `signing-keys.ts`). */
  readonly privateKey: string
  readonly createdAt: Date
}

export interface SigningKey extends StoredKey {
  readonly signsFrom: Date
  /** Null for one without a successor. */
  readonly signsUntil: Date | null
}

export interface SigningKeyStore {
  /** A number that differs after every change of the keys. */
  epoch(): Promise<number>
  /** Newest first. */
  list(): Promise<SigningKey[]>
  /** As `list`, held against other changes to the end of the transaction. */
  lock(): Promise<SigningKey[]>
  /**
   * Inserts the key unless there is one already: of several first starters, one wins and all use
   * its key.
   */
  insertFirst(key: SigningKey): Promise<void>
  insert(key: SigningKey): Promise<void>
  /** Says anew when the key signs. */
  plan(kid: string, times: Pick<SigningKey, 'signsFrom' | 'signsUntil'>): Promise<void>
  remove(kid: string): Promise<void>
}
