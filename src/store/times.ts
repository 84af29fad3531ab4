import type { Knex } from 'knex'

/**
 * A timestamptz column as milliseconds since 1970, under its own name: as a timestamp it would
 * arrive as text that depends on the session's DateStyle and TimeZone. (A Date that is sent needs
 * nothing: it goes as ISO 8601 with its offset, read alike under all.)
 *
 * @param column with its table, like `users.created_at`
 * @param name another one for the result
 */
export function asMilliseconds(knex: Knex, column: string, name = column.split('.').at(-1) as string): Knex.Raw {
  return knex.raw('(extract(epoch from ??) * 1000)::bigint as ??', [column, name])
}

/** What `asMilliseconds` has selected; a bigint arrives as text. */
export const toDate = (milliseconds: string): Date => new Date(Number(milliseconds))

export const toDateOrNull = (milliseconds: string | null): Date | null =>
  milliseconds === null ? null : toDate(milliseconds)
