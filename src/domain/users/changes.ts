import type { Decision } from '../command.ts'
import type { Changes, EventDetails } from '../events.ts'
import { normalFullName } from './full-name.ts'
import type { NewUser } from './store.ts'
import type { User, UserChange } from './user.ts'

/** What a change does, whoever makes it. @param change what differs alone */
export function decideChange(
  user: User,
  change: UserChange,
  updatedAt: Date,
): Decision<User> & { readonly result: User } {
  const changes = changesOf(change, user)
  if (Object.keys(changes).length === 0) return { writes: [], events: [], result: user }
  const ends = change.status !== undefined && change.status !== 'active'
  return {
    writes: [
      ...(ends ? [['sessions', 'removeAllOf', user.id] as const] : []),
      ['users', 'change', user, { ...change, updatedAt }],
    ],
    events: [{ event: 'user_changed', userId: user.id, changes }, ...(ends ? [sessionsRevoked(user.id)] : [])],
    result: { ...user, ...change, updatedAt },
  }
}

/** The event of a creation. */
export function userCreated({ passwordHash: _, createdAt: __, id: userId, ...fields }: NewUser): EventDetails {
  return { event: 'user_created', userId, changes: changesOf(fields) }
}

/** What becomes of fields. @param before left out for a user who was not there */
function changesOf(fields: Partial<User>, before?: User): Changes {
  const entries = Object.entries(fields) as [keyof User, User[keyof User]][]
  return Object.fromEntries(entries.map(([field, to]) => [field, { from: before?.[field] ?? null, to }]))
}

/** What of the wanted change is a change. */
export function difference(user: User, wanted: UserChange): UserChange {
  const full = wanted.fullName === undefined ? wanted : { ...wanted, fullName: normalFullName(wanted.fullName) }
  return Object.fromEntries(
    Object.entries(full).filter(([field, value]) => value !== undefined && value !== user[field as keyof User]),
  )
}

export const sessionsRevoked = (userId: string): EventDetails => ({ event: 'sessions_revoked', userId })
