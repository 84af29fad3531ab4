import type { Caller } from '../../src/domain/caller.ts'
import type { Step } from '../../src/domain/command.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { roles, type User } from '../../src/domain/users/user.ts'

export const at = new Date('2026-05-01T10:00:00.123Z')
export const seconds = (count: number) => new Date(at.getTime() + count * 1000)

/** A row of somebody who was made and changed an hour ago. */
export const row = (given: Partial<User> = {}): User => ({
  id: '01980e2c-6f00-7000-8000-000000000001',
  username: 'somebody',
  email: 'somebody@example.com',
  fullName: 'Some Body',
  role: 'admin',
  status: 'active',
  canWrite: true,
  mustChangePassword: false,
  createdAt: seconds(-3600),
  updatedAt: seconds(-3600),
  lastLoginAt: null,
  ...given,
})

/** Who may call everything, by a session. */
export const callerOf = (principal: User): Caller => ({
  principal,
  credential: { kind: 'session', id: 'the session' },
  origin: { requestId: 'the request', address: '192.0.2.1', userAgent: 'a browser' },
  allowed: roles,
})

/** What was decided; a refusal by its reason, whether it was thrown or stands in the decision. */
export function outcomeOf<Result>(decide: () => Step<Result>) {
  try {
    const step = decide()
    return 'refusal' in step ? { ...step, refusal: step.refusal.reason } : step
  } catch (error) {
    if (error instanceof DomainError) return error.reason
    throw error
  }
}

/** Goes on where the decision has asked for a call, with its answer. */
export function goOn<Result>(step: Step<Result>, answer: unknown): Step<Result> {
  if (!('first' in step)) throw new Error('nothing is to be called')
  return step.next(answer as never)
}
