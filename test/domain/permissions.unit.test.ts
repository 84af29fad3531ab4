import { describe, expect, it } from 'vitest'
import {
  assertAdministratorRemains,
  assertCanActOn,
  assertCanGrant,
  removesAdministrator,
} from '../../src/domain/users/permissions.ts'
import { type Role, roles, type Status, statuses, type User, type UserChange } from '../../src/domain/users/user.ts'

let made = 0
const user = (role: Role, status: Status = 'active'): User => ({
  id: `user-${++made}`,
  username: 'somebody',
  email: 'somebody@example.com',
  fullName: '',
  role,
  status,
  canWrite: true,
  mustChangePassword: false,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  lastLoginAt: null,
})

/** The reason that is thrown, or undefined. */
function reasonOf(judge: () => void): string | undefined {
  try {
    judge()
  } catch (error) {
    return (error as { reason: string }).reason
  }
  return undefined
}

/** Each role and those that it may touch and grant: its own and all below. */
const reach: Record<Role, readonly Role[]> = {
  super_admin: ['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest'],
  admin: ['admin', 'manager', 'moderator', 'user', 'guest'],
  manager: ['manager', 'moderator', 'user', 'guest'],
  moderator: ['moderator', 'user', 'guest'],
  user: ['user', 'guest'],
  guest: ['guest'],
}
const pairs = roles.flatMap((caller) =>
  roles.map((other) => ({ caller, other, within: reach[caller].includes(other) })),
)

describe('assertCanActOn', () => {
  it.each(pairs)('lets $caller touch $other: $within', ({ caller, other, within }) => {
    const refused = other === 'super_admin' ? 'super_admin_protected' : 'target_above_actor'
    expect(reasonOf(() => assertCanActOn(user(caller), user(other), 'change_user'))).toBe(within ? undefined : refused)
  })

  it.each(statuses)('protects those above also when they are %s', (status) => {
    expect(reasonOf(() => assertCanActOn(user('admin'), user('super_admin', status), 'delete_user'))).toBe(
      'super_admin_protected',
    )
    expect(reasonOf(() => assertCanActOn(user('manager'), user('admin', status), 'delete_user'))).toBe(
      'target_above_actor',
    )
  })
})

describe('assertCanGrant', () => {
  it.each(pairs)('lets $caller grant $other: $within', ({ caller, other, within }) => {
    expect(reasonOf(() => assertCanGrant(user(caller), other))).toBe(within ? undefined : 'role_above_actor')
  })

  it('has nothing to say where no role is granted', () => {
    expect(reasonOf(() => assertCanGrant(user('guest'), undefined))).toBeUndefined()
  })
})

const losses: (UserChange | 'deletion')[] = [
  'deletion',
  { role: 'manager' },
  { role: 'guest' },
  { status: 'suspended' },
  { status: 'inactive' },
  { status: 'pending' },
  { status: 'banned' },
  { role: 'super_admin', status: 'banned' },
  { role: 'user', status: 'active' },
]
const harmless: UserChange[] = [
  {},
  { email: 'new@example.com' },
  { canWrite: false },
  { role: 'admin' },
  { role: 'super_admin' },
  { status: 'active' },
  { role: 'admin', status: 'active', fullName: 'Still' },
]

describe('removesAdministrator', () => {
  it.each(losses)('is true of an active administrator and %j', (change) => {
    for (const role of ['admin', 'super_admin'] as const) expect(removesAdministrator(user(role), change)).toBe(true)
  })

  it.each(harmless)('is false of %j', (change) => {
    for (const role of roles) expect(removesAdministrator(user(role), change)).toBe(false)
  })

  it('is false of those who are no active administrators', () => {
    for (const change of losses) {
      for (const role of ['manager', 'moderator', 'user', 'guest'] as const)
        expect(removesAdministrator(user(role), change)).toBe(false)
      for (const status of ['inactive', 'suspended', 'pending', 'banned'] as const)
        expect(removesAdministrator(user('admin', status), change)).toBe(false)
    }
  })
})

describe('assertAdministratorRemains', () => {
  it.each(losses)('finds a fault in %j when there is no other', (change) => {
    for (const role of ['admin', 'super_admin'] as const)
      expect(() => assertAdministratorRemains(user(role), change, 0)).toThrow('no active administrator')
  })

  it.each(losses)('allows %j when there is another', (change) => {
    expect(reasonOf(() => assertAdministratorRemains(user('admin'), change, 1))).toBeUndefined()
  })

  it.each(harmless)('allows %j of the only one', (change) => {
    expect(reasonOf(() => assertAdministratorRemains(user('super_admin'), change, 0))).toBeUndefined()
  })

  it('allows everything of those who are no active administrators', () => {
    for (const change of losses) {
      expect(reasonOf(() => assertAdministratorRemains(user('manager'), change, 0))).toBeUndefined()
      expect(reasonOf(() => assertAdministratorRemains(user('admin', 'suspended'), change, 0))).toBeUndefined()
    }
  })
})
