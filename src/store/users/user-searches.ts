import type { Knex } from 'knex'
import { DomainError } from '../../domain/errors.ts'
import {
  type FoundUsers as Found,
  type Position,
  type Sorting,
  searchCap,
  type UserFilter,
  type UserKeyset,
  type UserPage,
  type UserStore,
} from '../../domain/users/store.ts'
import type { User } from '../../domain/users/user.ts'
import { type Answer, ask, type Call, builder as knex, known } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import { asMilliseconds, toDate } from '../times.ts'
import { type FoundUsers, foundUsers } from './found-users.ts'
import type { SearchFilling } from './search-filling.ts'
import { sortKeys } from './sort-keys.ts'
import { mergeBranches, shapeOf } from './sorted-users.ts'
import { toUser, userColumns } from './user-rows.ts'

type UserSearches = Pick<UserStore, 'list' | 'listAfter' | 'count'>

/** What searches may cost, in users. */
export interface SearchBounds {
  /** How many are counted. */
  readonly cap: number
  /** So few are sorted, rather than looked for in the order of the list. */
  readonly few: number
  /**
   * How many of a list are passed over in looking for the first page of what is found in it; twice
   * as many for another.
   */
  readonly passed: number
  /** How many are sorted of whom it is not known how many there are. */
  readonly sorted: number
}

const defaults: SearchBounds = { cap: searchCap, few: 2000, passed: 10_000, sorted: 50_000 }

/**
 * Pages and counts of what a search finds. What is rare is found by the index and sorted; what many
 * have is soon met in the order of the list. Which it is shows itself (decision 26).
 */
