import type { Knex } from 'knex'
import type { UserFilter } from '../../domain/users/store.ts'
import { roleAndStatus } from '../late-indexes.ts'
import { fold, gramCount, gramsOfTerm, isAscii } from './folding.ts'
import type { SearchFilling } from './search-filling.ts'
import { segments } from './search-segments.ts'
import { matchingUsers } from './user-filter.ts'
import { isStorable } from './user-rows.ts'

/** How the users that a search finds are asked for. */
export interface FoundUsers {
  /**
   * Selects these of all that are found, one after the other, so that whoever takes a few does not
   * pay for the rest.
   *
   * @param narrowed adds conditions of one's own
   */
  select(columns: readonly (string | Knex.Raw)[], narrowed?: (users: Knex.QueryBuilder) => void): Knex.QueryBuilder
  /** Whether the text of a user, of the table or an alias `users`, has the term. */
  readonly contains: Knex.Raw
}

/** @returns undefined where no user can have such a text */
export function foundUsers(
  knex: Knex,
  filter: UserFilter & { readonly search: string },
  filling: SearchFilling,
): FoundUsers | undefined {
  const { role, status, search } = filter
  // The fields are kept apart by line feeds, so a term with one would match across two of them.
  if (!isStorable(search) || search.includes('\n')) return undefined
  const folded = fold(search)
  // Who has been filled by nobody has the text that the server has made, which folds ASCII alike.
  const contains = isAscii(search)
    ? knex.raw('strpos(users.search_text, ?) > 0', [folded])
    : knex.raw(
        `strpos(users.search_text,
           case when users.search_keys is null and users.search_grams is null then search_fold(?) else ? end) > 0`,
        [search, folded],
      )
  return { contains, select }

  function select(
    columns: readonly (string | Knex.Raw)[],
    narrowed = (_users: Knex.QueryBuilder): void => {},
  ): Knex.QueryBuilder {
    const users = (matched: UserFilter = filter): Knex.QueryBuilder => {
      const matching = matchingUsers(knex, matched).whereRaw(contains)
      narrowed(matching)
      return matching.select(...columns)
    }
    if (!filling.isIndexed) return users().whereRaw(hasNeighbours(knex, search, folded))
    const known = [role, status === 'deleted' ? undefined : status].filter((each) => each !== undefined)
    // Not by role and status as columns: their own indexes would be read once for each segment.
    const inSegment = users(status === 'deleted' ? { status } : {}).whereRaw('users.search_keys @> wanted.keys')
    if (known.length > 0) inSegment.whereRaw(`${roleAndStatus} @> ?::text[]`, [known])
    const indexed = knex
      .queryBuilder()
      .select('found.*')
      .from(
        knex.raw(
          `${segments}
         cross join lateral (select array_agg(n * ${gramCount} + gram) as keys from unnest(?::int[]) as gram) as wanted
         cross join lateral (? offset 0) as found`,
          [gramsOfTerm(folded), inSegment],
        ),
      )
    // Of those first, who are few or nobody: an index by role and status would read all of these.
    const unfilled = users().from(knex.raw('(select * from users where search_keys is null offset 0) as users'))
    if (!filling.done) unfilled.whereRaw(hasNeighbours(knex, search, folded))
    return indexed.unionAll([unfilled], true)
  }
}

/**
 * The users that the indexes of the version before know: by trigrams from three letters or digits
 * on, by two neighbouring characters or one outside ASCII otherwise. A single ASCII character is in
 * neither.
 */
function hasNeighbours(knex: Knex, search: string, folded: string): Knex.Raw {
  if (isAscii(search) && /[a-z0-9]{3}/.test(folded))
    return knex.raw('users.search_text like ?', [`%${folded.replace(/[\\%_]/g, '\\$&')}%`])
  const characters = [...folded]
  const pairs = characters.slice(1).map((character, index) => `${characters[index]}${character}`)
  const grams = [...new Set([...pairs, ...characters.filter((character) => !isAscii(character))])]
  if (grams.length === 0) return knex.raw('true')
  return knex.raw('(users.search_grams @> ?::text[] or users.search_grams is null)', [grams])
}
