import { setTimeout as delay } from 'node:timers/promises'
import type { Knex } from 'knex'
import { isWhole } from '../late-indexes.ts'
import { transaction } from '../transaction.ts'
import { searchColumns } from './folding.ts'
import { segmentOf, takeNumbers } from './search-segments.ts'

/** Rows at once: the locks on them are held for some milliseconds. */
const batchSize = 100

/** How far the filling is, as far as this process knows. */
export interface SearchFilling {
  /** Whether the index of the search keys is there; until then none of those is looked for. */
  isIndexed?: boolean
  /** Until then, who has no keys is looked for by the indexes of the version before. */
  done: boolean
  /**
   * When a row without search columns was last seen, or first looked for; of a clock that never
   * goes back, in milliseconds.
   */
  seenAt?: number
}

/**
 * How long none has to have come before the version before is taken to be gone: longer than a
 * rolling update, in milliseconds.
 */
const hour = 3_600_000

/**
 * Makes the search columns of users that have none: those from before there were any, and those
 * that a process of the version before has written. Several instances may do it at once, and who
 * writes a user is not made to wait: a row that is locked is left to the next pass. When none has
 * been seen for `quietMs`, the indexes that served them go: until then processes of the version
 * before may search by them. Works at most half of the time.
 *
 * @param filling notes when the indexes of the version before are gone: from then on few are without
 *   search columns, and not for long
 * @param options.quietMs in milliseconds, an hour if none is given
 * @param options.onBatch is called with how many users each batch filled
 * @throws AbortError when `signal` aborts
 */
export async function fillSearch(
  knex: Knex,
  filling: SearchFilling,
  signal: AbortSignal,
  { quietMs = hour, onBatch = () => {} }: { quietMs?: number | undefined; onBatch?: (filled: number) => void } = {},
): Promise<void> {
  filling.seenAt ??= performance.now()
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const began = performance.now()
    const ids = await fillBatch(knex, after)
    if (ids.length > 0) {
      filling.seenAt = performance.now()
      onBatch(ids.length)
    }
    if (ids.length < batchSize) break
    after = ids.at(-1) as string
    await delay(performance.now() - began, undefined, { signal, ref: false })
  }
  if (!filling.done) filling.done = await dropIndexesBefore(knex, filling, quietMs)
}

/** @returns the ids of the users that were filled, in order */
function fillBatch(knex: Knex, after: string): Promise<string[]> {
  return transaction(knex, async (tx) => {
    const rows: { id: string; username: string; email: string; full_name: string }[] = await tx('users')
      .whereNull('search_keys')
      .where('id', '>', after)
      .orderBy('id')
      .limit(batchSize)
      .forNoKeyUpdate()
      .skipLocked()
      .select('id', 'username', 'email', 'full_name')
    if (rows.length === 0) return []
    const segment = segmentOf(await takeNumbers(tx, rows.length))
    const filled = rows.map((row) => ({ id: row.id, ...searchColumns({ ...row, fullName: row.full_name }, segment) }))
    await tx.raw(
      `update users set search_text = filled.search_text, search_keys = filled.search_keys
       from json_to_recordset(?::json) as filled (id uuid, search_text text, search_keys int[]) where users.id = filled.id`,
      [JSON.stringify(filled)],
    )
    return rows.map(({ id }) => id)
  })
}

/** By which the version before searches. */
export const indexesBefore = [
  'users_search_trigrams',
  'users_search_grams',
  'users_search_unfilled',
  'users_search_grams_before',
]

/** Reads how far the filling is, by the indexes that are there. */
export async function readFilling(knex: Knex, filling: SearchFilling): Promise<void> {
  const { rows } = await knex.raw(
    `select ${isWhole('users_search')} and ${isWhole('users_search_deleted')} and ${isWhole('users_search_keyless')} as indexed,
       not exists (select from unnest(?::text[]) as name where to_regclass(name) is not null) as done`,
    [indexesBefore],
  )
  filling.isIndexed = rows[0].indexed === true
  filling.done = filling.isIndexed && rows[0].done
}

/**
 * Not in a transaction, so that nobody waits for it. One that was interrupted has left an index
 * that the next one drops.
 *
 * @returns whether they are gone
 */
async function dropIndexesBefore(knex: Knex, filling: SearchFilling, quietMs: number): Promise<boolean> {
  await readFilling(knex, filling)
  if (filling.done || !filling.isIndexed) return filling.done
  const { rows } = await knex.raw('select exists (select from users where search_keys is null) as needed')
  const now = performance.now()
  if (rows[0].needed) filling.seenAt = now
  if (rows[0].needed || now - (filling.seenAt ?? now) < quietMs) return false
  for (const index of indexesBefore) await knex.raw(`drop index concurrently if exists ${index}`)
  return true
}
