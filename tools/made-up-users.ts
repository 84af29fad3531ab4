import { createIds } from '../src/domain/id.ts'
import { type Role, roles, type Status, statuses } from '../src/domain/users/user.ts'
import { type SearchColumns, searchColumns } from '../src/store/users/folding.ts'
import { segmentOf } from '../src/store/users/search-segments.ts'
import { type Names, scripts } from './made-up-names.ts'

/** How often each is met, of a thousand. */
const roleShares: Readonly<Record<Role, number>> = {
  super_admin: 2,
  admin: 10,
  manager: 40,
  moderator: 48,
  user: 800,
  guest: 100,
}
const statusShares: Readonly<Record<Status, number>> = {
  active: 880,
  inactive: 40,
  suspended: 15,
  pending: 40,
  banned: 5,
  deleted: 20,
}

const day = 24 * 3600 * 1000
const period = 730 * day

/**
 * Makes up users, the oldest first, over the two years up to `now`; the nearer, the more. Among the
 * first twelve everybody finds each role and each status; the very first is an active super
 * administrator.
 *
 * @param count how many there will be
 * @param passwordHash of everybody who is not deleted
 * @param first the number of the first in the database (`takeNumbers`), where there are some already
 * @returns the next so many rows of `users`, as JSON has them
 */
export function makeUpUsers(
  count: number,
  passwordHash: string,
  now = new Date(),
  first = 0,
): (size: number) => UserRow[] {
  const run = now.getTime().toString(36)
  let made = 0
  let moment = new Date(0)
  const newId = createIds({ now: () => moment })

  function next(): UserRow {
    const n = made++
    moment = new Date(now.getTime() - period * (1 - Math.sqrt((n + 1) / count)))
    const { given, family, join } = pick(scripts) as Names
    const [ownGiven, latinGiven] = pick(given)
    const [ownFamily, latinFamily] = pick(family)
    const role = n < roles.length ? (roles[n] as Role) : drawn(roleShares)
    const twelfth = n - roles.length
    const status = n < roles.length ? 'active' : (statuses[twelfth] ?? drawn(statusShares))
    const username = `${latinGiven}.${latinFamily}-${n.toString(36)}-${run}`
    const email = `${username}@${pick(['example.com', 'example.org', 'mail.example.net'])}`
    const fullName = Math.random() < 0.05 ? '' : join(ownGiven, ownFamily).normalize('NFC')
    const age = now.getTime() - moment.getTime()
    const updated = new Date(moment.getTime() + Math.random() * age)
    const hasLoggedIn = status !== 'pending' && status !== 'deleted' && Math.random() < 0.8
    return {
      id: newId(),
      username,
      email,
      full_name: fullName,
      role,
      status,
      can_write: role !== 'guest' && Math.random() < 0.95,
      password_hash: status === 'deleted' ? null : passwordHash,
      created_at: moment,
      updated_at: updated,
      last_login_at: hasLoggedIn ? updated : null,
      deleted_at: status === 'deleted' ? updated : null,
      ...searchColumns({ username, email, fullName }, segmentOf(first + n)),
    }
  }

  return (size) => Array.from({ length: Math.min(size, count - made) }, next)
}

/** A row of `users`. */
export interface UserRow extends SearchColumns {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly full_name: string
  readonly role: Role
  readonly status: Status
  readonly can_write: boolean
  readonly password_hash: string | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly last_login_at: Date | null
  readonly deleted_at: Date | null
}

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)] as T
}

/** One of the keys, each as often as its share of a thousand. */
function drawn<Key extends string>(shares: Readonly<Record<Key, number>>): Key {
  let left = Math.random() * 1000
  const keys = Object.keys(shares) as Key[]
  for (const key of keys) {
    left -= shares[key]
    if (left < 0) return key
  }
  return keys[0] as Key
}
