import type { Command, Role, Style } from './commands.ts'
import { endSessions, found, type Outcome, other, Refused } from './judgements.ts'
import { changePassword, changeProfile, lifetimes, logIn, logOut, refresh } from './rules-own.ts'
import { changeUser, createUser, deleteUser, listUsers, resetPassword } from './rules-users.ts'
import { type Session, type Settled, type State, settle, type User } from './state.ts'

/** A command and what the model makes of it. */
export interface Step {
  readonly settled: Settled
  readonly before: State
  readonly after: State
  readonly outcome: Outcome
}

/**
 * Carries a command out on a copy of the state, by the rules of both styles and what little each has of its own. A refusal can leave its mark, as a wrong
 * password does.
 */
export function act(before: State, command: Command, style: Style): Step {
  const after = structuredClone(before)
  const settled = settle(before, command)
  return { settled, before, after, outcome: attempt(() => carryOut(after, settled, style)) }
}

/** The same for what changes nothing. */
export function look(state: State, command: Command, style: Style): Step {
  const settled = settle(state, command)
  return { settled, before: state, after: state, outcome: attempt(() => carryOut(state, settled, style)) }
}

function attempt(work: () => Outcome): Outcome {
  try {
    return work()
  } catch (error) {
    if (error instanceof Refused) return { refused: error.reason }
    throw error
  }
}

const everybody: readonly Role[] = ['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest']
const administrators: readonly Role[] = ['super_admin', 'admin']
const rulers: readonly Role[] = ['super_admin', 'admin', 'manager']

/** A manager may manage users in the REST style, all but delete them. */
const allowed = (style: Style): Record<'create' | 'change' | 'read' | 'delete', readonly Role[]> => ({
  create: style === 'rpc' ? administrators : rulers,
  change: style === 'rpc' ? administrators : rulers,
  read: style === 'rpc' ? administrators : rulers,
  delete: administrators,
})

function carryOut(state: State, { command, actor, target, session }: Settled, style: Style): Outcome {
  const caller = (may: readonly Role[]) => authenticate(state, actor.token, may)
  const may = allowed(style)
  switch (command.kind) {
    case 'create':
      return createUser(state, caller(may.create), command)
    case 'update':
      return changeUser(state, caller(may.change), target.user, command, style)
    case 'reset':
      return resetPassword(state, caller(may.change), target, command.password)
    case 'revoke': {
      const user = other(state, caller(may.change), target.user)
      endSessions(state, user)
      return { user }
    }
    case 'delete':
      return deleteUser(state, caller(may.delete), target.user)
    case 'get':
      caller(may.read)
      return { user: found(state, target.user) }
    case 'list':
      caller(may.read)
      return listUsers(state, command, target, style)
    case 'stats':
      caller(may.read)
      return {}
    case 'me':
      return { user: caller(everybody) }
    case 'login':
      return logIn(state, command, target.user)
    case 'refresh':
      return refresh(state, session, command.behind)
    case 'logout':
      authenticate(state, actor.token, everybody, lifetimes.refresh)
      return logOut(state, actor, command)
    case 'profile':
      return changeProfile(state, caller(everybody), command)
    case 'password':
      return changePassword(state, caller(everybody), actor, command)
    case 'broken':
      caller(brokenIsOwn(command) ? everybody : may.change)
      throw new Refused(command.reason)
    case 'wait':
      return {}
  }
}

/** Broken requests about the caller's own account, which everybody may send. */
export const brokenIsOwn = ({ reason }: Extract<Command, { kind: 'broken' }>): boolean =>
  reason === 'missing_field' || reason === 'not_json'

/** @param lateness seconds for which an access token still counts after its end */
function authenticate(state: State, token: Settled['actor']['token'], may: readonly Role[], lateness = 0): number {
  if (token === 'missing') throw new Refused('token_missing')
  if (token === 'malformed') throw new Refused('token_malformed')
  if (token === 'foreign') throw new Refused('token_invalid')
  if (token === 'root') return 0
  const session = state.sessions[token.session] as Session
  const access = session.access[token.access] as Session['access'][number]
  if (access.expiresAt + lateness * 1000 <= state.now) throw new Refused('token_invalid')
  const user = state.users[session.user] as User
  if (session.ended || user.status !== 'active') throw new Refused('token_revoked')
  // Whoever has the access token has the refresh token that came with it.
  session.confirmed = Math.max(session.confirmed, access.step)
  if (!may.includes(user.role)) throw new Refused('role_required')
  return session.user
}
