import { DomainError } from './errors.ts'

export interface HashQueueLimits {
  /** Works that run at once. */
  readonly concurrency: number
  /** Works that may wait. */
  readonly queue: number
}

/** Runs `work` when its turn comes and gives its outcome. */
export type HashQueue = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Runs at most `concurrency` works at once and lets at most `queue` wait, first in, first out. One more is refused at once
 * with DomainError `unavailable`: under a flood of logins an early 503 serves better than an answer after the client has left.
 */
export function createHashQueue({ concurrency, queue }: HashQueueLimits): HashQueue {
  const waiting: (() => void)[] = []
  let running = 0

  return async function run(work) {
    if (running >= concurrency) {
      if (waiting.length >= queue) throw new DomainError('unavailable', { retryAfter: 1 })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      // The place is handed over rather than freed, so that no newcomer overtakes those who wait.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}

/**
 * How many hashes may run at once in a libuv pool of `poolSize` threads (UV_THREADPOOL_SIZE; libuv's own default is 4): all
 * but one, because files and DNS use the same pool and would wait behind a hash of a quarter of a second.
 */
export function hashConcurrency(poolSize = 4): number {
  return Math.max(1, poolSize - 1)
}
