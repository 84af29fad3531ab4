import type { Command, Role } from './commands.ts'
import { endSessions, found, type Outcome, other, Refused, reach } from './judgements.ts'
import { unlock } from './rules-locks.ts'
import { changePassword, changeProfile, logIn, logOut, refresh } from './rules-own.ts'
import { endOne, endOwn, lifetimes, lives, note, sessionsOf } from './rules-sessions.ts'
import { changeUser, createUser, deleteUser, listUsers, resetPassword } from './rules-users.ts'
import { type Session, type Settled, type State, settle, type User } from './state.ts'

/** What a style has of rules of its own. */
export interface StyleRules {
  /** Whether a manager may manage users, all but delete them. */
  readonly managersManage: boolean
  /** Whether users may change their own name and email where they change others. */
  readonly changesSelf: boolean
  /** Whether lists come by pages, sorted, unless along a cursor. */
  readonly sortsLists: boolean
}

/** A command and what the model makes of it. */
export interface Step {
  readonly settled: Settled
  readonly before: State
  readonly after: State
  readonly outcome: Outcome
}

/**
 * Carries a command out on a copy of the state, by the rules of all styles and what little one has
 * of its own. A refusal can leave its mark, as a wrong password does.
 */
export function act(before: State, command: Command, rules: StyleRules): Step {
  const after = structuredClone(before)
  const settled = settle(before, command)
  return { settled, before, after, outcome: attempt(() => carryOut(after, settled, rules)) }
}

/** The same for what changes nothing. */
export function look(state: State, command: Command, rules: StyleRules): Step {
  const settled = settle(state, command)
  return { settled, before: state, after: state, outcome: attempt(() => carryOut(state, settled, rules)) }
}

function attempt(work: () => Outcome): Outcome {
  try {
    return work()
  } catch (error) {
    if (error instanceof Refused) return { refused: error.reason, ...(error.tried && { tried: error.tried }) }
    throw error
  }
}

const everybody: readonly Role[] = ['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest']
const administrators: readonly Role[] = ['super_admin', 'admin']
const rulers: readonly Role[] = ['super_admin', 'admin', 'manager']

function carryOut(state: State, { command, actor, target, session }: Settled, rules: StyleRules): Outcome {
  const caller = (may: readonly Role[], isOpen = false) => {
    const user = authenticate(state, actor.token, may)
    if (state.users[user]?.mustChange && !isOpen) throw new Refused('password_change_required')
    return user
  }
  const managing = rules.managersManage ? rulers : administrators
  switch (command.kind) {
    case 'create':
      return createUser(state, caller(managing), command)
    case 'update':
      return changeUser(state, caller(managing), target.user, command, rules)
    case 'reset':
      return resetPassword(state, caller(administrators), target, command)
    case 'revoke': {
      const user = other(state, caller(administrators), target.user)
      endSessions(state, user)
      return { user }
    }
    case 'unlock': {
      const user = other(state, caller(administrators), target.user)
      unlock(state, user)
      return { user }
    }
    case 'sessions': {
      const own = caller(command.target ? administrators : everybody)
      const user = command.target ? found(state, target.user) : own
      reach(state, own, user)
      return { sessions: sessionsOf(state, user) }
    }
    case 'end session': {
      const own = caller(command.target ? administrators : everybody)
      const user = command.target ? other(state, own, target.user) : own
      endOne(state, user, session)
      return { user }
    }
    case 'end sessions':
      caller(everybody)
      endOwn(state, actor, command.others)
      return {}
    case 'delete':
      return deleteUser(state, caller(administrators), target.user)
    case 'get':
      caller(managing)
      return { user: found(state, target.user) }
    case 'list':
      caller(managing)
      return listUsers(state, command, target, rules)
    case 'stats':
      caller(managing)
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
      return changePassword(state, caller(everybody, true), actor, command)
    case 'broken':
      if (brokenIsOwn(command)) caller(everybody, true)
      else caller(managing)
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
  // Whoever comes late may still end what is over, and does not revive it.
  const isAlive = lives(session, state.now)
  if (lateness === 0 && !isAlive) throw new Refused('token_revoked')
  // Whoever has the access token has the refresh token that came with it.
  session.confirmed = Math.max(session.confirmed, access.step)
  if (isAlive) note(session, state.now)
  if (!may.includes(user.role)) throw new Refused('role_required')
  return session.user
}
