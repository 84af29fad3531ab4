import { setTimeout as delay } from 'node:timers/promises'
import type { Knex } from 'knex'
import { isUnavailable } from './conflicts.ts'
import { wordsOf } from './explain.ts'
import { buildIndexes, isWhole } from './late-indexes.ts'
import { reconcileCounters } from './users/counters.ts'
import { fillSearch, readFilling, type SearchFilling } from './users/search-filling.ts'
import { reconcileNumbers } from './users/search-segments.ts'

/**
 * How often rows are looked for that a process of the version before has written, in milliseconds.
 */
const intervalMs = 10_000

export interface UpkeepLog {
  info(line: string): void
  warn(line: string): void
}

export interface UpkeepDeps {
  /** Without limits of time, and of two connections. */
  readonly patient: Knex
  readonly filling: SearchFilling
  readonly signal: AbortSignal
  readonly log: UpkeepLog
  /** See `fillSearch`. */
  readonly quietMs?: number | undefined
}

/**
 * What the tables need while the service serves: counters and numbers that are right, indexes that
 * are there, and search columns for rows that have none. Never rejects; a failure is logged in one line. Ends
 * when `signal` aborts.
 */
export async function keepUp({ patient, filling, signal, log, quietMs }: UpkeepDeps): Promise<void> {
  const attempt = (work: Promise<unknown>, otherwise: string) =>
    work.catch((error) => {
      if (signal.aborted) return
      // Nothing is the matter with indexes or users while there is no database.
      const what = isAway(error) ? 'upkeep waits for the database' : otherwise
      log.warn(`${what}: ${wordsOf(error)}`)
    })
  const reconciliation = reconcileCounters(patient).then((mended) => {
    if (mended) log.warn('the counters of users were wrong, as after a restore, and have been put right')
  })
  const numbering = reconcileNumbers(patient).then((mended) => {
    if (mended) log.warn('the numbers of users were behind, as after a restore, and have been put right')
  })
  // Side by side, and each heard from the beginning: a failure that nobody hears ends the process.
  await Promise.all([
    attempt(numbering, 'the numbers of users could not be held against the users; the next start tries again'),
    attempt(reconciliation, 'the counters of users could not be held against the users; the next start tries again'),
  ])
  while (!signal.aborted) {
    const indexes = buildIndexes(patient, signal, (names) =>
      log.info(`indexes are being built while the service serves: ${names.join(', ')}`),
    )
    await attempt(indexes, 'indexes could not be built and will be tried again')
    if (signal.aborted) break
    await attempt(
      fillAndLog({ patient, filling, signal, log, quietMs }),
      'users of the version before could not be made ready for the search',
    )
    await delay(intervalMs, undefined, { signal, ref: false }).catch(() => {})
  }
}

/** Whether it cannot be reached, comes up, or only reads. */
function isAway(error: unknown): boolean {
  const { code = '', severity } = error as { code?: string; severity?: string }
  return severity === undefined ? isUnavailable(error) : /^(57P03|25006)$/.test(code)
}

async function fillAndLog({ patient, filling, signal, log, quietMs }: UpkeepDeps): Promise<void> {
  await readFilling(patient, filling)
  // Every batch would read all users.
  const { rows } = await patient.raw(`select ${isWhole('users_search_keyless')} as quick`)
  if (!rows[0].quick) return
  let filled = 0
  let batches = 0
  const onBatch = (count: number) => {
    filled += count
    batches++
    if (batches === 2) log.info('users of the version before are being made ready for the search')
  }
  await fillSearch(patient, filling, signal, { onBatch, quietMs })
  if (batches > 1) log.info(`${filled} users of the version before are ready for the search`)
}
