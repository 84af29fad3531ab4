import { type Caller, hashClient } from '../caller.ts'
import type { Execute } from '../command.ts'
import { DomainError } from '../errors.ts'
import type { Passwords } from '../passwords/password.ts'
import type { Store } from '../store.ts'
import { changeUser, createUser, found, removeUser, resetPassword, revokeSessions } from './commands.ts'
import { positionOf } from './positions.ts'
import {
  type NewUser,
  type Position,
  type SortKey,
  type UserCount,
  type UserFilter,
  type UserKeyset,
  type UserPage,
  pageDepth as usualDepth,
} from './store.ts'
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
  /** How many users a page may lie from the nearer end of its list. */
  readonly pageDepth?: number
}

export type Users = ReturnType<typeof createUsers>

/** User management: what one user does to others. */
export function createUsers({ store, execute, passwords, newId, pageDepth = usualDepth }: UsersDeps) {
  return {
    /** @throws DomainError `user_not_found` */
    async get(id: string): Promise<User> {
      return found(await store.users.find(id))
    },

    /**
     * One page, how many users there are on all of them, and the place from which to walk on, if
     * more come after it.
     *
     * @throws DomainError `page_too_deep` where it lies further than `pageDepth` from both ends; a
     *   search that is not counted to its end has none to read from
     */
    async list(page: Omit<UserPage, 'total'>): Promise<UserCount & { users: User[]; next?: Position }> {
      const filter = normalFilter(page)
      const { offset, limit, sortBy } = page
      const count = await store.users.count(filter)
      const rest = count.isCapped ? Number.POSITIVE_INFINITY : count.total - offset
      if (rest <= 0) return { users: [], ...count }
      if (Math.min(offset, rest - limit) > pageDepth) throw new DomainError('page_too_deep')
      const known = count.isCapped ? {} : { total: count.total }
      const users = await store.users.list({ ...page, ...filter, ...known, limit: limit + 1 })
      return { ...count, ...pageOf(users, limit, sortBy) }
    },

    /** Those after a place in the list, and the place of the next page if there is one. */
    async walk(keyset: UserKeyset): Promise<{ users: User[]; next?: Position }> {
      const { limit, sortBy } = keyset
      const users = await store.users.listAfter({ ...keyset, ...normalFilter(keyset), limit: limit + 1 })
      return pageOf(users, limit, sortBy)
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

/** A page, of which one user more than it holds was asked for. */
function pageOf(users: User[], limit: number, sortBy: SortKey): { users: User[]; next?: Position } {
  const page = users.slice(0, limit)
  const last = page.at(-1)
  return { users: page, ...(last && users.length > limit && { next: positionOf(last, sortBy) }) }
}
