import { describe, expect, it } from 'vitest'
import { accountDigest, addressDigest } from '../../src/domain/sessions/login-lock.ts'
import { changeAccount } from '../../src/domain/users/account-commands.ts'
import type { UserChange } from '../../src/domain/users/user.ts'
import { at, callerOf, outcomeOf, row } from '../support/decisions.ts'

const self = row({ id: 'self' })
const caller = callerOf(self)

describe('changeAccount', () => {
  const decide = (profile: UserChange, passwordHash?: string) =>
    outcomeOf(() => changeAccount(caller, profile, passwordHash).decide({ caller: self, self }, at))
  const change = ['users', 'change', self, { email: 'new@example.com', updatedAt: at }]
  const password = [
    ['sessions', 'removeAllOf', 'self'],
    ['loginFailures', 'removeAllOf', accountDigest('self')],
    ['loginFailures', 'succeed', accountDigest('self'), addressDigest(caller.origin.address), at],
    ['users', 'changePassword', 'self', { passwordHash: 'a hash', mustChangePassword: false, updatedAt: at }],
  ]
  const changed = {
    event: 'user_changed',
    userId: 'self',
    changes: { email: { from: self.email, to: 'new@example.com' } },
  }
  const passwordChanged = [
    { event: 'password_changed', userId: 'self' },
    { event: 'sessions_revoked', userId: 'self' },
  ]
  const email = 'new@example.com'

  it.each<[string, UserChange, string | undefined, object]>([
    [
      'the email',
      { email },
      undefined,
      { writes: [change], events: [changed], result: { ...self, email, updatedAt: at } },
    ],
    ['nothing', { email: self.email }, undefined, { writes: [], events: [], result: self }],
    ['the password', {}, 'a hash', { writes: password, events: passwordChanged, result: { ...self, updatedAt: at } }],
    [
      'both',
      { email },
      'a hash',
      {
        writes: [change, ...password],
        events: [changed, ...passwordChanged],
        result: { ...self, email, updatedAt: at },
      },
    ],
  ])('changes %s', (_, profile, hash, decision) => {
    expect(decide(profile, hash)).toEqual(decision)
  })
})
