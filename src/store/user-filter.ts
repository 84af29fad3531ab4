import type { Knex } from 'knex'
import type { UserFilter } from '../domain/store.ts'
import { fold, grams, isAscii } from './folding.ts'
import { isStorable, liveUsers } from './user-rows.ts'

/** The users that meet every condition; deleted ones only when that status is asked for. */
export function matchingUsers(knex: Knex, filter: UserFilter): Knex.QueryBuilder {
  const { role, status, search } = filter
  // The status is not compared for deleted users: the index of theirs knows them by `deleted_at`.
  const users = status === 'deleted' ? knex('users').whereNotNull('users.deleted_at') : liveUsers(knex)
  if (role !== undefined) users.where('users.role', role)
  if (status !== undefined && status !== 'deleted') users.where('users.status', status)
  if (search !== undefined) whereFound(users, search)
  return users
}

function whereFound(users: Knex.QueryBuilder, search: string): void {
  // The fields are kept apart by line feeds, so a term with one would match across two of them.
  if (!isStorable(search) || search.includes('\n')) {
    users.whereRaw('false')
    return
  }
  const folded = fold(search)
  const found = (rows: Knex.QueryBuilder) => {
    if (needsGrams(folded)) rows.whereRaw('users.search_grams @> ?', [grams(folded)])
    rows.whereRaw('users.search_text like ?', [anywhere(folded)])
  }
  // Rows that have not been filled yet, by the text that the server has made of them.
  const foundAsBefore = (rows: Knex.QueryBuilder) => {
    rows.whereNull('users.search_grams')
    if (!needsGrams(search)) rows.whereRaw('users.search_text like search_fold(?)', [anywhere(search)])
    // No LIKE here: one that both sides have in common would be taken out of them, and to the trigram index, which does not know it.
    else
      rows
        .whereRaw('search_grams(users.search_text) @> search_grams(search_fold(?))', [search])
        .whereRaw('strpos(users.search_text, search_fold(?)) > 0', [search])
  }
  // ASCII is folded alike by both.
  if (isAscii(search) && !needsGrams(search)) users.where(found)
  else users.where((either) => either.where(found).orWhere(foundAsBefore))
}

/** As a pattern of LIKE: this text, wherever it stands. */
const anywhere = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/**
 * Whether the term is found by neighbouring characters. The trigram index does better from three letters or digits on, but on a
 * database whose LC_CTYPE is C it knows none outside ASCII. A single ASCII character is in neither: so many users have it that
 * no index would help.
 */
function needsGrams(search: string): boolean {
  if (/[a-z0-9]{3}/i.test(search)) return false
  return [...search].length > 1 || !isAscii(search)
}
