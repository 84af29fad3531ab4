import type { Knex } from 'knex'
import { gramCount } from './folding.ts'

/**
 * Users are numbered as they come, and so many of them are a segment. A search goes from segment to
 * segment and stops when it has found enough: what many have is found in the first, and what is in
 * none costs some microseconds for each. Also, what is inserted together stands together in the
 * index, however big that becomes. Which user is in which segment is of no other consequence.
 */
export const segmentSize = 65_536

/**
 * The numbers that are left of 31 bits. Who comes later goes into the first segments again, which
 * then are bigger.
 */
export const segmentCount = 2 ** 31 / gramCount

/** Of the user of this number. */
export const segmentOf = (number: number): number => Math.floor(number / segmentSize) % segmentCount

/** All segments that have users, the newest first, as a table `segments (n)`. */
export const segments = `generate_series(
  least((select last_value / ${segmentSize} from user_numbers), ${segmentCount - 1})::int, 0, -1) as segments (n)`

/** The search keys of these grams (an array) for a user that comes now. */
export const keysOfNext = (grams: string): string => keysOf(grams, nextSegment)

/**
 * The search keys of these grams for a user that stays in its segment. They are turned where they
 * would be those that it has: a trigger takes who writes a name and leaves the keys as they are for
 * the version before.
 */
export const keysOfRenamed = (grams: string): string => `(
  select case when keys = users.search_keys then keys[2:] || keys[1] else keys end
  from (select ${keysOf(grams, `coalesce(users.search_keys[1] / ${gramCount} * ${gramCount}, ${nextSegment})`)} as keys
    offset 0) as made)`

/** Where the segment of a user begins among the keys. */
const nextSegment = `(nextval('user_numbers') / ${segmentSize} % ${segmentCount})::int * ${gramCount}`

const keysOf = (grams: string, segment: string) => `(
  with numbered as materialized (select ${segment} as segment)
  select array_agg(segment + gram) from unnest(${grams}::int[]) as gram, numbered)`

/**
 * Takes numbers for users that are written at once.
 *
 * @returns the last; others may have taken some of those between
 */
export async function takeNumbers(knex: Knex, count: number): Promise<number> {
  const { rows } = await knex.raw(`select max(nextval('user_numbers'))::int as last from generate_series(1, ?::int)`, [
    count,
  ])
  return rows[0].last
}

/**
 * Lets the numbers go on from the last segment that has users, where they are behind it: after a
 * restore of the table alone a search would not look there. Reads all users.
 *
 * @returns whether they were behind
 */
export async function reconcileNumbers(knex: Knex): Promise<boolean> {
  const { rows } = await knex.raw(`select max(search_keys[1]) / ${gramCount} as last from users`)
  if (rows[0].last === null) return false
  // What has been numbered since is not undone.
  const { rowCount } = await knex.raw(
    `select setval('user_numbers', first) from user_numbers, (select ?::bigint * ${segmentSize} as first) as segment
     where last_value < first`,
    [rows[0].last],
  )
  return rowCount > 0
}
