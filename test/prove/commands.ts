/**
 * What users of any style do, apart from the style. Users, sessions and texts are named by number,
 * so that a shorter sequence is one too.
 */

export const roles = ['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest'] as const
export type Role = (typeof roles)[number]
export type Status = 'active' | 'inactive' | 'suspended' | 'pending' | 'banned' | 'deleted'

/**
 * Whose access token is sent: that of the first administrator, of another one, of a manager or
 * above, of anybody; and what is no token.
 */
export interface ActorRef {
  readonly of: 'root' | 'administrator' | 'ruler' | 'live' | 'bound' | 'any' | 'nobody' | 'malformed' | 'foreign'
  readonly n: number
  /** The first token of the session in place of its newest. */
  readonly oldest?: boolean
}

/** Which user; never the first administrator, who has to stay to look at everything. */
export interface TargetRef {
  readonly of: 'present' | 'any' | 'self' | 'unknown' | 'malformed'
  readonly n: number
  readonly spelling: 'ulid' | 'uuid' | 'lower ulid' | 'upper uuid'
}

/** A good password by its number, or a bad one. */
export type PasswordRef = number | 'short' | 'common' | 'identity'

export interface Name {
  readonly n: number
  readonly upper?: boolean
}

interface Common {
  /** Seconds that pass before it. */
  readonly after: number
  /**
   * For a run with every style against one database: which of those that can word it, counted
   * round.
   */
  readonly style: number
}
interface Acting extends Common {
  readonly actor: ActorRef
}
interface Aimed extends Acting {
  readonly target: TargetRef
}

export interface Create extends Acting {
  readonly kind: 'create'
  readonly username: Name
  readonly email: Name
  readonly password: PasswordRef
  readonly role: Role
  readonly fullName?: number
  readonly status?: Exclude<Status, 'deleted'>
  readonly canWrite?: boolean
  readonly mustChange?: boolean
}
export interface Update extends Aimed {
  readonly kind: 'update'
  readonly email?: Name
  readonly role?: Role
  readonly fullName?: number
  readonly status?: Exclude<Status, 'deleted'>
  readonly canWrite?: boolean
}
export interface Reset extends Aimed {
  readonly kind: 'reset'
  readonly password: PasswordRef
  readonly mustChange?: boolean
}
export interface Revoke extends Aimed {
  readonly kind: 'revoke'
}
export interface Unlock extends Aimed {
  readonly kind: 'unlock'
}
/** The sessions of a user, or one's own. */
export interface Sessions extends Acting {
  readonly kind: 'sessions'
  readonly target?: TargetRef
}
/** One session of a user, or of one's own; or of somebody else, which has to go on. */
export interface EndSession extends Acting {
  readonly kind: 'end session'
  readonly target?: TargetRef
  readonly of: 'own' | 'any' | 'unknown' | 'malformed'
  readonly n: number
}
/** All sessions of one's own, or all others. */
export interface EndSessions extends Acting {
  readonly kind: 'end sessions'
  readonly others: boolean
}
export interface Delete extends Aimed {
  readonly kind: 'delete'
}
export interface Get extends Aimed {
  readonly kind: 'get'
}
export interface List extends Acting {
  readonly kind: 'list'
  readonly limit: number
  readonly role?: Role
  readonly status?: Status
  readonly search?: number
  /** In the REST style by pages, sorted, unless along a cursor. */
  readonly sort?: 'createdAt' | 'username' | 'email'
  readonly order?: 'ASC' | 'DESC'
  readonly cursor?: boolean
  /** Along a cursor: from this user on. */
  readonly from?: TargetRef
  /** How many pages are asked for by number before it goes on along the cursor; left out: all. */
  readonly numbered?: number
}
export interface Stats extends Acting {
  readonly kind: 'stats'
}
export interface Login extends Common {
  readonly kind: 'login'
  readonly target: TargetRef
  readonly by: 'username' | 'email'
  readonly upper?: boolean
  readonly right: boolean
  /** From which place; left out: from where all other requests come. */
  readonly place?: number
}
export interface Refresh extends Common {
  readonly kind: 'refresh'
  readonly of: 'open' | 'any' | 'foreign'
  readonly n: number
  /** How many steps behind the newest. */
  readonly behind: number
}
export interface Logout extends Acting {
  readonly kind: 'logout'
  /** The RPC style asks for a refresh token: shown one of another session. */
  readonly foreign?: boolean
}
export interface Me extends Acting {
  readonly kind: 'me'
  /** What they may do, in place of who they are. */
  readonly permissions?: boolean
}
export interface Profile extends Acting {
  readonly kind: 'profile'
  readonly email?: Name
  readonly fullName?: number
}
export interface Password extends Acting {
  readonly kind: 'password'
  readonly right: boolean
  readonly next: PasswordRef | 'same'
  /** The REST style asks for it twice: not alike. */
  readonly mismatch?: boolean
  /** The RPC style can change both at once. */
  readonly email?: Name
  readonly place?: number
}
/** A request that breaks the contract, as the failure's reason says. */
export interface Broken extends Acting {
  readonly kind: 'broken'
  readonly reason: BrokenReason
}
export const brokenReasons = [
  'missing_field',
  'bad_email',
  'bad_role',
  'invalid_body',
  'not_json',
  'nothing_to_update',
  'unknown_action',
  'bad_role_filter',
  'invalid_query',
] as const
export type BrokenReason = (typeof brokenReasons)[number]
export interface Wait extends Common {
  readonly kind: 'wait'
}

export type Command =
  | Create
  | Update
  | Reset
  | Revoke
  | Unlock
  | Sessions
  | EndSession
  | EndSessions
  | Delete
  | Get
  | List
  | Stats
  | Login
  | Refresh
  | Logout
  | Me
  | Profile
  | Password
  | Broken
  | Wait
