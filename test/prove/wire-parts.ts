import type { Outcome } from './judgements.ts'
import { lifetimes } from './rules-sessions.ts'
import { newestStep, type Session, type Settled, type State, type Target, type User } from './state.ts'
import type { Exchange, Request } from './wire.ts'

/** What both styles write alike: a request, and what it gives when it is not refused. */
export interface Draft extends Request, Partial<Omit<Exchange, keyof Request>> {
  /** Why this one of several requests is refused. */
  readonly refused?: string | undefined
}

export function request(
  method: string,
  path: string,
  authorization: string | undefined,
  { json, raw }: { json?: unknown; raw?: string } = {},
): Request {
  return {
    method,
    path,
    ...(authorization !== undefined && { authorization }),
    ...(json !== undefined && { json }),
    ...(raw !== undefined && { raw }),
  }
}

/** What the user is told to be allowed. */
export const roleOf = ({ users }: State, { user = 0 }: Outcome) => (users[user] as User).role

export const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())

/** UTC, whole seconds. */
export const time = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

export const query = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&')

export interface Page {
  readonly items: readonly number[]
  /**
   * After whom it begins: the last user of the page before, or what the first page was asked with.
   */
  readonly start?: number | string | undefined
  /** Its last user, when more follow. */
  readonly last?: number | undefined
}

/** As `limit` cuts the list; at least one page. */
export function pagesOf(all: readonly number[], limit: number, first?: string): Page[] {
  const count = Math.max(1, Math.ceil(all.length / limit))
  return Array.from({ length: count }, (_, at) => ({
    items: all.slice(at * limit, (at + 1) * limit),
    start: at === 0 ? first : all[at * limit - 1],
    last: at === count - 1 ? undefined : all[(at + 1) * limit - 1],
  }))
}

/** The tokens that were given out, by name, and what they have to say. */
export function tokensOf(state: State, { tokens }: Outcome) {
  if (!tokens) return undefined
  const { session, access, refresh } = tokens
  const { user, access: given } = state.sessions[session] as Session
  const { role, username, canWrite } = state.users[user] as User
  const expiresAt = given[access]?.expiresAt ?? 0
  const exp = expiresAt / 1000
  return {
    user,
    expiresAt,
    accessName: `A${session}_${access}`,
    refreshName: `R${session}_${refresh}`,
    claims: { sub: `$U${user}`, role, username, can_write: canWrite, exp, iat: exp - lifetimes.access },
  }
}

/**
 * The refresh token that is sent: for a refresh any of the session, for a logout the newest of the
 * caller's session, or of another.
 */
export function refreshShown(state: State, { command, session, actor: { token } }: Settled): string {
  if (command.kind === 'refresh' && session !== undefined) return nameOfRefresh(state, session, command.behind)
  if (command.kind !== 'logout' || typeof token !== 'object') return 'no-refresh-token-of-ours'
  const shown = command.foreign ? (token.session + 1) % state.sessions.length : token.session
  return command.foreign && shown === token.session ? 'no-refresh-token-of-ours' : nameOfRefresh(state, shown, 0)
}

function nameOfRefresh({ sessions }: State, session: number, behind: number): string {
  return `$R${session}_${Math.max(0, newestStep(sessions[session] as Session) - behind)}`
}

/** The id of the session that is to end, as it stands in the request. */
export function sessionIdOf({ command, session }: Settled): string {
  if (session !== undefined) return `$S${session}`
  const isMalformed = command.kind === 'end session' && command.of === 'malformed'
  return isMalformed ? 'no-such-session' : '01941f29-7c00-7000-8000-00000000beef'
}

/** A session as it is listed, whichever the names of its fields. */
export function shownSession(state: State, number: number, { actor: { token } }: Settled) {
  const { createdAt, lastUsedAt, address } = state.sessions[number] as Session
  const current = typeof token === 'object' && token.session === number
  return { createdAt: time(createdAt), lastUsedAt: time(lastUsedAt), address, userAgent, current }
}

/** What every request of the proof says that it comes from. */
export const userAgent = 'proof'

/** Of the target; some name where there is nobody. */
export const usernameOf = (state: State, { user }: Target): string =>
  user === undefined ? 'nobody-at-all' : (state.users[user] as User).username

/** What a broken request breaks. */
export const goodDraft = {
  username: 'somebody-new',
  email: 'somebody-new@example.com',
  password: 'correct horse battery',
  role: 'guest',
}
