import { type Caller, hashClient, seenUser } from '../caller.ts'
import type { Execute } from '../command.ts'
import { DomainError } from '../errors.ts'
import type { Passwords } from '../passwords/password.ts'
import { heavyQuery, mayLag, type Query, query } from '../query.ts'
import type { LoginLock } from '../sessions/login-lock.ts'
import type { Store } from '../store.ts'
import { changeUser, createUser, found, removeUser, resetPassword, unlockUser } from './commands.ts'
import { writesByDefault } from './permission-table.ts'
import { positionOf } from './positions.ts'
import {
  type FoundUsers,
  type NewUser,
  type Position,
  type SortKey,
  type UserCount,
  type UserFilter,
  type UserKeyset,
  type UserPage,
  pageDepth as usualDepth,
} from './store.ts'
import { type Status, type User, type UserChange, userDefaults } from './user.ts'

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
  readonly loginLock: Pick<LoginLock, 'lockOf'>
  readonly newId: () => string
  /** How many users a page may lie from the nearer end of its list. */
  readonly pageDepth?: number
  /** Whether one's own email is changed together with the current password alone. */
  readonly emailNeedsPassword?: boolean
}

export type Users = ReturnType<typeof createUsers>

/** User management: what one user does to others. */
export function createUsers({
  store,
  execute,
  passwords,
  loginLock,
  newId,
  pageDepth = usualDepth,
  emailNeedsPassword = false,
}: UsersDeps) {
  return {
    /** @throws DomainError `user_not_found` */
    get: (id: string): Query<User> => query([['users', 'find', id]], ([user]) => found(user)),

    /**
     * The user, and until when they are locked out somewhere.
     *
     * @throws DomainError `user_not_found`
     */
    getWithLock: (id: string): Query<{ user: User; lockedUntil: Date | undefined }> =>
      query([['users', 'find', id], loginLock.lockOf(id)], ([user, lockedUntil]) => ({
        user: found(user),
        lockedUntil,
      })),

    /**
     * One page, how many users there are on all of them, and the place from which to walk on, if
     * more come after it.
     *
     * @throws DomainError `page_too_deep` where it lies further than `pageDepth` from both ends; a
     *   search that is not counted to its end has none to read from
     */
    list(page: Omit<UserPage, 'total'>): Query<UserCount & { users: User[]; next?: Position }> {
      const { limit, sortBy } = page
      const asked = { ...page, ...normalFilter(page), limit: limit + 1 }
      const pageFrom = (users: FoundUsers, count: UserCount) => ({ ...count, ...pageOf(users, limit, sortBy) })
      const readPage = async (count: UserCount, from: Store) => {
        const rest = count.isCapped ? Number.POSITIVE_INFINITY : count.total - page.offset
        if (rest <= 0) return { users: [], ...count }
        if (Math.min(page.offset, rest - limit) > pageDepth) throw new DomainError('page_too_deep')
        return pageFrom(await from.users.list({ ...asked, ...(!count.isCapped && { total: count.total }) }), count)
      }
      const counting = ['users', 'count', normalFilter(page)] as const
      // What may take long waits until it is known who asks.
      if (asked.search !== undefined)
        return mayLag(heavyQuery([], async (_, from) => readPage(await from.users.count(asked), from)))
      if (page.offset > Math.min(nearFront, pageDepth))
        return mayLag(heavyQuery([counting], ([count], from) => readPage(count, from)))
      return mayLag(query([counting, ['users', 'list', asked]], ([count, users]) => pageFrom(users, count)))
    },

    /** Those after a place in the list, and the place of the next page if there is one. */
    walk(keyset: UserKeyset): Query<{ users: User[]; next?: Position }> {
      const { limit, sortBy } = keyset
      const asked = { ...keyset, ...normalFilter(keyset), limit: limit + 1 }
      if (asked.search === undefined)
        return mayLag(query([['users', 'listAfter', asked]], ([users]) => pageOf(users, limit, sortBy)))
      return mayLag(heavyQuery([], async (_, from) => pageOf(await from.users.listAfter(asked), limit, sortBy)))
    },

    /** @throws DomainError `weak_password`, and as `createUser` */
    async create(caller: Caller, { password, ...given }: UserDraft): Promise<User> {
      const draft = { ...userDefaults, ...given }
      passwords.check(password, draft)
      const passwordHash = await passwords.hash(password, hashClient(caller))
      const canWrite = draft.canWrite ?? writesByDefault(draft.role)
      return execute(createUser(caller, { ...draft, canWrite, passwordHash }, newId))
    },

    /** @throws DomainError as `changeUser` */
    change: (
      caller: Caller,
      id: string,
      wanted: UserChange,
      permission: Parameters<typeof changeUser>[3],
      assertSeen?: (user: User) => void,
    ) => execute(changeUser(caller, id, wanted, permission, emailNeedsPassword, assertSeen)),

    /**
     * Sets another user's password, which they have to change where that is said.
     *
     * @throws DomainError `weak_password`, and as the command
     */
    async resetPassword(caller: Caller, id: string, password: string, mustChange = false): Promise<User> {
      passwords.check(password, {})
      passwords.check(password, found(await seenUser(caller, id, store)))
      return execute(resetPassword(caller, id, await passwords.hash(password, hashClient(caller)), mustChange))
    },

    /** Lifts the locks of another user. @throws DomainError as the command */
    unlock: (caller: Caller, id: string): Promise<User> => execute(unlockUser(caller, id)),

    /** @throws DomainError as `removeUser` */
    remove: (caller: Caller, id: string): Promise<void> => execute(removeUser(caller, id)),
  }
}

/** Up to this offset a page is read before it is known how many users there are. */
const nearFront = 400

function normalFilter({ role, status, search }: UserFilter): UserFilter {
  return { ...(role && { role }), ...(status && { status }), ...(search && { search: search.trim().normalize('NFC') }) }
}

/** A page, of which one user more than it holds was asked for; a search may have stopped short of it. */
function pageOf(users: FoundUsers, limit: number, sortBy: SortKey): { users: User[]; next?: Position } {
  const page = users.slice(0, limit)
  const last = page.at(-1)
  const next = last && users.length > limit ? positionOf(last, sortBy) : users.stoppedAt
  return { users: page, ...(next && { next }) }
}
