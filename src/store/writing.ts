import type { Sql } from './sql/sql.ts'
import { ask, builder } from './sql/statement.ts'

/**
 * Failures of a write that say that none will do for now: 25006 only reads, as after a failover;
 * 53100 the disk is full.
 */
const readOnlyCode = /^(25006|53100)$/

/**
 * How long a write that failed counts without another look, in milliseconds: probes are rare, and
 * the answer does not flap.
 */
const remembered = 5000

/**
 * Watches whether the database takes writes. Nothing is tried before a write of the service has
 * failed; from then on a small one is tried now and then, until it works again.
 *
 * @returns `note`, to be told of every failure, and `canWrite`: whether it can, as far as is known;
 *   rejects when the database does not answer
 */
export function watchWriting(sql: () => Sql, now: () => number = () => performance.now()) {
  let failedAt: number | undefined
  let probing: Promise<void> | undefined

  function note(error: unknown): void {
    if (refusesWrites(error)) failedAt = now()
  }

  async function canWrite(): Promise<boolean> {
    if (failedAt === undefined) return true
    if (now() - failedAt > remembered) {
      probing ??= probe().finally(() => {
        probing = undefined
      })
      await probing
    }
    return failedAt === undefined
  }

  async function probe(): Promise<void> {
    const since = failedAt
    try {
      await tryToWrite(sql())
    } catch (error) {
      note(error)
      // Not allowed to make a temporary table: then the next write of the service shows it.
      if (!refusesWrites(error) && (error as { code?: string }).code !== '42501') throw error
    }
    if (failedAt === since) failedAt = undefined
  }

  return { note, canWrite }
}

function refusesWrites(error: unknown): boolean {
  return readOnlyCode.test(String((error as { code?: unknown }).code))
}

/**
 * Leaves nothing: a row in a table of ours could find room in a page that is there, so a new file
 * has to be written.
 */
async function tryToWrite(sql: Sql): Promise<void> {
  // With the end of the transaction it is gone.
  await sql.transaction((tx) =>
    tx.run(
      ask(
        builder.raw(
          "create temporary table janus_probe on commit drop as select repeat('x', 1000) from generate_series(1, 100)",
        ),
        () => undefined,
      ),
    ),
  )
}
