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

/** What a list is sorted by; usernames and emails by the bytes of their ASCII lower case. */
export type SortKey = 'id' | 'createdAt' | 'username' | 'email'

/** Users that sort alike are in the order of their ids, in the same direction. */
export interface Sorting {
  readonly sortBy: SortKey
  readonly sortOrder: 'ASC' | 'DESC'
}

/** A place in a sorted list, of a user that is there or was (see `positions.ts`). */
export interface Position {
  /** Of the user: its id, `createdAt` in ISO 8601, or its username or email in lower case. */
  readonly key: string
  readonly id: string
}

/** How many users there are; a search is counted exactly up to `searchCap`. */
export interface UserCount {
  readonly total: number
  /** Whether there are more than `total`. */
  readonly isCapped: boolean
}

export interface UserPage extends UserFilter, Sorting {
  /**
   * How many there are, as counted before: a page in the second half is read from the other end.
   * Left out where that is not known: the page is read from the front.
   */
  readonly total?: number
  readonly offset: number
  readonly limit: number
}

/** Those after a place in the list; left out: from the beginning. */
export interface UserKeyset extends UserFilter, Sorting {
  readonly after?: Position
  readonly limit: number
}

/** How many rows a page may lie from the nearer end of its list; whoever goes deeper walks. */
export const pageDepth = 100_000

/** How many users a search is counted up to. */
export const searchCap = 10_000

export interface NewUser extends Omit<User, 'updatedAt' | 'lastLoginAt'> {
  readonly passwordHash: string
}

/** A user together with what proves that someone is it. */
export interface Credentials {
  readonly user: User
  readonly passwordHash: string | null
}

/**
 * The users of a page. A search that would have to look at too many for all of it tells how far it
 * has come, from where it goes on.
 */
export type FoundUsers = User[] & { readonly stoppedAt?: Position }

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
  list(page: UserPage): Promise<FoundUsers>
  listAfter(keyset: UserKeyset): Promise<FoundUsers>
  count(filter: UserFilter): Promise<UserCount>
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
  /**
   * Throws DomainError `email_taken`.
   *
   * @param user as it was read: what a search sees of it is made of its names and the change
   */
  change(
    user: Pick<User, 'id' | 'username' | 'email' | 'fullName'>,
    change: UserChange & { updatedAt: Date },
  ): Promise<User>
  changePassword(
    id: string,
    change: { passwordHash: string; mustChangePassword: boolean; updatedAt: Date },
  ): Promise<User>
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
