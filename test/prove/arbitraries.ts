import fc from 'fast-check'
import {
  type ActorRef,
  brokenReasons,
  type Command,
  type EndSession,
  type Name,
  type PasswordRef,
  type Refresh,
  type Role,
  roles,
  type Status,
  type TargetRef,
} from './commands.ts'
import { limits } from './rules-locks.ts'
import { lifetimes } from './rules-sessions.ts'

const { idle, access, refresh } = lifetimes

/** Some much more often than others, so that much happens to the same few. */
const number = fc.oneof(fc.nat(3), fc.nat(30))
export const some = <T>(...weighted: readonly [number, T][]) =>
  fc.oneof(...weighted.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))

/**
 * Now and then nothing, often a second, at times just within or past the ten seconds in which a
 * refresh is forgiven.
 */
export const common = {
  after: some([3, 0], [2, 0.6], [6, 1], [2, 4], [1, 10], [2, 11]),
  style: fc.nat(11),
}
const optionally = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const sometimes = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constant(true) },
)

const actorOf = (...of: readonly [number, ActorRef['of']][]): fc.Arbitrary<ActorRef> =>
  record({
    of: some<ActorRef['of']>(...of, [1, 'nobody'], [1, 'malformed'], [1, 'foreign']),
    n: number,
    oldest: sometimes,
  })
const actor = actorOf([10, 'root'], [24, 'administrator'], [24, 'ruler'], [8, 'live'], [9, 'any'])
const self = actorOf([30, 'live'], [9, 'any'])

const spelling = fc.constantFrom(...(['ulid', 'uuid', 'lower ulid', 'upper uuid'] as const))
const targetOf = (...of: readonly [number, TargetRef['of']][]) => record({ of: some(...of), n: number, spelling })
const target = targetOf([20, 'present'], [2, 'any'], [2, 'self'], [1, 'unknown'], [1, 'malformed'])
const name: fc.Arbitrary<Name> = record({ n: number, upper: sometimes })
const role: fc.Arbitrary<Role> = fc.constantFrom(...roles)
const given = ['active', 'active', 'active', 'inactive', 'suspended', 'pending', 'banned'] as const
export const status = fc.constantFrom(...given)
const shownStatus: fc.Arbitrary<Status> = fc.constantFrom(...given, 'deleted')
const password: fc.Arbitrary<PasswordRef> = some<PasswordRef>(
  [6, 0],
  [6, 1],
  [6, 2],
  [1, 'short'],
  [1, 'common'],
  [1, 'identity'],
)
const fullName = fc.nat(4)
const place = some<number | undefined>([5, undefined], [2, 1], [2, 2])
/** Seldom: until it is changed, nothing else comes of whoever has to. */
const mustChange = some<boolean | undefined>([4, undefined], [1, false], [2, true])

const someSession = { of: some<EndSession['of']>([8, 'own'], [2, 'any'], [1, 'unknown'], [1, 'malformed']), n: number }

const drafts = {
  ...common,
  kind: fc.constant('create' as const),
  actor,
  username: name,
  email: name,
  password,
  role,
  mustChange,
}
const changes = { ...common, kind: fc.constant('update' as const), actor, target, email: optionally(name) }
const lists = {
  ...common,
  kind: fc.constant('list' as const),
  actor,
  limit: some([4, 1], [4, 2], [3, 3], [2, 5], [1, 50]),
  role: fc.oneof(fc.constant(undefined), optionally(role)),
  search: fc.oneof(fc.constant(undefined), optionally(fc.nat(11))),
}

