import type { Knex } from 'knex'
import type { Sorting, UserFilter } from '../../domain/users/store.ts'
import { roles, statuses } from '../../domain/users/user.ts'
import { sortKeys } from './sort-keys.ts'
import { userColumns } from './user-rows.ts'

/** What the text of a list's query depends on; all else are values. */
export interface Shape extends Sorting {
  readonly by: 'none' | 'role' | 'status' | 'both'
  readonly deleted: boolean
  /**
   * How many rows are read whole from the front, at most. The planner is told: otherwise it takes
   * it that a tenth of all users is wanted, and sorts them.
   */
  readonly most: number
}

/** A page that ends within so many rows is read whole from the front. */
export const headSize = 512

export function shapeOf({ role, status }: UserFilter, { sortBy, sortOrder }: Sorting): Shape {
  const by = role === undefined ? (status === undefined ? 'none' : 'status') : status === undefined ? 'role' : 'both'
  return { by, deleted: status === 'deleted', sortBy, sortOrder, most: headSize }
}

/** What of a filter its shape leaves open. */
interface Values {
  readonly role: Knex.Value
  readonly status: Knex.Value
}

/** A page that ends within the first `most` rows: these, one after the other. */
export function headRows(
  knex: Knex,
  shape: Shape,
  values: Values & { limit: Knex.Value; offset: Knex.Value },
): Knex.Raw {
  const rows = mergeBranches(knex, shape, values, (branch) => head(branch, shape))
  return knex.raw('? limit ? offset ?', [rows.select(userColumns(knex)), values.limit, values.offset])
}

/** Up to `most` rows after a place in the list. */
export function rowsAfter(
  knex: Knex,
  shape: Shape,
  values: Values & { key: Knex.Value; id: Knex.Value; limit: Knex.Value },
): Knex.Raw {
  const further = shape.sortOrder === 'ASC' ? '>' : '<'
  const rows = mergeBranches(knex, shape, values, (branch) => {
    if (shape.sortBy === 'id') branch.where('users.id', further, values.id)
    else branch.whereRaw(`(${sortKeys[shape.sortBy]}, users.id) ${further} (?, ?)`, [values.key, values.id])
    return head(branch, shape)
  })
  return knex.raw('? limit ?', [rows.select(userColumns(knex)), values.limit])
}

/**
 * A page at any depth: first its ids, which an index alone holds, then their rows, so that what is
 * passed over is never read. The planner takes it of an array that it is short.
 *
 * @param from the order in which `offset` users are passed over: the other one reads from the end
 */
export function deepRows(
  knex: Knex,
  shape: Shape,
  from: Sorting['sortOrder'],
  values: Values & { limit: Knex.Value; offset: Knex.Value },
): Knex.QueryBuilder {
  const passing = { ...shape, sortOrder: from }
  const ids = mergeBranches(knex, passing, values, (branch) => branch.select('users.id')).select('users.id')
  return knex('users')
    .whereRaw('users.id = any(array(? limit ? offset ?))', [ids, values.limit, values.offset])
    .select(userColumns(knex))
    .orderByRaw(`${sortKeys[shape.sortBy]} ${shape.sortOrder}, users.id ${shape.sortOrder}`)
}

/** Of a branch, all that the head of the whole list can have. */
const head = (branch: Knex.QueryBuilder, { most }: Shape): Knex.QueryBuilder =>
  branch.select('users.*').limit(most, { skipBinding: true })

/**
 * The users of a filter, in its order. No index has everybody of a role, or of a status, in every
 * order; but one has those of each role and status, and Postgres reads several side by side, each
 * as far as it is needed.
 *
 * @param make selects what is wanted of a branch
 */
export function mergeBranches(
  knex: Knex,
  shape: Shape,
  values: Values,
  make: (branch: Knex.QueryBuilder) => Knex.QueryBuilder,
): Knex.QueryBuilder {
  const branches = branchesOf(knex, shape, values).map(({ role, status }) => {
    const users = knex('users').select(knex.raw(`${sortKeys[shape.sortBy]} as sort_key`))
    if (shape.deleted) users.whereNotNull('users.deleted_at')
    else users.whereNull('users.deleted_at')
    if (role !== undefined) users.where('users.role', role)
    // The indexes of deleted users know them by `deleted_at`.
    if (status !== undefined && !shape.deleted) users.where('users.status', status)
    return orderBy(make(users), shape, sortKeys[shape.sortBy])
  })
  const [only] = branches
  const all = branches.length === 1 && only ? only : knex.queryBuilder().unionAll(branches, true)
  return orderBy(knex.from(all.as('users')), shape, 'users.sort_key')
}

function branchesOf(knex: Knex, { by }: Shape, { role, status }: Values) {
  if (by === 'both') return [{ role, status }]
  if (by === 'role') return liveStatuses.map((each) => ({ role, status: knex.raw(`'${each}'`) }))
  if (by === 'status') return roles.map((each) => ({ role: knex.raw(`'${each}'`), status }))
  return [{ role: undefined, status: undefined }]
}

const liveStatuses = statuses.filter((status) => status !== 'deleted')

/**
 * Nobody shares a username or an email while neither is deleted: the indexes that keep it so have
 * no id to sort by.
 */
function orderBy(users: Knex.QueryBuilder, { by, sortBy, sortOrder }: Shape, key: string): Knex.QueryBuilder {
  if (sortBy === 'id') return users.orderByRaw(`users.id ${sortOrder}`)
  const isUnique = by === 'none' && sortBy !== 'createdAt'
  return users.orderByRaw(isUnique ? `${key} ${sortOrder}` : `${key} ${sortOrder}, users.id ${sortOrder}`)
}
