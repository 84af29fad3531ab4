import type pg from 'pg'
import { Batch } from './batch.ts'
import type { Answer, Step } from './statement.ts'

export interface PendingQueries {
  /**
   * Sends statements in one round trip.
   *
   * @param named whether they may stay prepared
   * @throws what the server says; Error `Query read timeout` where it says nothing for too long:
   *   the connection is no good any more
   */
  ask(client: pg.PoolClient, steps: readonly Step[], named: boolean): Promise<readonly Answer[]>
  /** To be called with a connection that has ended. */
  forget(client: pg.PoolClient): void
  /** Waits for no answer any more. */
  stop(): void
}

/** How often it is looked whether an answer is overdue, in milliseconds. */
const watchMillis = 250

/** After how long the server is looked after, in milliseconds. */
const slowMillis = 1000

/**
 * The queries that the connections of a pool are at, one each: a network that swallows everything
 * must not hold a request for ever.
 *
 * `pg`'s own limit is a timer for each query. With those, or with queries that come to a `Map` and
 * leave it, V8 keeps the rows of every answer until it collects everything: a fifth of a list's
 * time.
 *
 * @param timeoutMs milliseconds that the server may be silent for
 * @param onSlow called at each look while one has been silent for a second
 */
export function createPendingQueries(timeoutMs: number, onSlow = () => {}): PendingQueries {
  const pending = new Map<pg.PoolClient, { batch: Batch | undefined; until: number }>()
  const watching = setInterval(() => {
    const now = performance.now()
    let isSlow = false
    for (const { batch, until } of pending.values()) {
      if (!batch) continue
      isSlow ||= until - timeoutMs < now - slowMillis
      if (until < now) batch.callback(new Error('Query read timeout'))
    }
    if (isSlow) onSlow()
  }, watchMillis).unref()

  return {
    ask(client, steps, named) {
      const query = pending.get(client) ?? { batch: undefined, until: 0 }
      pending.set(client, query)
      const { promise, resolve, reject } = Promise.withResolvers<readonly Answer[]>()
      query.batch = new Batch(steps, named, (error, answers) => {
        query.batch = undefined
        if (error) reject(error)
        else resolve(answers ?? [])
      })
      query.until = performance.now() + timeoutMs
      client.query(query.batch as unknown as pg.Submittable)
      return promise
    },
    forget: (client) => void pending.delete(client),
    stop: () => clearInterval(watching),
  }
}
