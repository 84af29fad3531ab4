import type { Observer, Pool } from './pool.ts'
import type { Sql } from './sql.ts'
import type { Call } from './statement.ts'

/**
 * How many of the connections serve, how many are kept for what may take long, and how many are for
 * upkeep: searches and deep pages must not keep everybody else from the database. With few they
 * cannot be divided.
 *
 * @param max connections in all
 */
export function sharesOf(max: number): { serving: number; heavy: number; upkeep: number } {
  const heavy = max < 3 ? 0 : Math.max(1, Math.floor(max / 5))
  const upkeep = 2
  return { serving: Math.max(1, max - heavy - (max < 6 ? 0 : upkeep)), heavy, upkeep }
}

export interface Pools extends Sql {
  /** Told of every round trip, for tests and benchmarks that count them. */
  observe(observer: Observer): () => void
  /** Connections that requests have at the moment. */
  inUse(): number
  /** As of each `Pool`. */
  reopen(): void
  close(): Promise<void>
}

/** Two pools as one: a batch with a heavy call goes to the second. */
export function joinPools(serving: Pool, heavy: Pool = serving): Pools {
  const poolOf = (calls: readonly Call<unknown>[]) => (calls.some((call) => call.heavy) ? heavy : serving)
  return {
    batch: (calls) => poolOf(calls).batch(calls),
    run: (call) => poolOf([call]).run(call),
    transaction: (work) => serving.transaction(work),
    isTransaction: false,
    observe(observer) {
      for (const pool of [serving, heavy]) pool.observers.add(observer)
      return () => {
        for (const pool of [serving, heavy]) pool.observers.delete(observer)
      }
    },
    inUse: () => serving.inUse() + (heavy === serving ? 0 : heavy.inUse()),
    reopen() {
      for (const pool of new Set([serving, heavy])) pool.reopen()
    },
    async close() {
      await Promise.all([serving.close(), heavy === serving ? undefined : heavy.close()])
    },
  }
}
