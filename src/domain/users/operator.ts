import type { Origin } from '../caller.ts'
import { command, type Step } from '../command.ts'
import { decideChange, difference } from './changes.ts'
import { decideReset, found } from './commands.ts'
import type { User, UserChange } from './user.ts'

/*
 * What the operator does at the machine, to be let in again. No role stands behind them, so none is
 * compared: whoever reaches the database could write there. Their commands leave the same events.
 */

/**
 * Sets a password, as `resetPassword` does, for anybody.
 *
 * @throws DomainError `user_not_found`
 */
export const resetPasswordAsOperator = (by: Origin, id: string, passwordHash: string, mustChange: boolean) =>
  command({
    by,
    reads: { target: ['users', 'lock', id] },
    decide: ({ target }, at): Step<User> => decideReset(found(target), passwordHash, mustChange, at),
  })

/**
 * Gives a role, and makes active where that is asked for; a change that changes nothing writes
 * nothing.
 *
 * @throws DomainError `user_not_found`
 */
export const promoteAsOperator = (by: Origin, id: string, wanted: Pick<UserChange, 'role' | 'status'>) =>
  command({
    by,
    reads: { target: ['users', 'lock', id] },
    decide({ target }, at): Step<User> {
      const user = found(target)
      return decideChange(user, difference(user, wanted), at)
    },
  })
