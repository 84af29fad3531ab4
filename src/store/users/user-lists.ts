import type { Knex } from 'knex'
import { administrators } from '../../domain/users/permission-table.ts'
import type { UserCount, UserStore } from '../../domain/users/store.ts'
import type { Role, Status, User } from '../../domain/users/user.ts'
import { type Answer, type Call, known, statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import type { SearchFilling } from './search-filling.ts'
import { type Shape, shapeOf, sortedRows, type Values } from './sorted-users.ts'
import { liveUsers, toUser } from './user-rows.ts'
import { createUserSearches } from './user-searches.ts'

type UserLists = Pick<
  UserStore,
  'list' | 'listAfter' | 'count' | 'countByRoleAndStatus' | 'countCreatedAfter' | 'countOtherAdministrators'
>

/** Pages and counts of users; those of a search are in `user-searches.ts`. */
export function createUserLists(filling: SearchFilling): CallsOf<UserLists> {
  const searches = createUserSearches(filling)
  return {
    list(page) {
      if (page.search !== undefined) return searches.list(page)
      const { role, status, offset, limit, total } = page
      const shape = shapeOf(page, page)
      // A page is as dear as the rows before it: one in the second half is read from the other end.
      if (total !== undefined && offset > total / 2) {
        const size = Math.min(limit, total - offset)
        if (size <= 0) return known([])
        const fromEnd = total - offset - size
        const call = sorted({ ...shape, backwards: true })({ role, status, limit: size, offset: fromEnd })
        return { ...call, heavy: fromEnd > lightOffset }
      }
      const whole = shape.by === 'everybody' && offset + limit <= headSize ? headSize : 0
      return { ...sorted({ ...shape, whole })({ role, status, limit, offset }), heavy: offset > lightOffset }
    },

    listAfter(keyset) {
      if (keyset.search !== undefined) return searches.listAfter(keyset)
      const { after, role, status, limit } = keyset
      const start = after ? 'place' : 'offset'
      const shape = shapeOf(keyset, keyset)
      const whole = shape.by === 'everybody' && limit <= headSize ? headSize : 0
      return sorted({ ...shape, start, whole })({ role, status, ...after, limit })
    },

    count: (filter) => (filter.search === undefined ? countAll(filter) : searches.count(filter)),

    countByRoleAndStatus: () => countByRoleAndStatus({}),

    countCreatedAfter(moment) {
      const hour = Math.floor(moment.getTime() / hourMs)
      return countCreatedAfter({ moment, hour, end: new Date((hour + 1) * hourMs) })
    },

    countOtherAdministrators: (id) => countOtherAdministrators({ id }),
  }
}

/** A page that ends within so many rows is read whole from the front. */
const headSize = 512

/** How many ids may be passed over by a connection that serves. */
const lightOffset = 1000

const shapes = new Map<string, (values: Values) => Call<User[]>>()

/** The statement of a shape, made when it is first needed. */
function sorted(shape: Shape): (values: Values) => Call<User[]> {
  const key = Object.values(shape).join()
  const made = shapes.get(key) ?? statement<Values, User[]>((knex, values) => sortedRows(knex, shape, values), toUsers)
  shapes.set(key, made)
  return made
}

const toUsers = ({ rows }: Answer): User[] => rows.map(toUser)

/** A bigint arrives as text. */
const toCount = ({ rows: [row] }: Answer): number => Number(row?.count)

interface Counted {
  readonly role?: Role
  readonly status?: Status
}

/** From the counters. */
const countAll = statement<Counted, UserCount>(
  (knex, { role, status }) =>
    knex('user_counts')
      .whereRaw('role = coalesce(?, role)', [role])
      .whereRaw("case when ?::text is null then status <> 'deleted' else status = ? end", [status, status])
      .select(knex.raw('coalesce(sum(n), 0) as count')),
  (answer) => ({ total: toCount(answer), isCapped: false }),
)

const countByRoleAndStatus = statement<object, { role: Role; status: Status; count: number }[]>(
  (knex) =>
    knex('user_counts')
      .whereNot('status', 'deleted')
      .groupBy('role', 'status')
      .having(knex.raw('sum(n) > 0'))
      .orderBy(['role', 'status'])
      .select('role', 'status', knex.raw('sum(n) as count')),
  ({ rows }) => rows.map(({ role, status, count }) => ({ role, status, count: Number(count) })),
)

/**
 * Whole hours from their counters, and the rest of the hour that the moment lies in by an index. As
 * long as not all users have been counted by the hour, all by the index.
 */
const countCreatedAfter = statement<{ moment: Date; hour: number; end: Date }, number>(
  (knex, { moment, hour, end }) =>
    knex.raw(
      `select case when exists (select from user_hours where hour = 0 and slot = -1)
         then (select coalesce(sum(n), 0) from user_hours where hour > ?) + (?)
         else (?)
       end as count`,
      [hour, createdAfter(knex, moment).where('users.created_at', '<', end), createdAfter(knex, moment)],
    ),
  toCount,
)

const createdAfter = (knex: Knex, moment: Knex.Value) =>
  liveUsers(knex).where('users.created_at', '>', moment).count('*')

const hourMs = 3_600_000

const countOtherAdministrators = statement<{ id: string }, number>(
  (knex, { id }) =>
    liveUsers(knex)
      .whereIn('users.role', [...administrators])
      .where('users.status', 'active')
      .whereNot('users.id', id)
      .count('* as count'),
  toCount,
)
