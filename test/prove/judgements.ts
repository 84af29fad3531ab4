import { brokenReasons } from './commands.ts'
import { isPresent, outranks, type State, type User } from './state.ts'

/** Why the model refuses, in the words of the contract's table. */
export const reasons = [
  'token_missing',
  'token_malformed',
  'token_invalid',
  'token_revoked',
  'role_required',
  'password_change_required',
  'super_admin_protected',
  'target_above_actor',
  'role_above_actor',
  'self_change',
  'self_privilege_change',
  'self_deletion',
  'user_not_found',
  'username_taken',
  'email_taken',
  'weak_password',
  'same_password',
  'wrong_current_password',
  'credentials_refused',
  'login_locked',
  'refresh_token_unknown',
  'refresh_token_reused',
  'refresh_token_expired',
  ...brokenReasons,
] as const
export type Reason = (typeof reasons)[number]

/** What a command comes to: why it is refused, or what it gives. */
export interface Outcome {
  readonly refused?: Reason
  /** Of a password that was tried. */
  readonly tried?: Tried
  readonly user?: number
  readonly users?: readonly number[]
  readonly sessions?: readonly number[]
  readonly tokens?: { readonly session: number; readonly access: number; readonly refresh: number }
}

/** A failed try of a password. */
export interface Tried {
  /** Null for a name that nobody has. */
  readonly target: number | null
  /** Whether the audit trail tells of it: of a lock, once. */
  readonly isTold: boolean
}

/** Thrown inside the model alone; a class because only errors carry a stack to where a rule was. */
export class Refused extends Error {
  readonly reason: Reason
  readonly tried: Tried | undefined
  constructor(reason: Reason, tried?: Tried) {
    super(reason)
    this.reason = reason
    this.tried = tried
  }
}

export function found(state: State, user: number | undefined): number {
  if (user === undefined || !isPresent(state.users[user])) throw new Refused('user_not_found')
  return user
}

/** Somebody else, not above the caller. */
export function other(state: State, caller: number, target: number | undefined, own: Reason = 'self_change'): number {
  const user = found(state, target)
  if (user === caller) throw new Refused(own)
  reach(state, caller, user)
  return user
}

export function reach(state: State, caller: number, user: number): void {
  const [{ role }, mine] = [state.users[user] as User, state.users[caller] as User]
  if (outranks(role, mine.role))
    throw new Refused(role === 'super_admin' ? 'super_admin_protected' : 'target_above_actor')
}

export function endSessions(state: State, user: number): void {
  for (const session of state.sessions) if (session.user === user) session.ended = true
}

/** Nobody else who is there has it, in upper or lower case. */
export function judgeTaken(state: State, field: 'username' | 'email', value: string, own?: number): void {
  const taken = state.users.some(
    (user, number) => number !== own && isPresent(user) && user[field].toLowerCase() === value.toLowerCase(),
  )
  if (taken) throw new Refused(field === 'username' ? 'username_taken' : 'email_taken')
}

export function judgePassword(password: string, { username, email }: Partial<User>): void {
  const names = [username, email, email?.split('@')[0]].map((name) => name?.toLowerCase())
  if ([...password].length < 8 || password === 'password1' || names.includes(password.toLowerCase()))
    throw new Refused('weak_password')
}
