import type { Step } from './rules.ts'
import { sessionsPerUser } from './rules-sessions.ts'
import type { User } from './state.ts'

/** An event of the audit trail as the model has it; users by their numbers. */
export interface Told {
  readonly action: string
  /** Null where nobody was known. */
  readonly actor: number | null
  readonly target: number | null
  /** By field, before and after. */
  readonly changes?: Readonly<Record<string, readonly [unknown, unknown]>>
  /** Whether a password was set that has to be changed. */
  readonly mustChange?: true
}

/** How a failed try is told. */
const tries = {
  credentials_refused: 'login_failed',
  wrong_current_password: 'wrong_current_password',
  login_locked: 'login_refused',
} as const

const fields = {
  username: 'username',
  email: 'email',
  fullName: 'fullName',
  role: 'role',
  status: 'status',
  canWrite: 'canWrite',
  mustChangePassword: 'mustChange',
} as const

/** What a command leaves in the audit trail, whichever style it came by: what it did, and no more. */
export function eventsOf({ settled, before, after, outcome }: Step): Told[] {
  const { command, actor, target, session } = settled
  const caller =
    actor.token === 'root'
      ? 0
      : typeof actor.token === 'object'
        ? before.sessions[actor.token.session]?.user
        : undefined
  const by = { actor: caller ?? null }
  const own = { ...by, target: caller ?? null }
  const aimed = { ...by, target: target.user ?? null }
  const ofSession = session === undefined ? null : (before.sessions[session]?.user ?? null)
  const unknown = { actor: null, target: ofSession }
  if (outcome.tried) {
    const { isTold, target } = outcome.tried
    const action = tries[outcome.refused as keyof typeof tries]
    return isTold ? [{ action, actor: command.kind === 'login' ? null : by.actor, target }] : []
  }
  if (outcome.refused === 'refresh_token_reused')
    return [
      { action: 'refresh_token_reused', ...unknown },
      { action: 'session_ended', ...unknown },
    ]
  if (outcome.refused !== undefined) return []
  switch (command.kind) {
    case 'create': {
      const made = after.users.length - 1
      return [{ action: 'user_created', ...by, target: made, changes: changesOf(undefined, after.users[made]) }]
    }
    case 'update': {
      const changes = changesOf(before.users[aimed.target as number], after.users[aimed.target as number])
      const ends = changes.status !== undefined && changes.status[1] !== 'active'
      return [...changed(aimed, changes), ...(ends ? [{ action: 'sessions_revoked', ...aimed }] : [])]
    }
    case 'reset':
      return [
        { action: 'password_reset', ...aimed, ...(command.mustChange && { mustChange: true }) },
        { action: 'sessions_revoked', ...aimed },
      ]
    case 'unlock':
      return [{ action: 'login_unlocked', ...aimed }]
    case 'revoke':
      return [{ action: 'sessions_revoked', ...aimed }]
    case 'end session': {
      const user = command.target ? aimed.target : own.target
      const isThere = ofSession === user && before.sessions[session ?? -1]?.ended === false
      return isThere ? [{ action: 'session_ended', ...by, target: user }] : []
    }
    case 'end sessions':
      return [{ action: 'sessions_revoked', ...own }]
    case 'delete': {
      const { status } = before.users[aimed.target as number] as User
      return [
        { action: 'user_deleted', ...aimed, changes: { status: [status, 'deleted'] } },
        { action: 'sessions_revoked', ...aimed },
      ]
    }
    case 'login': {
      const user = after.sessions.at(-1)?.user as number
      const open = before.sessions.filter((each) => each.user === user && !each.ended).length
      const tooMany = Math.max(0, open - sessionsPerUser + 1)
      const ended = Array<Told>(tooMany).fill({ action: 'session_ended', actor: null, target: user })
      return [...ended, { action: 'session_started', actor: null, target: user }]
    }
    case 'refresh':
      return [{ action: 'session_refreshed', ...unknown }]
    case 'logout':
      return [{ action: 'session_ended', ...own }]
    case 'profile':
      return changed(own, changesOf(before.users[own.target as number], after.users[own.target as number]))
    case 'password': {
      const { mustChangePassword: _, ...changes } = changesOf(
        before.users[own.target as number],
        after.users[own.target as number],
      )
      const ends = [
        { action: 'password_changed', ...own },
        { action: 'sessions_revoked', ...own },
      ]
      return [...changed(own, changes), ...ends]
    }
    default:
      return []
  }
}

const changed = (who: Pick<Told, 'actor' | 'target'>, changes: NonNullable<Told['changes']>): Told[] =>
  Object.keys(changes).length > 0 ? [{ action: 'user_changed', ...who, changes }] : []

function changesOf(before: User | undefined, after: User | undefined): Record<string, readonly [unknown, unknown]> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) =>
      before && before[field] === after?.[field] ? [] : [[name, [before?.[field] ?? null, after?.[field]]]],
    ),
  )
}
