import { describe, expect, it } from 'vitest'
import { revokeSessions } from '../../src/domain/sessions/ending.ts'
import { accountDigest } from '../../src/domain/sessions/login-lock.ts'
import { changeUser, createUser, removeUser, resetPassword, unlockUser } from '../../src/domain/users/commands.ts'
import type { User, UserChange } from '../../src/domain/users/user.ts'
import { at, callerOf, goOn, outcomeOf, row } from '../support/decisions.ts'

const self = row({ id: 'self' })
const caller = callerOf(self)
const target = row({ id: 'target', role: 'user', username: 'target', email: 'target@example.com' })
const above = row({ id: 'target', role: 'super_admin' })
const below = row({ id: 'self', role: 'manager' })
const admin = row({ id: 'target', role: 'admin' })

const revoked = { event: 'sessions_revoked', userId: 'target' }
const endsSessions = ['sessions', 'removeAllOf', 'target']

describe('createUser', () => {
  const draft = {
    username: 'new',
    email: 'new@example.com',
    fullName: ' Ne\u0301w ',
    role: 'admin',
    status: 'active',
    canWrite: true,
    mustChangePassword: false,
    passwordHash: 'a hash',
  } as const
  const decide = (user: User) => outcomeOf(() => createUser(caller, draft, () => 'made').decide({ caller: user }, at))

  it('inserts the user, whose full name is normal, and shows all but the hash', () => {
    const inserted = { ...draft, id: 'made', fullName: 'N\u00e9w', createdAt: at }
    const { passwordHash: _, ...shown } = inserted
    expect(decide(self)).toEqual({
      writes: [['users', 'insert', inserted]],
      events: [
        {
          event: 'user_created',
          userId: 'made',
          changes: Object.fromEntries(
            Object.entries(shown)
              .filter(([field]) => field !== 'id' && field !== 'createdAt')
              .map(([field, to]) => [field, { from: null, to }]),
          ),
        },
      ],
      result: { ...shown, updatedAt: at, lastLoginAt: null },
    })
  })

  it('grants no role above that of the caller', () => {
    expect(decide(below)).toBe('role_above_actor')
  })
})

describe('changeUser', () => {
  const decide = (
    change: UserChange,
    rows: { caller: User; target: User | undefined },
    permission: 'change_user' | 'change_other_user' = 'change_other_user',
  ) => outcomeOf(() => changeUser(caller, rows.target?.id ?? 'target', change, permission, false).decide(rows, at))
  const changes = (change: UserChange) => [
    'users',
    'change',
    expect.objectContaining({ id: 'target' }),
    { ...change, updatedAt: at },
  ]
  const changed = (change: UserChange, before: User = target) => ({
    event: 'user_changed',
    userId: 'target',
    changes: Object.fromEntries(
      Object.entries(change).map(([field, to]) => [field, { from: before[field as keyof User], to }]),
    ),
  })

  it.each<[UserChange, object[], object[]]>([
    [{ fullName: 'New' }, [changes({ fullName: 'New' })], [changed({ fullName: 'New' })]],
    [{ fullName: ' New ', email: target.email }, [changes({ fullName: 'New' })], [changed({ fullName: 'New' })]],
    [
      { role: 'guest', canWrite: false },
      [changes({ role: 'guest', canWrite: false })],
      [changed({ role: 'guest', canWrite: false })],
    ],
    [{ status: 'banned' }, [endsSessions, changes({ status: 'banned' })], [changed({ status: 'banned' }), revoked]],
  ])('writes what differs: %j', (change, writes, events) => {
    const difference = (writes.at(-1) as [string, string, string, object])[3]
    expect(decide(change, { caller: self, target })).toEqual({ writes, events, result: { ...target, ...difference } })
  })

  it('of a user who is not active leaves the sessions, of which there are none', () => {
    const banned = { ...target, status: 'banned' } as const
    expect(decide({ status: 'active' }, { caller: self, target: banned })).toMatchObject({
      writes: [changes({ status: 'active' })],
      events: [changed({ status: 'active' }, banned)],
    })
  })

  it.each<UserChange>([{}, { role: target.role }, { fullName: target.fullName }])(
    'writes nothing, and nothing has happened, where nothing differs: %j',
    (change) => {
      expect(decide(change, { caller: self, target })).toEqual({ writes: [], events: [], result: target })
    },
  )

  it.each<[string, UserChange, { caller: User; target: User | undefined }, 'change_user' | 'change_other_user']>([
    ['user_not_found', { fullName: 'New' }, { caller: self, target: undefined }, 'change_other_user'],
    ['self_change', { fullName: 'New' }, { caller: self, target: self }, 'change_other_user'],
    ['self_change', {}, { caller: self, target: self }, 'change_other_user'],
    ['self_privilege_change', { role: 'guest' }, { caller: self, target: self }, 'change_user'],
    ['self_privilege_change', { status: 'banned' }, { caller: self, target: self }, 'change_user'],
    ['super_admin_protected', { fullName: 'New' }, { caller: self, target: above }, 'change_other_user'],
    ['target_above_actor', { fullName: 'New' }, { caller: below, target: admin }, 'change_other_user'],
    ['role_above_actor', { role: 'super_admin' }, { caller: self, target }, 'change_other_user'],
  ])('is refused, %s: %j', (reason, change, rows, permission) => {
    expect(decide(change, rows, permission)).toBe(reason)
  })

  it('of oneself changes what is no privilege, where the operation allows that', () => {
    expect(decide({ fullName: 'New', role: self.role }, { caller: self, target: self }, 'change_user')).toMatchObject({
      writes: [['users', 'change', self, { fullName: 'New', updatedAt: at }]],
    })
  })

  it('that takes an administrator away counts the others first', () => {
    const decided = () =>
      changeUser(caller, 'target', { role: 'user' }, 'change_other_user', false).decide(
        { caller: self, target: admin },
        at,
      )
    expect(decided()).toMatchObject({ first: ['users', 'countOtherAdministrators', 'target'] })
    expect(goOn(decided(), 1)).toMatchObject({ writes: [changes({ role: 'user' })] })
    expect(() => goOn(decided(), 0)).toThrow('no active administrator')
  })
})

