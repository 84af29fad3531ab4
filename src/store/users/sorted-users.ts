import type { Knex } from 'knex'
import type { Sorting, UserFilter } from '../../domain/users/store.ts'
import { type Role, roles, type Status, statuses } from '../../domain/users/user.ts'
import { sortKeys } from './sort-keys.ts'
import { userColumns } from './user-rows.ts'

/** What the text of a list's query depends on; all else are values. */
export interface Shape extends Sorting {
  readonly by: 'everybody' | 'role' | 'status' | 'both'
  readonly deleted: boolean
  /** Whether it begins after a place, or after so many users. */
  readonly start: 'place' | 'offset'
  /** Whether it is read from its end. */
  readonly backwards: boolean
  /**
   * How many rows are read whole from the front, at most; 0 for ids first. The planner is told:
   * otherwise it takes it that a tenth of all users is wanted, and sorts them.
   */
  readonly whole: number
}

/** How a list is asked for that is read from its front, ids first. */
export function shapeOf({ role, status }: UserFilter, { sortBy, sortOrder }: Sorting): Shape {
  const by =
    role === undefined ? (status === undefined ? 'everybody' : 'status') : status === undefined ? 'role' : 'both'
  return { by, deleted: status === 'deleted', sortBy, sortOrder, start: 'offset', backwards: false, whole: 0 }
}

/** What a shape leaves open; what it has not is undefined. */
export interface Values {
  readonly role?: Role | undefined
  readonly status?: Status | undefined
  readonly key?: string
  readonly id?: string
  readonly limit: number
  readonly offset?: number
}

type Bound = { readonly [Name in keyof Values]-?: Knex.Value }

/**
 * A part of a sorted list. First its ids, which an index alone holds, then their rows: so nothing
 * that is passed over is read, and the planner is not tempted by an index of everybody whose rows
 * lie in order, to pass over all who do not match. The planner takes it of an array that it is
 * short. The front of everybody has rows enough to be read whole.
 */
export function sortedRows(knex: Knex, shape: Shape, values: Bound): Knex.QueryBuilder | Knex.Raw {
  const { limit, offset } = values
  const begin = (branch: Knex.QueryBuilder) => (shape.start === 'place' ? startAfter(branch, shape, values) : branch)
  if (shape.whole > 0) {
    const rows = mergeBranches(knex, shape, values, (branch) =>
      begin(branch).select('users.*').limit(shape.whole, { skipBinding: true }),
    )
    return knex.raw('? limit ? offset ?', [rows.select(userColumns(knex)), limit, offset])
  }
  const ids = mergeBranches(knex, shape, values, (branch) => begin(branch).select('users.id')).select('users.id')
  return knex('users')
    .whereRaw('users.id = any(array(? limit ? offset ?))', [ids, limit, offset])
    .select(userColumns(knex))
    .orderByRaw(`${sortKeys[shape.sortBy]} ${shape.sortOrder}, users.id ${shape.sortOrder}`)
}

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
  values: Pick<Bound, 'role' | 'status'>,
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

function branchesOf(knex: Knex, { by }: Shape, { role, status }: Pick<Bound, 'role' | 'status'>) {
  if (by === 'both') return [{ role, status }]
  if (by === 'role') return liveStatuses.map((each) => ({ role, status: knex.raw(`'${each}'`) }))
  if (by === 'status') return roles.map((each) => ({ role: knex.raw(`'${each}'`), status }))
  return [{ role: undefined, status: undefined }]
}

const liveStatuses = statuses.filter((status) => status !== 'deleted')

function startAfter(users: Knex.QueryBuilder, shape: Shape, { key, id }: Bound): Knex.QueryBuilder {
  const further = directionOf(shape) === 'ASC' ? '>' : '<'
  if (shape.sortBy === 'id') return users.where('users.id', further, id)
  return users.whereRaw(`(${sortKeys[shape.sortBy]}, users.id) ${further} (?, ?)`, [key, id])
}

/**
 * Nobody shares a username or an email while neither is deleted: the indexes that keep it so have
 * no id to sort by.
 */
function orderBy(users: Knex.QueryBuilder, shape: Shape, key: string): Knex.QueryBuilder {
  const direction = directionOf(shape)
  if (shape.sortBy === 'id') return users.orderByRaw(`users.id ${direction}`)
  const isUnique = shape.by === 'everybody' && shape.sortBy !== 'createdAt'
  return users.orderByRaw(isUnique ? `${key} ${direction}` : `${key} ${direction}, users.id ${direction}`)
}

const directionOf = ({ sortOrder, backwards }: Shape) =>
  backwards ? (sortOrder === 'ASC' ? 'DESC' : 'ASC') : sortOrder
