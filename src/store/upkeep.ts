import { setTimeout as delay } from 'node:timers/promises'
import type { Knex } from 'knex'
import { reconcileCounters } from './counters.ts'
import { fillSearch } from './search-filling.ts'

/** How often rows are looked for that a process of the version before has written, in milliseconds. */
const intervalMs = 10_000

export interface UpkeepLog {
  info(line: string): void
  warn(line: string): void
}

/**
 * What the tables need while the service serves: counters that are right, and search columns for rows that have none. Never
 * rejects; a failure is told in one line. Ends when `signal` tells to.
 *
 * @param patient without limits of time
 */
export async function keepUp(patient: Knex, knex: Knex, signal: AbortSignal, log: UpkeepLog): Promise<void> {
  const attempt = (work: Promise<unknown>, otherwise: string) =>
    work.catch((error) => {
      if (!signal.aborted) log.warn(`${otherwise}: ${String(error.message).split('\n', 1)[0]}`)
    })
  const reconciliation = reconcileCounters(patient).then((mended) => {
    if (mended) log.warn('the counters of users were wrong, as after a restore, and have been put right')
  })
  await attempt(reconciliation, 'the counters of users could not be held against the users; the next start tries again')
  while (!signal.aborted) {
    await attempt(fillAndTell(knex, signal, log), 'users of the version before could not be made ready for the search')
    await delay(intervalMs, undefined, { signal, ref: false }).catch(() => {})
  }
}

async function fillAndTell(knex: Knex, signal: AbortSignal, log: UpkeepLog): Promise<void> {
  let filled = 0
  let batches = 0
  await fillSearch(knex, signal, (count) => {
    filled += count
    batches++
    if (batches === 2) log.info('users of the version before are being made ready for the search')
  })
  if (batches > 1) log.info(`${filled} users of the version before are ready for the search`)
}