/** The refusals of what is done to somebody else, not to oneself. */
const others: [string, { caller: User; target: User | undefined }][] = [
  ['user_not_found', { caller: self, target: undefined }],
  ['super_admin_protected', { caller: self, target: above }],
  ['target_above_actor', { caller: below, target: admin }],
]

const forgets = ['loginFailures', 'removeAllOf', accountDigest('target')]

describe('resetPassword', () => {
  const decide = (rows: { caller: User; target: User | undefined }, mustChange = false) =>
    outcomeOf(() => resetPassword(caller, 'target', 'a hash', mustChange).decide(rows, at))

  it('ends the sessions and forgets the failed logins', () => {
    expect(decide({ caller: self, target })).toEqual({
      writes: [
        endsSessions,
        forgets,
        ['users', 'changePassword', 'target', { passwordHash: 'a hash', mustChangePassword: false, updatedAt: at }],
      ],
      events: [{ event: 'password_reset', userId: 'target' }, revoked],
      result: { ...target, updatedAt: at },
    })
    expect(decide({ caller: self, target }, true)).toMatchObject({
      events: [{ event: 'password_reset', userId: 'target', mustChange: true }, revoked],
      result: { mustChangePassword: true },
    })
  })

  it.each([...others, ['self_change', { caller: self, target: self }] as const])('is refused: %s', (reason, rows) => {
    expect(decide(rows)).toBe(reason)
  })
})

describe('revokeSessions', () => {
  const decide = (rows: { caller: User; target: User | undefined }) =>
    outcomeOf(() => revokeSessions(caller, 'target').decide(rows, at))

  it('ends them and changes nothing else', () => {
    expect(decide({ caller: self, target })).toEqual({ writes: [endsSessions], events: [revoked], result: target })
  })

  it.each([...others, ['self_change', { caller: self, target: self }] as const])('is refused: %s', (reason, rows) => {
    expect(decide(rows)).toBe(reason)
  })
})

describe('unlockUser', () => {
  const decide = (rows: { caller: User; target: User | undefined }) =>
    outcomeOf(() => unlockUser(caller, 'target').decide(rows, at))

  it('forgets the failed logins, not where the user has been', () => {
    expect(decide({ caller: self, target })).toEqual({
      writes: [['loginFailures', 'unlock', accountDigest('target')]],
      events: [{ event: 'login_unlocked', userId: 'target' }],
      result: target,
    })
  })

  it.each([...others, ['self_change', { caller: self, target: self }] as const])('is refused: %s', (reason, rows) => {
    expect(decide(rows)).toBe(reason)
  })
})

describe('removeUser', () => {
  const decide = (rows: { caller: User; target: User | undefined }) =>
    outcomeOf(() => removeUser(caller, 'target').decide(rows, at))

  it('ends the sessions too', () => {
    expect(decide({ caller: self, target })).toEqual({
      writes: [endsSessions, forgets, ['users', 'remove', 'target', at]],
      events: [
        { event: 'user_deleted', userId: 'target', changes: { status: { from: target.status, to: 'deleted' } } },
        revoked,
      ],
      result: undefined,
    })
  })

  it.each([...others, ['self_deletion', { caller: self, target: self }] as const])('is refused: %s', (reason, rows) => {
    expect(decide(rows)).toBe(reason)
  })

  it('of an administrator counts the others first', () => {
    const decided = () => removeUser(caller, 'target').decide({ caller: self, target: admin }, at)
    expect(goOn(decided(), 1)).toMatchObject({ writes: [endsSessions, forgets, ['users', 'remove', 'target', at]] })
    expect(() => goOn(decided(), 0)).toThrow('no active administrator')
  })
})
