import { type Create, type List, type Reset, roles, type Update } from './commands.ts'
import { endSessions, found, judgePassword, judgeTaken, type Outcome, other, Refused, reach } from './judgements.ts'
import type { StyleRules } from './rules.ts'
import { isPresent, malformedId, outranks, type State, type Target, type User } from './state.ts'
import { nameOf, passwordOf, textOf, texts } from './texts.ts'

/** What users do to other users, as the model has it. */
export function createUser(state: State, caller: number, command: Create): Outcome {
  const username = nameOf(texts.usernames, command.username)
  const email = nameOf(texts.emails, command.email)
  const password = passwordOf(command.password, username)
  const { role, status = 'active', canWrite = role !== 'guest', mustChange = false } = command
  judgePassword(password, { username, email })
  judgeGrant(state, caller, role)
  judgeTaken(state, 'username', username)
  judgeTaken(state, 'email', email)
  const fullName = fullNameOf(command.fullName ?? 0)
  const times = { createdAt: state.now, updatedAt: state.now, lastLoginAt: null }
  return {
    user: state.users.push({ username, email, fullName, role, status, canWrite, password, mustChange, ...times }) - 1,
  }
}

export function changeUser(
  state: State,
  caller: number,
  target: number | undefined,
  command: Update,
  rules: StyleRules,
): Outcome {
  const number = found(state, target)
  const user = state.users[number] as User
  const change = differing(user, {
    ...(command.email && { email: nameOf(texts.emails, command.email) }),
    ...(command.fullName !== undefined && { fullName: fullNameOf(command.fullName) }),
    ...(command.role && { role: command.role }),
    ...(command.status && { status: command.status }),
    ...(command.canWrite !== undefined && { canWrite: command.canWrite }),
  })
  if (number === caller && !rules.changesSelf) throw new Refused('self_change')
  if (number === caller && (change.role || change.status)) throw new Refused('self_privilege_change')
  reach(state, caller, number)
  if (change.role) judgeGrant(state, caller, change.role)
  if (change.email) judgeTaken(state, 'email', change.email, number)
  if (change.status && change.status !== 'active') endSessions(state, number)
  applyChange(state, number, change)
  return { user: number }
}

export function resetPassword(
  state: State,
  caller: number,
  target: Target,
  { password, mustChange = false }: Reset,
): Outcome {
  if (password === 'short') throw new Refused('weak_password')
  // What is no id at all is told before a common password, an id of nobody after it
  // (docs/decisions/0006).
  if (target.id === malformedId) throw new Refused('user_not_found')
  if (password === 'common') throw new Refused('weak_password')
  const user = state.users[found(state, target.user)] as User
  const text = passwordOf(password, user.username)
  judgePassword(text, user)
  const number = other(state, caller, target.user)
  endSessions(state, number)
  state.failures.delete(`id ${number}`)
  Object.assign(user, { password: text, mustChange, updatedAt: state.now })
  return { user: number }
}

export function deleteUser(state: State, caller: number, target: number | undefined): Outcome {
  const number = other(state, caller, target, 'self_deletion')
  endSessions(state, number)
  Object.assign(state.users[number] as User, { status: 'deleted', password: null, updatedAt: state.now })
  return {}
}

export function listUsers(state: State, command: List, from: Target, rules: StyleRules): Outcome {
  const alongCursor = !rules.sortsLists || command.cursor === true
  // An id that was never given out lies before all others.
  const start = alongCursor && command.from ? (from.user ?? -1) : -1
  const numbers = state.users.map((_, number) => number).filter((number) => number > start)
  const users = numbers.filter((number) => matches(state.users[number] as User, command))
  return { users: alongCursor ? users : sorted(state, users, command) }
}

/** In the databases of the proof; far fewer than in earnest. */
export const pageDepth = 1

/** Whether a page lies too deep in a list of `total`: further than that from both of its ends. */
export function isTooDeep(offset: number, limit: number, total: number): boolean {
  return offset > pageDepth && total - offset - limit > pageDepth
}

function matches(user: User, { role, status, search }: List): boolean {
  if (status === undefined ? !isPresent(user) : user.status !== status) return false
  if (role !== undefined && user.role !== role) return false
  if (search === undefined) return true
  const term = textOf(texts.searches, search).trim().normalize('NFC').toLowerCase()
  return [user.username, user.email, user.fullName].some((text) => text.toLowerCase().includes(term))
}

/** Newest first unless asked otherwise; who sort alike, by creation in the same direction. */
function sorted(state: State, users: readonly number[], { sort = 'createdAt', order = 'DESC' }: List): number[] {
  const key = (number: number) => {
    const value = (state.users[number] as User)[sort]
    return typeof value === 'string' ? value.toLowerCase() : value
  }
  const ascending = users.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a - b))
  return order === 'ASC' ? ascending : ascending.reverse()
}

function judgeGrant(state: State, caller: number, role: User['role']): void {
  if (outranks(role, (state.users[caller] as User).role)) throw new Refused('role_above_actor')
}

export const fullNameOf = (n: number): string => textOf(texts.fullNames, n).trim().normalize('NFC')

export function differing(user: User, wanted: Partial<User>): Partial<User> {
  return Object.fromEntries(Object.entries(wanted).filter(([field, value]) => user[field as keyof User] !== value))
}

/** A change that changes nothing leaves the time of the last change alone. */
export function applyChange(state: State, number: number, change: Partial<User>): void {
  if (Object.keys(change).length > 0) Object.assign(state.users[number] as User, change, { updatedAt: state.now })
}

const thirtyDays = 30 * 24 * 3600 * 1000

/** In the words of the REST style, which alone has them. */
export function statsOf({ users, now }: State): Record<string, unknown> {
  const present = users.filter(isPresent)
  const count = (matching: (user: User) => boolean) => present.filter(matching).length
  const before = count(({ createdAt }) => createdAt <= now - thirtyDays)
  const adminUsers = count(({ role }) => role === 'admin' || role === 'super_admin')
  const managerUsers = count(({ role }) => role === 'manager')
  return {
    totalUsers: present.length,
    activeUsers: count(({ status }) => status === 'active'),
    inactiveUsers: count(({ status }) => status !== 'active'),
    adminUsers,
    managerUsers,
    regularUsers: present.length - adminUsers - managerUsers,
    userGrowthRate: before === 0 ? 0 : Math.round(((present.length - before) / before) * 1000) / 10,
    byRole: Object.fromEntries(roles.map((role) => [role, count((user) => user.role === role)])),
  }
}
