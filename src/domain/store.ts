import type { Role, Status, User, UserChange } from './users/user.ts'

/**
 * What the domain asks of persistence. Verbs tell cardinality and cost: `find` (maybe one), `list`, `count`, `lock` (held to
 * the end of the transaction), `insert`, `change`, `remove`. Apart from `list` and `count` with status `deleted`, deleted
 * users do not exist here.
 */
export interface Store {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly loginFailures: LoginFailureStore
  readonly signingKeys: SigningKeyStore
  /**
   * Runs `work` in one transaction and gives it a Store of its own; use that one alone inside.
   * Throws what `work` throws, after a rollback. Inside a transaction it joins the one that is open.
   */
  transaction<T>(work: (tx: Store) => Promise<T>): Promise<T>
}

/** Which users: all conditions together; without `status`, every user that is not deleted. */
export interface UserFilter {
  readonly role?: Role
  readonly status?: Status
  /** Case-insensitive substring of username, email or full name; `% _ \` are literal. Trimmed, NFC, 1 to 100 characters. */
  readonly search?: string
}

export interface UserPage extends UserFilter {
  /** How many there are, as counted before: a page in the second half is read from the other end. */
  readonly total: number
  readonly sortBy: 'createdAt' | 'username' | 'email'
  readonly sortOrder: 'ASC' | 'DESC'
  readonly offset: number
  readonly limit: number
}

/** By id ascending, those after `after` (an id, known or not; left out: from the beginning). */
export interface UserKeyset extends UserFilter {
  readonly after?: string
  readonly limit: number
}

export interface NewUser extends Omit<User, 'updatedAt' | 'lastLoginAt'> {
  readonly passwordHash: string
}

/** A user together with what proves that someone is it. */
export interface Credentials {
  readonly user: User
  readonly passwordHash: string | null
}

export interface UserStore {
  find(id: string): Promise<User | undefined>
  /** By username or email, without regard to case; the text may be anything that a client can send. */
  findCredentials(identifier: string): Promise<Credentials | undefined>
  findCredentialsById(id: string): Promise<Credentials | undefined>
  /** Exclusive. Shared locks would let a busy caller's own requests keep everyone else from its row for ever. */
  lock(id: string): Promise<User | undefined>
  list(page: UserPage): Promise<User[]>
  listAfter(keyset: UserKeyset): Promise<User[]>
  count(filter: UserFilter): Promise<number>
  /** Users of each role and status, deleted ones excluded; from counters, not by a scan. */
  countByRoleAndStatus(): Promise<{ role: Role; status: Status; count: number }[]>
  /** Users that are not deleted and were created after `moment`. */
  countCreatedAfter(moment: Date): Promise<number>
  /** Active administrators other than this user. */
  countOtherAdministrators(id: string): Promise<number>
  /** Throws DomainError `username_taken` or `email_taken`: uniqueness is the index's to judge. */
  insert(user: NewUser): Promise<User>
  /** Throws DomainError `email_taken`. */
  change(id: string, change: UserChange & { updatedAt: Date }): Promise<User>
  changePassword(id: string, change: { passwordHash: string; updatedAt: Date }): Promise<User>
  /** Sets `lastLoginAt` and `updatedAt`. */
  recordLogin(id: string, at: Date): Promise<User>
  /** The highest bcrypt cost (4 to 15) that the password hash of anybody has; undefined when there is none. One row of an index. */
  highestHashCost(): Promise<number | undefined>
  /** Puts `to` in the place of `from`, only if `from` still stands there. */
  replacePasswordHash(id: string, from: string, to: string): Promise<void>
  /** Marks the user as deleted and clears the password hash; frees username and email. */
  remove(id: string, at: Date): Promise<void>
}

/** One login: a family of refresh tokens, of which the newest alone is unused. */
export interface Session {
  readonly id: string
  readonly userId: string
  /** Number of the newest refresh token; the first has 0. */
  readonly step: number
  /** The highest step whose tokens the client is known to have received, because it used one of them. */
  readonly confirmedStep: number
}

export interface RefreshToken {
  /** SHA-256 of the token. */
  readonly hash: Buffer
  readonly sessionId: string
  readonly step: number
  readonly expiresAt: Date
  /** Null until it is used; then the successor is derived from the token itself and `successorSalt`. */
  readonly usedAt: Date | null
  readonly successorSalt: Buffer | null
}

export interface SessionStore {
  insert(session: { id: string; userId: string; createdAt: Date; expiresAt: Date }): Promise<void>
  /** The session and its user in one query; undefined when either is gone. The user's status is the caller's to judge. */
  find(id: string): Promise<{ session: Session; user: User } | undefined>
  /** The session that a refresh token, used or not, belongs to. */
  findByRefreshToken(hash: Buffer): Promise<Session | undefined>
  lock(id: string): Promise<Session | undefined>
  findRefreshToken(hash: Buffer): Promise<RefreshToken | undefined>
  insertRefreshToken(token: { hash: Buffer; sessionId: string; step: number; expiresAt: Date }): Promise<void>
  /** Marks the token as used, moves its session to `step` with its new expiry, and forgets the session's tokens that had expired by then or lie far behind. */
  useRefreshToken(
    hash: Buffer,
    use: { usedAt: Date; successorSalt: Buffer; step: number; expiresAt: Date },
  ): Promise<void>
  /** Raises `confirmedStep`; never lowers it. */
  confirm(id: string, step: number): Promise<void>
  remove(id: string): Promise<void>
  removeAllOf(userId: string): Promise<void>
  /** Removes some of the sessions that expired before `moment`, of anybody: called at every login, it keeps the table from growing. */
  removeExpired(moment: Date): Promise<void>
}

/** Failed logins per account and address; both are digests, since people type passwords into the wrong field. */
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
  /** Inserts the key unless there is one already: of several first starters, one wins and all use its key. */
  insertFirst(key: SigningKey): Promise<void>
}
