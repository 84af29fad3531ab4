import { type ActorRef, type Command, type Refresh, type Role, roles, type Status, type TargetRef } from './commands.ts'

/**
 * What the model knows: everything that a client can see, and what is needed to predict it. Times
 * in milliseconds.
 */
export interface State {
  now: number
  /**
   * In the order of creation, deleted ones too. The first is the administrator who looks at
   * everything.
   */
  readonly users: User[]
  readonly sessions: Session[]
  /** Failed logins: of an account from a place, of an account, of a place. */
  readonly failures: Map<string, Failures>
  /** The accounts with the places from which they were logged in to. */
  readonly known: Set<string>
}

export interface Failures {
  readonly count: number
  /** The end of the window, or of the lock. */
  readonly until: number
  /** When a stranger may try again, once the account is closed to them. */
  readonly retry: number
  readonly last: number
  /** Whether the audit trail has told of this lock. */
  readonly told: boolean
}

export interface User {
  username: string
  email: string
  fullName: string
  role: Role
  status: Status
  canWrite: boolean
  password: string | null
  /** Whether nothing is open but a change of the password. */
  mustChange: boolean
  readonly createdAt: number
  updatedAt: number
  lastLoginAt: number | null
}

export interface Session {
  readonly user: number
  readonly address: string
  readonly createdAt: number
  /** As far as it was noted. */
  lastUsedAt: number
  ended: boolean
  /** The newest step whose tokens the client is known to have. */
  confirmed: number
  readonly access: { readonly step: number; readonly expiresAt: number }[]
  /** By step; undefined when the service has forgotten it. */
  readonly refresh: ({ readonly expiresAt: number; usedAt: number | null } | undefined)[]
}

/** Half a second past a full one: times are shown in whole seconds. */
const epoch = Date.UTC(2026, 0, 1) + 500
/** When the first administrator was made: before everybody else. */
export const dawn = epoch - 1000

export function firstState(): State {
  const root: User = {
    username: 'root',
    email: 'root@example.com',
    fullName: '',
    role: 'super_admin',
    status: 'active',
    canWrite: true,
    password: null,
    mustChange: false,
    createdAt: dawn,
    updatedAt: dawn,
    lastLoginAt: null,
  }
  return { now: epoch, users: [root], sessions: [], failures: new Map(), known: new Set() }
}

export const isPresent = (user: User | undefined): user is User => user !== undefined && user.status !== 'deleted'
export const outranks = (role: Role, than: Role): boolean => roles.indexOf(role) < roles.indexOf(than)
export const newestStep = ({ refresh }: Session): number => refresh.length - 1

/** Who calls: what is sent, and whose it is. */
export interface Actor {
  /** The `Authorization` header; `$…` stands for a token that was given out. */
  readonly authorization: string | undefined
  readonly token: 'missing' | 'malformed' | 'foreign' | 'root' | { readonly session: number; readonly access: number }
}

export interface Target {
  readonly user: number | undefined
  /** As it stands in the request; `$U…` is the user's UUID, `$L…` the ULID. */
  readonly id: string
}

/** A command with its numbers looked up: what they name changes while it is carried out. */
export interface Settled<C extends Command = Command> {
  readonly command: C
  readonly actor: Actor
  readonly target: Target
  readonly session: number | undefined
}

export function settle(state: State, command: Command): Settled {
  const asked = actorOf(state, 'actor' in command ? command.actor : { of: 'nobody', n: 0 })
  const wanted = 'target' in command ? command.target : 'from' in command ? command.from : undefined
  // The first administrator has to stay logged in, and their session is not in the model.
  const isOwn = ownOnly.includes(command.kind) || (sessionKinds.includes(command.kind) && !wanted)
  const actor = isOwn && asked.token === 'root' ? nobody : asked
  const target = targetOf(state, wanted ?? { of: 'unknown', n: 0, spelling: 'uuid' }, actor)
  return { command, actor, target, session: sessionMeant(state, command, actor, target) }
}

const ownOnly: readonly Command['kind'][] = ['logout', 'profile', 'password', 'end sessions']
const sessionKinds: readonly Command['kind'][] = ['sessions', 'end session']

function sessionMeant(state: State, command: Command, actor: Actor, { user }: Target): number | undefined {
  if (command.kind === 'refresh') return sessionOf(state, command.of, command.n)
  if (command.kind !== 'end session') return undefined
  const owner = command.target ? user : callerOf(state, actor)
  const numbers = state.sessions.map((_, number) => number)
  if (command.of === 'any') return pick(numbers, command.n)
  return command.of === 'own'
    ? pick(
        numbers.filter((n) => state.sessions[n]?.user === owner),
        command.n,
      )
    : undefined
}

const callerOf = ({ sessions }: State, { token }: Actor): number | undefined =>
  typeof token === 'object' ? sessions[token.session]?.user : undefined

const nobody: Actor = { authorization: undefined, token: 'missing' }

function actorOf(state: State, { of, n, oldest }: ActorRef): Actor {
  if (of === 'nobody') return nobody
  if (of === 'malformed') return { authorization: 'Token of-another-kind', token: 'malformed' }
  if (of === 'foreign') return { authorization: 'Bearer made.up.token', token: 'foreign' }
  const session = of === 'root' ? undefined : sessionOf(state, of, n)
  if (session === undefined) return { authorization: 'Bearer $ROOT', token: 'root' }
  const access = oldest ? 0 : (state.sessions[session] as Session).access.length - 1
  return { authorization: `Bearer $A${session}_${access}`, token: { session, access } }
}

export const malformedId = 'no-such-id'

function targetOf(state: State, { of, n, spelling }: TargetRef, { token }: Actor): Target {
  if (of === 'malformed') return { user: undefined, id: malformedId }
  const user = of === 'self' && typeof token === 'object' ? state.sessions[token.session]?.user : chosen(state, of, n)
  if (user === undefined) return { user, id: '01941f29-7c00-7000-8000-00000000dead' }
  const spellings = {
    ulid: `$L${user}`,
    uuid: `$U${user}`,
    'lower ulid': `\${L${user},,}`,
    'upper uuid': `\${U${user}^^}`,
  }
  return { user, id: spellings[spelling] }
}

function chosen({ users }: State, of: TargetRef['of'], n: number): number | undefined {
  const numbers = users.map((_, number) => number).slice(1)
  if (of === 'unknown') return undefined
  return pick(of === 'any' ? numbers : numbers.filter((number) => isPresent(users[number])), n)
}

/**
 * Of the users who may manage others, of those whose access token is good, of those who have to
 * change their password first, of those whom a refresh can still find, or of all.
 */
function sessionOf(state: State, of: ActorRef['of'] | Refresh['of'], n: number): number | undefined {
  if (of === 'foreign') return undefined
  const { sessions, users, now } = state
  const suiting = sessions.flatMap(({ ended, user, access }, number) => {
    const { role, status, mustChange } = users[user] as User
    const open = !ended && status === 'active'
    const live = open && (access.at(-1)?.expiresAt ?? 0) > now
    const suits = {
      any: true,
      open,
      live,
      bound: live && mustChange,
      ruler: live && !outranks('manager', role),
      administrator: live && !outranks('admin', role),
    }
    return suits[of as keyof typeof suits] ? [number] : []
  })
  return pick(suiting, n)
}

const pick = (numbers: readonly number[], n: number): number | undefined => numbers[n % numbers.length]
