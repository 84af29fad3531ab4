import { type Caller, hashClient } from '../caller.ts'
import type { Execute } from '../command.ts'
import type { Passwords } from '../passwords/password.ts'
import type { Store } from '../store.ts'
import { changeUser, createUser, found, removeUser, resetPassword, revokeSessions } from './commands.ts'
import type { NewUser, UserFilter, UserKeyset, UserPage } from './store.ts'
import { type Status, type User, userDefaults } from './user.ts'

/** A user to be made; what is left out has its default (`userDefaults`). */
export interface UserDraft
  extends Omit<NewUser, keyof typeof userDefaults | 'id' | 'canWrite' | 'createdAt' | 'passwordHash'>,
    Partial<Pick<NewUser, Exclude<keyof typeof userDefaults, 'status'>>> {
  readonly status?: Exclude<Status, 'deleted'>
  readonly password: string
  /** Left out: true, but false for a guest. */
  readonly canWrite?: boolean
}

export interface UsersDeps {
  readonly store: Store
  readonly execute: Execute
  readonly passwords: Passwords
  readonly newId: () => string
}

export type Users = ReturnType<typeof createUsers>

/** User management: what one user does to others. */
export function createUsers({ store, execute, passwords, newId }: UsersDeps) {
  return {
    /** @throws DomainError `user_not_found` */
    async get(id: string): Promise<User> {
      return found(await store.users.find(id))
    },

    /** One page, and how many users there are on all of them. */
    async list(page: Omit<UserPage, 'total'>): Promise<{ users: User[]; total: number }> {
      const filter = normalFilter(page)
      const total = await store.users.count(filter)
      return { users: page.offset < total ? await store.users.list({ ...page, ...filter, total }) : [], total }
    },

    /** Those after a cursor, and the cursor of the next page if there is one. */
    async walk(keyset: UserKeyset): Promise<{ users: User[]; next: string | undefined }> {
      const users = await store.users.listAfter({ ...keyset, ...normalFilter(keyset), limit: keyset.limit + 1 })
      const page = users.slice(0, keyset.limit)
      return { users: page, next: users.length > keyset.limit ? page.at(-1)?.id : undefined }
    },

    /** @throws DomainError `weak_password`, and as `createUser` */
    async create(caller: Caller, { password, ...given }: UserDraft): Promise<User> {
      const draft = { ...userDefaults, ...given }
      passwords.check(password, draft)
      const passwordHash = await passwords.hash(password, hashClient(caller))
      const canWrite = draft.canWrite ?? draft.role !== 'guest'
      return execute(createUser(caller, { ...draft, canWrite, passwordHash }, newId))
    },

    /** @throws DomainError as `changeUser` */
    change: (...given: Parameters<typeof changeUser>): Promise<User> => execute(changeUser(...given)),

    /** Sets another user's password. @throws DomainError `weak_password`, and as the command */
    async resetPassword(caller: Caller, id: string, password: string): Promise<User> {
      passwords.check(password, {})
      passwords.check(password, found(await store.users.find(id)))
      return execute(resetPassword(caller, id, await passwords.hash(password, hashClient(caller))))
    },

    /** Ends every session of another user. @throws DomainError as the command */
    revokeSessions: (caller: Caller, id: string): Promise<User> => execute(revokeSessions(caller, id)),

    /** @throws DomainError as `removeUser` */
    remove: (caller: Caller, id: string): Promise<void> => execute(removeUser(caller, id)),
  }
}

function normalFilter({ role, status, search }: UserFilter): UserFilter {
  return { ...(role && { role }), ...(status && { status }), ...(search && { search: search.trim().normalize('NFC') }) }
}
