import { setTimeout as delay } from 'node:timers/promises'
import type { Knex } from 'knex'
import { transaction } from '../transaction.ts'
import { searchColumns } from './folding.ts'

/** Rows at once: the locks on them are held for some milliseconds. */
const batchSize = 100

/**
 * How far the filling is, as far as this process knows: while it is under way, searches go by the
 * index of the version before too.
 */
export interface SearchFilling {
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
 * been seen for `quietMs`, the index that served them goes: until then processes of the version
 * before may search by it. Works at most half of the time.
 *
 * @param filling notes when the index of the version before is gone: from then on few are without
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
  if (!filling.done) filling.done = await dropIndexBefore(knex, filling, quietMs)
}

/** @returns the ids of the users that were filled, in order */
function fillBatch(knex: Knex, after: string): Promise<string[]> {
  return transaction(knex, async (tx) => {
    const rows: { id: string; username: string; email: string; full_name: string }[] = await tx('users')
      .whereNull('search_grams')
      .where('id', '>', after)
      .orderBy('id')
      .limit(batchSize)
      .forNoKeyUpdate()
      .skipLocked()
      .select('id', 'username', 'email', 'full_name')
    if (rows.length === 0) return []
    const filled = rows.map((row) => ({ id: row.id, ...searchColumns({ ...row, fullName: row.full_name }) }))
    await tx.raw(
      `update users set search_text = filled.search_text, search_grams = filled.search_grams
       from json_to_recordset(?::json) as filled (id uuid, search_text text, search_grams text[]) where users.id = filled.id`,
      [JSON.stringify(filled)],
    )
    return rows.map(({ id }) => id)
  })
}

/**
 * Not in a transaction, so that nobody waits for it. One that was interrupted has left an index
 * that the next one drops.
 *
 * @returns whether it is gone
 */
async function dropIndexBefore(knex: Knex, filling: SearchFilling, quietMs: number): Promise<boolean> {
  const { rows } = await knex.raw(
    `select to_regclass('users_search_grams_before') is null as gone,
       exists (select from users where search_grams is null) as needed`,
  )
  if (rows[0].gone) return true
  const now = performance.now()
  if (rows[0].needed) filling.seenAt = now
  if (rows[0].needed || now - (filling.seenAt ?? now) < quietMs) return false
  await knex.raw('drop index concurrently if exists users_search_grams_before')
  return true
}