export function createUserSearches(filling: SearchFilling, bounds: SearchBounds = defaults): CallsOf<UserSearches> {
  return {
    list(page) {
      const found = foundUsers(knex, asSearch(page), filling)
      if (!found) return known([])
      return heavy(page.total === undefined ? looked(found, page) : sortedPage(found, page))
    },

    listAfter(keyset) {
      const found = foundUsers(knex, asSearch(keyset), filling)
      return found ? heavy(looked(found, { ...keyset, offset: 0 })) : known([])
    },

    count(filter) {
      const found = foundUsers(knex, asSearch(filter), filling)
      if (!found) return known({ total: 0, isCapped: false })
      const some = knex
        .from(found.select([knex.raw('1')]).as('found'))
        .select(knex.raw('1'))
        .limit(bounds.cap + 1)
      return heavy(
        ask(knex.from(some.as('users')).count('* as count'), ({ rows: [row] }) => {
          const count = Number(row?.count)
          return { total: Math.min(count, bounds.cap), isCapped: count > bounds.cap }
        }),
      )
    },
  }

  /** One page of all that is found, which are few enough to be sorted. */
  function sortedPage(found: FoundUsers, { sortBy, sortOrder, offset, limit }: UserPage): Call<User[]> {
    const ids = inOrder(knex.from(found.select(placeBy(sortBy)).as('found')), { sortBy, sortOrder })
      .offset(offset)
      .limit(limit)
    return ask(usersOf(ids, { sortBy, sortOrder }), ({ rows }) => rows.map(toUser))
  }

  /**
   * One page, of users of whom it is not known how many are found: of a few, if that is all; else
   * those of the next `passed` users of the list, if these make a page or are all; else of as many as
   * may be sorted, if that is all; else what has been met, and where that was. Each part is only read
   * when those before did not do.
   *
   * @throws DomainError `page_too_deep` in the last case, for a page that is not the first
   */
  function looked(found: FoundUsers, page: UserKeyset & { readonly offset: number }): Call<Found> {
    const { sortBy, sortOrder, after, offset, limit } = page
    const { few, passed, sorted } = bounds
    const most = offset > 0 ? 2 * passed : passed
    const from = (users: Knex.QueryBuilder, key: string, id: string) =>
      void (after && comesAfter(users, page, after, key, id))
    const all = () => knex.from(found.select(placeBy(sortBy)).as('found')).select('id', 'key')
    const matched = { role: page.role ?? null, status: page.status ?? null }
    const list = mergeBranches(knex, shapeOf(page, page), matched, (branch) => {
      from(branch, sortKeys[sortBy], 'users.id')
      return branch.select('users.*').limit(most)
    })
    const isFound = knex.raw('? as is_found', [found.contains])
    const isCommon = knex.raw('(select count(*) from few) > ?', [few])
    // Unknown where it is not asked for.
    const isMet = knex.raw(
      'case when ? then (select count(*) from met) >= ? or not exists (select from passed offset ?) end',
      [isCommon, offset + limit, most - 1],
    )
    const isAll = knex.raw('(select count(*) from others) <= ?', [sorted])
    // What is passed is read no further than `met` needs, and in the order of the list.
    const parts: Knex.QueryBuilder = knex
      .withMaterialized('few', all().limit(few + 1))
      .withMaterialized('passed', list.select('users.id', 'users.sort_key as key', isFound).limit(most))
      .withMaterialized(
        'met',
        knex('passed')
          .where('is_found', true)
          .whereRaw(isCommon)
          .select('id', 'key')
          .limit(offset + limit),
      )
      .withMaterialized(
        'others',
        all()
          .whereRaw('not (?)', [isMet])
          .limit(sorted + 1),
      )
    const either = knex('few')
      .whereRaw('not ?', [isCommon])
      .unionAll(
        [
          knex('met').whereRaw('((?) or not ?)', [isMet, isAll]),
          knex('others').whereRaw('not (?) and ?', [isMet, isAll]),
        ],
        true,
      )
    const places = inOrder(knex.from(either.as('found')), page)
    from(places, 'key', 'id')
    const stopped = knex('passed')
      .whereRaw('not (?) and not ?', [isMet, isAll])
      .offset(most - 1)
      .limit(1)
      .select('id as stopped_id', sortBy === 'createdAt' ? asMilliseconds(knex, 'passed.key') : 'key')
    const asked = parts
      .select('stopped.*', ...userColumns(knex))
      .from(
        knex.raw('(select) as one left join ? on true left join ? on true', [
          stopped.as('stopped'),
          places.offset(offset).limit(limit).as('page'),
        ]),
      )
      .leftJoin('users', 'users.id', 'page.id')
      .orderByRaw(`page.key ${sortOrder}, page.id ${sortOrder}`)
    return ask(asked, ({ rows }: Answer) => {
      const users = rows.filter(({ id }) => id !== null).map(toUser)
      const { stopped_id: id, key } = rows[0] ?? {}
      if (typeof id !== 'string') return users
      if (offset > 0) throw new DomainError('page_too_deep')
      const place = sortBy === 'createdAt' ? toDate(key).toISOString() : key
      return Object.assign(users, { stoppedAt: { key: place, id } })
    })
  }
}

const asSearch = (filter: UserFilter) => ({ ...filter, search: filter.search ?? '' })

/** A search has connections of its own. */
const heavy = <Result>(call: Call<Result>): Call<Result> => ({ ...call, heavy: true })

/** Where a user stands in a list. */
const placeBy = (sortBy: Sorting['sortBy']) => ['users.id', knex.raw(`${sortKeys[sortBy]} as key`)]

/** Ids are their own key; the planner would not see that they are in its order. */
const inOrder = (places: Knex.QueryBuilder, { sortBy, sortOrder }: Sorting) =>
  places.orderByRaw(sortBy === 'id' ? `id ${sortOrder}` : `key ${sortOrder}, id ${sortOrder}`)

function comesAfter(
  users: Knex.QueryBuilder,
  { sortBy, sortOrder }: Sorting,
  after: Position,
  key: string,
  id: string,
): Knex.QueryBuilder {
  const further = sortOrder === 'ASC' ? '>' : '<'
  if (sortBy === 'id') return users.whereRaw(`${id} ${further} ?`, [after.id])
  return users.whereRaw(`(${key}, ${id}) ${further} (?, ?)`, [after.key, after.id])
}

/** The users at these places, sorted. */
const usersOf = (places: Knex.QueryBuilder, { sortBy, sortOrder }: Sorting) =>
  knex('users')
    .join(places.as('page'), 'page.id', 'users.id')
    .select(userColumns(knex))
    .orderByRaw(`${sortKeys[sortBy]} ${sortOrder}, users.id ${sortOrder}`)
