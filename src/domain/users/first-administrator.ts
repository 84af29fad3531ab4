import { command, createExecute } from '../command.ts'
import { DomainError } from '../errors.ts'
import type { EventSink } from '../events.ts'
import type { Passwords } from '../passwords/password.ts'
import type { Store } from '../store.ts'
import { userCreated } from './changes.ts'
import { plainWalk } from './positions.ts'
import { type Role, type User, userDefaults } from './user.ts'

export interface FirstAdministratorDeps {
  readonly store: Store
  readonly passwords: Passwords
  readonly newId: () => string
  readonly now: () => Date
  readonly publish?: EventSink
}

/**
 * Makes the first administrator when the store has no user; only then its password is asked for.
 * The password is held to length alone: whoever starts the service chose it.
 *
 * @returns the user, or undefined when there is somebody already, also when another instance was
 *   quicker
 * @throws DomainError `weak_password`; what `password` throws, and then nobody is made
 */
export async function makeFirstAdministrator(
  { store, passwords, newId, now, publish = () => {} }: FirstAdministratorDeps,
  {
    password: readPassword,
    ...draft
  }: { username: string; email: string; password: () => Promise<string>; role: Role },
): Promise<User | undefined> {
  // Not by the counters: after a restore they may be wrong, and nobody may become an administrator
  // by that.
  if ((await store.users.listAfter({ ...plainWalk(), limit: 1 })).length > 0) return undefined
  const password = await readPassword()
  passwords.checkLength(password)
  const passwordHash = await passwords.hash(password)
  const user = { ...userDefaults, ...draft, id: newId(), canWrite: true, createdAt: now(), passwordHash }
  const { passwordHash: _, ...shown } = user
  const made = { ...shown, updatedAt: user.createdAt, lastLoginAt: null }
  try {
    return await createExecute({ store, now, publish })(
      command({
        by: { requestId: 'start', address: '', userAgent: undefined, operator: true },
        reads: {},
        decide: () => ({ writes: [['users', 'insert', user]], events: [userCreated(user)], result: made }),
      }),
    )
  } catch (error) {
    if (error instanceof DomainError && /_taken$/.test(error.reason)) return undefined
    throw error
  }
}