/** One command, the likelier the more it can bring about. */
export const command = fc.oneof(
  often(5, record(drafts)),
  often(3, record({ ...drafts, fullName: optionally(fullName), status })),
  often(2, record({ ...drafts, canWrite: fc.boolean() })),
  often(4, record({ ...changes, email: name })),
  often(5, record({ ...changes, role })),
  often(5, record({ ...changes, status, role: optionally(role) })),
  often(2, record({ ...changes, fullName })),
  often(3, record({ ...changes, canWrite: fc.boolean(), role: optionally(role) })),
  often(4, record({ ...common, kind: fc.constant('reset' as const), actor, target, password, mustChange })),
  often(3, record({ ...common, kind: fc.constant('revoke' as const), actor, target })),
  often(3, record({ ...common, kind: fc.constant('unlock' as const), actor, target })),
  often(4, record({ ...common, kind: fc.constant('sessions' as const), actor, target })),
  often(3, record({ ...common, kind: fc.constant('sessions' as const), actor: self })),
  often(3, record({ ...common, kind: fc.constant('end session' as const), actor, target, ...someSession })),
  often(3, record({ ...common, kind: fc.constant('end session' as const), actor: self, ...someSession })),
  often(2, record({ ...common, kind: fc.constant('end sessions' as const), actor: self, others: fc.boolean() })),
  often(6, record({ ...common, kind: fc.constant('delete' as const), actor, target })),
  often(3, record({ ...common, kind: fc.constant('get' as const), actor, target })),
  often(
    3,
    record({
      ...lists,
      from: optionally(targetOf([5, 'present'], [5, 'any'], [1, 'unknown'])),
      cursor: fc.constant(true),
    }),
  ),
  often(3, record({ ...lists, status: shownStatus })),
  often(
    4,
    record({
      ...lists,
      sort: optionally(fc.constantFrom(...(['createdAt', 'username', 'email'] as const))),
      order: optionally(fc.constantFrom(...(['ASC', 'DESC'] as const))),
      numbered: optionally(some([3, 1], [2, 2])),
    }),
  ),
  often(2, record({ ...common, kind: fc.constant('stats' as const), actor })),
  often(
    16,
    record({
      ...common,
      kind: fc.constant('login' as const),
      target: targetOf([20, 'present'], [2, 'any'], [1, 'unknown']),
      by: fc.constantFrom(...(['username', 'email'] as const)),
      upper: sometimes,
      right: some([7, true], [2, false]),
      place,
    }),
  ),
  often(
    4,
    record({
      ...common,
      kind: fc.constant('login' as const),
      // The same few again and again: that is what locks.
      target: record({ of: fc.constant('present' as const), n: fc.nat(1), spelling }),
      by: fc.constant('username' as const),
      right: some([1, true], [4, false]),
      place,
    }),
  ),
  often(
    11,
    record({
      ...common,
      kind: fc.constant('refresh' as const),
      of: some<Refresh['of']>([10, 'open'], [5, 'any'], [1, 'foreign']),
      n: number,
      behind: some([5, 0], [5, 1], [2, 2]),
    }),
  ),
  often(2, record({ ...common, kind: fc.constant('logout' as const), actor: self, foreign: sometimes })),
  often(3, record({ ...common, kind: fc.constant('me' as const), actor: self, permissions: sometimes })),
  often(2, record({ ...common, kind: fc.constant('profile' as const), actor: self, email: name })),
  often(
    1,
    record({ ...common, kind: fc.constant('profile' as const), actor: self, fullName, email: optionally(name) }),
  ),
  often(
    4,
    record({
      ...common,
      kind: fc.constant('password' as const),
      actor: self,
      right: some([3, true], [1, false]),
      place,
      next: some<PasswordRef | 'same'>(
        [3, 0],
        [3, 1],
        [3, 2],
        [1, 'short'],
        [1, 'common'],
        [1, 'identity'],
        [2, 'same'],
      ),
      mismatch: sometimes,
    }),
  ),
  often(
    1,
    record({
      ...common,
      kind: fc.constant('password' as const),
      actor: self,
      right: fc.constant(true),
      next: fc.nat(2),
      email: name,
    }),
  ),
  often(
    3,
    record({ ...common, kind: fc.constant('broken' as const), actor, reason: fc.constantFrom(...brokenReasons) }),
  ),
  // Past the lock, an idle session, the life of an access token, of a refresh token, of what is
  // remembered of one; and a month.
  often(
    1,
    record({
      ...common,
      kind: fc.constant('wait' as const),
      after: some(
        [3, limits.window + 1],
        [2, 2 * limits.window + 1],
        [2, 3601],
        [1, idle + 1],
        [2, access],
        [2, refresh],
        [1, 2 * refresh + 1],
        [1, 2_592_000],
      ),
    }),
  ),
)

function often(weight: number, arbitrary: fc.Arbitrary<Command>): { weight: number; arbitrary: fc.Arbitrary<Command> } {
  return { weight, arbitrary }
}

/** A record without the keys that were left out. */
function record(shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<any> {
  return fc
    .record(shape)
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)))
}
