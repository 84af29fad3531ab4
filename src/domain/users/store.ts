import type { Role, Status, User, UserChange } from './user.ts'

/** Which users: all conditions together; without `status`, every user that is not deleted. */
export interface UserFilter {
  readonly role?: Role
  readonly status?: Status
  /**
   * Case-insensitive substring of username, email or full name; `% _ \` are literal. Trimmed, NFC,
   * 1 to 100 characters.
   */
  readonly search?: string
}

export interface UserPage extends UserFilter {
  /**
   * How many there are, as counted before: a page in the second half is read from the other end.
   */
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
  /**
   * By username or email, without regard to case; the text may be anything that a client can send.
   */
  findCredentials(identifier: string): Promise<Credentials | undefined>
  findCredentialsById(id: string): Promise<Credentials | undefined>
  /**
   * Exclusive. Shared locks would let a busy caller's own requests keep everyone else from its row
   * for ever.
   */
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
  /**
   * Throws DomainError `username_taken` or `email_taken`: uniqueness is checked by the index alone.
   */
  insert(user: NewUser): Promise<User>
  /** Throws DomainError `email_taken`. */
  change(id: string, change: UserChange & { updatedAt: Date }): Promise<User>
  changePassword(id: string, change: { passwordHash: string; updatedAt: Date }): Promise<User>
  /** Sets `lastLoginAt` and `updatedAt`. */
  recordLogin(id: string, at: Date): Promise<User>
  /**
   * The highest bcrypt cost (4 to 15) that the password hash of anybody has; undefined when there
   * is none. One row of an index.
   */
  highestHashCost(): Promise<number | undefined>
  /** Puts `to` in the place of `from`, only if `from` still stands there. */
  replacePasswordHash(id: string, from: string, to: string): Promise<void>
  /** Marks the user as deleted and clears the password hash; frees username and email. */
  remove(id: string, at: Date): Promise<void>
}
