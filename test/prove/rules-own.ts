import type { Login, Logout, Password, Profile } from './commands.ts'
import { endSessions, judgePassword, judgeTaken, type Outcome, Refused } from './judgements.ts'
import { addressOf, forgetOtherPlaces, tryPassword } from './rules-locks.ts'
import { endTooMany, lifetimes, lives } from './rules-sessions.ts'
import { applyChange, differing, fullNameOf } from './rules-users.ts'
import { type Actor, isPresent, newestStep, type Session, type State, type User } from './state.ts'
import { nameOf, passwordOf, texts } from './texts.ts'

const graceMs = 10_000
const graceSteps = 16

/** What is typed: a name in any case, and the user's password or a wrong one. */
export function credentialsOf(state: State, { by, upper, right }: Login, target: number | undefined) {
  const user = target === undefined ? undefined : state.users[target]
  const name = user?.[by] ?? 'nobody-here'
  // As the keyboards of phones do.
  return { name: upper ? `${name.toUpperCase()} ` : name, password: (right && user?.password) || 'not the password' }
}

export function logIn(state: State, command: Login, target: number | undefined): Outcome {
  const { name, password } = credentialsOf(state, command, target)
  const number = state.users.findIndex(
    (each) => isPresent(each) && each[command.by].toLowerCase() === name.trim().toLowerCase(),
  )
  const user = state.users[number]
  const account = user ? `id ${number}` : `name ${name.trim().toLowerCase()}`
  const isRight = user?.status === 'active' && user.password === password
  tryPassword(state, account, command.place, isRight, 'credentials_refused')
  if (!isRight) throw new Refused('credentials_refused')
  endTooMany(state, number)
  forgetExpired(state)
  Object.assign(user, { lastLoginAt: state.now, updatedAt: state.now })
  const expiresAt = state.now + lifetimes.refresh * 1000
  const refresh = [{ expiresAt, usedAt: null }]
  const times = { createdAt: state.now, lastUsedAt: state.now, address: addressOf(command.place) }
  const session = state.sessions.push({ user: number, ...times, ended: false, confirmed: 0, access: [], refresh }) - 1
  return { tokens: { session, access: addAccess(state, session, 0), refresh: 0 } }
}

export function refresh(state: State, number: number | undefined, behind: number): Outcome {
  if (number === undefined) throw new Refused('refresh_token_unknown')
  const session = state.sessions[number] as Session
  const newest = newestStep(session)
  const step = Math.max(0, newest - behind)
  const token = session.refresh[step]
  if (!token || session.ended || state.users[session.user]?.status !== 'active')
    throw new Refused('refresh_token_unknown')
  if (token.expiresAt <= state.now || !lives(session, state.now)) throw new Refused('refresh_token_expired')
  if (token.usedAt === null) {
    token.usedAt = state.now
    session.lastUsedAt = state.now
    session.refresh.forEach((each, at) => {
      if (each && each.expiresAt < state.now) session.refresh[at] = undefined
    })
    session.refresh.push({ expiresAt: state.now + lifetimes.refresh * 1000, usedAt: null })
  } else {
    const raced = state.now - token.usedAt <= graceMs && newest - step <= graceSteps
    const unanswered = step === newest - 1 && session.confirmed < newest
    if (!raced && !unanswered) {
      session.ended = true
      throw new Refused('refresh_token_reused')
    }
  }
  const now = newestStep(session)
  return { tokens: { session: number, access: addAccess(state, number, now), refresh: now } }
}

export function logOut(state: State, { token }: Actor, { foreign }: Logout): Outcome {
  if (foreign) throw new Refused('refresh_token_unknown')
  if (typeof token === 'object') (state.sessions[token.session] as Session).ended = true
  return {}
}

export function changeProfile(state: State, caller: number, { email, fullName }: Profile): Outcome {
  const change = differing(state.users[caller] as User, {
    ...(email && { email: nameOf(texts.emails, email) }),
    ...(fullName !== undefined && { fullName: fullNameOf(fullName) }),
  })
  if (change.email) judgeTaken(state, 'email', change.email, caller)
  applyChange(state, caller, change)
  return { user: caller }
}

/** What is sent: the caller's password or a wrong one, and the next. */
export function passwordsOf(state: State, { token }: Actor, { right, next }: Password) {
  const session = typeof token === 'object' ? state.sessions[token.session] : undefined
  const user = state.users[session?.user ?? 0] as User
  const current = (right && user.password) || 'not the password'
  return { current, next: next === 'same' ? current : passwordOf(next, user.username) }
}

export function changePassword(state: State, caller: number, actor: Actor, command: Password): Outcome {
  const user = state.users[caller] as User
  const { current, next } = passwordsOf(state, actor, command)
  const email = command.email ? nameOf(texts.emails, command.email) : user.email
  // Too short breaks the contract, which is judged first.
  if (next.length < 8) throw new Refused('weak_password')
  if (command.mismatch) throw new Refused('invalid_body')
  judgePassword(next, { ...user, email })
  tryPassword(state, `id ${caller}`, command.place, current === user.password, 'wrong_current_password')
  if (next === current) throw new Refused('same_password')
  judgeTaken(state, 'email', email, caller)
  endSessions(state, caller)
  forgetOtherPlaces(state, caller, command.place)
  Object.assign(user, { email, password: next, mustChange: false, updatedAt: state.now })
  return { user: caller }
}

/**
 * A session is remembered for as long again as its tokens live, and then forgotten at somebody's
 * login.
 */
function forgetExpired({ sessions, now }: State): void {
  for (const session of sessions)
    if ((session.refresh.at(-1)?.expiresAt ?? 0) < now - lifetimes.refresh * 1000) session.ended = true
}

/** Tokens live whole seconds. */
function addAccess(state: State, number: number, step: number): number {
  const expiresAt = (Math.floor(state.now / 1000) + lifetimes.access) * 1000
  return (state.sessions[number] as Session).access.push({ step, expiresAt }) - 1
}
