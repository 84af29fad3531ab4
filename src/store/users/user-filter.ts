import type { Knex } from 'knex'
import type { UserFilter } from '../../domain/users/store.ts'
import { fold, grams, isAscii } from './folding.ts'
import type { SearchFilling } from './search-filling.ts'
import { isStorable } from './user-rows.ts'

/** The users that meet every condition; deleted ones only when that status is wanted. */
export function matchingUsers(knex: Knex, filter: UserFilter, filling: SearchFilling): Knex.QueryBuilder {
  const { role, status, search } = filter
  const users = search === undefined ? knex('users') : foundUsers(knex, search, filling)
  // The status is not compared for deleted users: the index of theirs knows them by `deleted_at`.
  if (status === 'deleted') users.whereNotNull('users.deleted_at')
  else users.whereNull('users.deleted_at')
  if (role !== undefined) users.where('users.role', role)
  if (status !== undefined && status !== 'deleted') users.where('users.status', status)
  return users
}

function foundUsers(knex: Knex, search: string, filling: SearchFilling): Knex.QueryBuilder {
  // The fields are kept apart by line feeds, so a term with one would match across two of them.
  if (!isStorable(search) || search.includes('\n')) return knex('users').whereRaw('false')
  const folded = fold(search)
  // ASCII is folded alike by the server, and the trigrams are those of `search_text` whoever has
  // made it.
  if (isAscii(search) && !needsGrams(search)) return knex('users').whereRaw(containsByTrigrams('?'), [anywhere(folded)])
  const filled = (users: Knex.QueryBuilder) =>
    needsGrams(folded)
      ? users.whereRaw(`users.search_grams @> ? and ${contains('?')}`, [grams(folded), folded])
      : users.whereNotNull('users.search_grams').whereRaw(containsByTrigrams('?'), [anywhere(folded)])
  // Users that have not been filled yet, by the text that the server has made of them.
  const unfilled = (users: Knex.QueryBuilder) =>
    users.whereNull('users.search_grams').whereRaw(contains('search_fold(?)'), [search])
  if (filling.done) return knex('users').where((either) => either.where(filled).orWhere(unfilled))
  const byIndexBefore = needsGrams(search)
    ? knex.raw('search_grams(users.search_text) @> search_grams(search_fold(?))', [search])
    : knex.raw(containsByTrigrams('search_fold(?)'), [anywhere(search)])
  // Not one condition with an OR in it, which would be computed again for every row that the
  // indexes have found.
  const both = filled(knex('users')).unionAll(unfilled(knex('users')).where(byIndexBefore))
  return knex.from(both.as('users'))
}

/** Where the trigram index is to be read. */
const containsByTrigrams = (pattern: string) => `users.search_text like ${pattern}`

/**
 * Where it is not: for LIKE the planner might take it, although it knows nothing of so short a
 * term.
 */
const contains = (term: string) => `strpos(users.search_text, ${term}) > 0`

/** As a pattern of LIKE: this text, wherever it stands. */
const anywhere = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/**
 * Whether the term is found by neighbouring characters. The trigram index does better from three
 * letters or digits on, but on a database whose LC_CTYPE is C it knows none outside ASCII. A single
 * ASCII character is in neither: so many users have it that no index would help.
 */
function needsGrams(search: string): boolean {
  if (/[a-z0-9]{3}/i.test(search)) return false
  return [...search].length > 1 || !isAscii(search)
}
