import fc from 'fast-check'
import { command, common, some, status } from './arbitraries.ts'
import type { Command, Role } from './commands.ts'
import { limits } from './rules-locks.ts'
import { lifetimes } from './rules-sessions.ts'

/** Commands of one sequence, apart from those that make its cast. */
export const sequenceLength = 120

/** A random sequence; it begins with a cast of every rank, logged in. */
export function sequences(): fc.Arbitrary<readonly Command[]> {
  const parts = fc.oneof(
    { weight: 18, arbitrary: command.map((each) => [each]) },
    { weight: 1, arbitrary: episode() },
    { weight: 1, arbitrary: locking() },
    { weight: 1, arbitrary: changing() },
  )
  const random = fc.array(parts, { minLength: sequenceLength, maxLength: sequenceLength })
  return random.map((commands) => [...cast, ...commands.flat().slice(0, sequenceLength)])
}

/**
 * What seldom comes together by chance: a session across a suspension, to the end of its life, and
 * beside others of its user that are ended, and a refresh token again after its successor was used.
 */
function episode(): fc.Arbitrary<Command[]> {
  const root = { of: 'root', n: 0 } as const
  // Just within and past the ten seconds in which it is forgiven.
  const late = some([1, 1], [1, 10], [3, 11])
  // The member of the cast and its first session have the same number.
  return fc
    .tuple(fc.nat(castRoles.length - 1), status, late, common.style, fc.nat(5), fc.nat(2))
    .map(([n, status, after, style, which, way]) => {
      const session = { style, of: 'any', n } as const
      const update = {
        kind: 'update',
        after: 1,
        style,
        actor: root,
        target: { of: 'any', n, spelling: 'uuid' },
      } as const
      const again: Command = { ...session, kind: 'refresh', after, behind: 1 }
      const me: Command = { kind: 'me', after: 0, style, actor: { of: 'any', n } }
      const renewed: Command = { ...session, kind: 'refresh', after: 0, behind: 0 }
      const wait = (seconds: number): Command => ({ kind: 'wait', style, after: seconds })
      const { idle, refresh } = lifetimes
      // Idle while its access token is good; with a refresh token that is over while it is not
      // idle; and used to the end of its life.
      if (which === 0) return [renewed, wait(idle), me, renewed, wait(idle + 1), me, renewed]
      if (which === 1) return [renewed, wait(900), me, wait(refresh - 899), renewed]
      if (which === 2) return [...[1, 2, 3].flatMap(() => [renewed, wait(idle)]), me, renewed]
      const target = { of: 'any', n, spelling: 'ulid' } as const
      const logIn: Command = { kind: 'login', after: 1, style, target, by: 'email', right: true }
      const own: Command = { kind: 'end sessions', after: 1, style, actor: { of: 'any', n }, others: way === 0 }
      const end: Command =
        way < 2 ? own : { kind: 'end session', after: 1, style, actor: root, target, of: 'own', n: 0 }
      const look: Command = { kind: 'sessions', after: 0, style, actor: root, target }
      if (which === 3) return [logIn, logIn, look, end, look, me]
      if (which === 4) return [{ ...update, status }, { ...update, status: 'active' }, me]
      return [{ ...session, kind: 'refresh', after: 1, behind: 0 }, me, again]
    })
}

/**
 * Locks of one of the cast: lifted, grown, and of strangers, whom the ceiling alone tells from the
 * place where all of the cast have been.
 */
function locking(): fc.Arbitrary<Command[]> {
  const root = { of: 'root', n: 0 } as const
  return fc
    .tuple(
      fc.nat(castRoles.length - 1),
      common.style,
      fc.constantFrom(0, 0, 0, 1, 2, 3),
      fc.boolean(),
      fc.constantFrom(undefined, 1),
    )
    .map(([n, style, which, unlocks, here]) => {
      const target = { of: 'any', n, spelling: 'uuid' } as const
      const logIn = (right: boolean, place: number | undefined): Command => ({
        ...({ kind: 'login', after: 1, style, target, by: 'username', right } as const),
        ...(place !== undefined && { place }),
      })
      const [fail, enter] = [logIn(false, here), logIn(true, here)]
      const wait: Command = { kind: 'wait', style, after: limits.window + 1 }
      const acting = { after: 1, style, actor: root, target } as const
      const looks: Command[] = [
        { ...acting, kind: 'get' },
        { ...acting, kind: 'sessions' },
      ]
      const lift: Command = unlocks ? { ...acting, kind: 'unlock' } : { ...acting, kind: 'reset', password: 0 }
      if (which === 0) return [fail, fail, enter, ...looks, lift, enter]
      if (which === 1) return [fail, fail, wait, fail, wait, enter, wait, enter]
      const closed = [logIn(false, 1), logIn(false, 1), wait, logIn(false, 1), logIn(false, 2), logIn(false, 2), wait]
      // The owner mistypes once: a stranger would have had the one try of the hour.
      const owner = [logIn(false, undefined), logIn(true, undefined)]
      if (which === 2) return [...closed, ...looks, logIn(true, 2), ...owner]
      return [{ ...acting, kind: 'unlock' }, ...closed, ...owner]
    })
}

/** Somebody else sets a password of one of the cast, who has to change it before anything else. */
function changing(): fc.Arbitrary<Command[]> {
  return fc.tuple(fc.nat(castRoles.length - 1), common.style, fc.nat(2), fc.nat(3)).map(([n, style, password, way]) => {
    const target = { of: 'any', n, spelling: 'uuid' } as const
    const [root, bound] = [{ of: 'root', n: 0 } as const, { of: 'bound', n: 0 } as const]
    const reset: Command = { kind: 'reset', after: 1, style, actor: root, target, password, mustChange: true }
    const logIn: Command = { kind: 'login', after: 1, style, target, by: 'username', right: true }
    const acting = { after: 1, style: style + way, actor: bound } as const
    const looks: Command[] = [
      { ...acting, kind: 'list', limit: 5 },
      { ...acting, kind: 'me' },
    ]
    const change: Command = { ...acting, kind: 'password', right: true, next: (password + 1) % 3 }
    return [reset, logIn, ...looks, change, logIn]
  })
}

const castRoles: readonly Role[] = ['super_admin', 'admin', 'manager', 'manager', 'user', 'guest']

export const cast: readonly Command[] = [
  ...castRoles.map((role, n): Command => {
    const actor = { of: 'root', n: 0 } as const
    const who = { username: { n }, email: { n }, password: 0, role, ...(role === 'user' && { canWrite: false }) }
    // Some at one moment.
    return { kind: 'create', after: n % 2, style: n, actor, ...who }
  }),
  ...castRoles.map((_, n): Command => {
    const target = { of: 'present', n, spelling: 'ulid' } as const
    return { kind: 'login', after: 1, style: n + 1, target, by: 'username', right: true }
  }),
]
