import { type Caller, hashClient } from '../caller.ts'
import { DomainError } from '../errors.ts'
import type { Passwords } from '../passwords/password.ts'
import { accountDigest } from '../sessions/login-lock.ts'
import type { Store } from '../store.ts'
import {
  assertAdministratorRemains,
  assertCanActOn,
  assertCanGrant,
  lockCaller,
  lockCallerAndTarget,
  removesAdministrator,
} from './permissions.ts'
import type { NewUser, UserFilter, UserKeyset, UserPage } from './store.ts'
import type { Status, User, UserChange } from './user.ts'

export interface UserDraft extends Omit<NewUser, 'id' | 'status' | 'canWrite' | 'createdAt' | 'passwordHash'> {
  readonly status: Exclude<Status, 'deleted'>
  readonly password: string
  /** Left out: true, but false for a guest. */
  readonly canWrite?: boolean
}

export interface UsersDeps {
  readonly store: Store
  readonly passwords: Passwords
  readonly newId: () => string
  readonly now: () => Date
}

/** Whether an operation may be used on oneself: never, or for what is no privilege (email, full name). */
export type SelfRule = 'nothing' | 'profile'

export type Users = ReturnType<typeof createUsers>

/** User management: what one user does to others. Every command judges the caller's row and the target's in its own transaction. */
export function createUsers({ store, passwords, newId, now }: UsersDeps) {
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

    /** @throws DomainError `weak_password`, `role_above_actor`, `username_taken`, `email_taken`, and what `lockCaller` throws */
    async create(caller: Caller, draft: UserDraft): Promise<User> {
      const { password, ...rest } = draft
      passwords.check(password, draft)
      const passwordHash = await passwords.hash(password, hashClient(caller))
      return store.transaction(async (tx) => {
        assertCanGrant(await lockCaller(tx, caller), draft.role)
        const fullName = normalFullName(draft.fullName)
        const canWrite = draft.canWrite ?? draft.role !== 'guest'
        return tx.users.insert({ ...rest, fullName, canWrite, id: newId(), passwordHash, createdAt: now() })
      })
    },

    /**
     * Changes what differs; a change that changes nothing leaves `updatedAt` alone. A status other than active ends the user's sessions.
     *
     * @throws DomainError `user_not_found`, `self_change`, `self_privilege_change`, `super_admin_protected`, `target_above_actor`, `role_above_actor`, `email_taken`
     */
    async change(caller: Caller, id: string, wanted: UserChange, ownRule: SelfRule): Promise<User> {
      return store.transaction(async (tx) => {
        const { caller: self, target } = await lockCallerAndTarget(tx, caller, id)
        const change = difference(target, wanted)
        if (target.id === self.id) {
          if (ownRule === 'nothing') throw new DomainError('self_change')
          if (change.role || change.status) throw new DomainError('self_privilege_change')
        }
        assertCanActOn(self, target)
        assertCanGrant(self, change.role)
        if (removesAdministrator(target, change))
          assertAdministratorRemains(target, change, await tx.users.countOtherAdministrators(id))
        if (Object.keys(change).length === 0) return target
        if (change.status && change.status !== 'active') await tx.sessions.removeAllOf(id)
        return tx.users.change(id, { ...change, updatedAt: now() })
      })
    },

    /**
     * Sets another user's password; ends their sessions and forgets their failed logins, so that they can log in at once.
     *
     * @throws DomainError `weak_password`, `user_not_found`, `self_change`, `super_admin_protected`, `target_above_actor`
     */
    async resetPassword(caller: Caller, id: string, password: string): Promise<User> {
      passwords.check(password, {})
      passwords.check(password, found(await store.users.find(id)))
      const passwordHash = await passwords.hash(password, hashClient(caller))
      return store.transaction(async (tx) => {
        await lockOther(tx, caller, id)
        await tx.sessions.removeAllOf(id)
        await tx.loginFailures.removeAllOf(accountDigest(id))
        return tx.users.changePassword(id, { passwordHash, updatedAt: now() })
      })
    },

    /** Ends every session of another user. @throws DomainError `user_not_found`, `self_change`, `super_admin_protected`, `target_above_actor` */
    async revokeSessions(caller: Caller, id: string): Promise<User> {
      return store.transaction(async (tx) => {
        const target = await lockOther(tx, caller, id)
        await tx.sessions.removeAllOf(id)
        return target
      })
    },

    /** @throws DomainError `user_not_found`, `self_deletion`, `super_admin_protected`, `target_above_actor` */
    async remove(caller: Caller, id: string): Promise<void> {
      await store.transaction(async (tx) => {
        const { caller: self, target } = await lockCallerAndTarget(tx, caller, id)
        if (target.id === self.id) throw new DomainError('self_deletion')
        assertCanActOn(self, target)
        if (removesAdministrator(target, 'deletion'))
          assertAdministratorRemains(target, 'deletion', await tx.users.countOtherAdministrators(id))
        await tx.sessions.removeAllOf(id)
        await tx.users.remove(id, now())
      })
    },
  }
}

async function lockOther(tx: Store, caller: Caller, id: string): Promise<User> {
  const { caller: self, target } = await lockCallerAndTarget(tx, caller, id)
  if (target.id === self.id) throw new DomainError('self_change')
  assertCanActOn(self, target)
  return target
}

function found(user: User | undefined): User {
  if (!user) throw new DomainError('user_not_found')
  return user
}

/** What of the wanted change is a change. */
export function difference(user: User, wanted: UserChange): UserChange {
  const full = wanted.fullName === undefined ? wanted : { ...wanted, fullName: normalFullName(wanted.fullName) }
  return Object.fromEntries(
    Object.entries(full).filter(([field, value]) => value !== undefined && value !== user[field as keyof User]),
  )
}

/**
 * Whether a full name shows nothing although it is not empty: blanks, format characters, fillers,
 * marks without a letter. Unicode calls most of them `Default_Ignorable_Code_Point`; the braille
 * blank and the null notehead are symbols that look like nothing. Joiners inside a name are no
 * matter.
 */
export function isInvisible(fullName: string): boolean {
  return normalFullName(fullName) !== '' && !/[^\p{White_Space}\p{DI}\p{Cf}\p{M}\u2800\u{1D159}]/u.test(fullName)
}

function normalFullName(fullName: string): string {
  return fullName.trim().normalize('NFC')
}

function normalFilter({ role, status, search }: UserFilter): UserFilter {
  return { ...(role && { role }), ...(status && { status }), ...(search && { search: search.trim().normalize('NFC') }) }
}
