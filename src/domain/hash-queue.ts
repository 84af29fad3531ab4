import { DomainError } from './errors.ts'

export interface HashQueueLimits {
  /** Works that run at once. */
  readonly concurrency: number
  /** Works that may wait. */
  readonly queue: number
}

/** Runs `work` when its turn comes and gives its outcome; `client` names whom it is done for, where that is a stranger. */
export type HashQueue = <T>(work: () => Promise<T>, client?: string) => Promise<T>

/**
 * Runs at most `concurrency` works at once and lets at most `queue` wait. One more is refused at once with DomainError `unavailable`: under a
 * flood of logins an early 503 serves better than an answer after the client has left. Clients take turns, and none has more than half of the
 * queue: a flood from one address must not keep everybody else from logging in.
 */
export function createHashQueue({ concurrency, queue }: HashQueueLimits): HashQueue {
  const waiting = new Map<string, (() => void)[]>()
  let waiters = 0
  let running = 0

  return async function run(work, client = '') {
    if (running >= concurrency) await turn(client)
    else running += 1
    try {
      return await work()
    } finally {
      // The place is handed over rather than freed, so that no newcomer overtakes those who wait.
      const next = takeNext()
      if (next) next()
      else running -= 1
    }
  }

  function turn(client: string): Promise<void> {
    const own = waiting.get(client) ?? []
    const share = client === '' ? queue : Math.ceil(queue / 2)
    if (waiters >= queue || own.length >= share) throw new DomainError('unavailable', { retryAfter: 1 })
    waiting.set(client, own)
    waiters += 1
    return new Promise((resolve) => own.push(resolve))
  }

  /** The first of the client whose turn it is; that client is then the last. */
  function takeNext(): (() => void) | undefined {
    const [client, own] = waiting.entries().next().value ?? []
    if (client === undefined || own === undefined) return undefined
    waiting.delete(client)
    waiters -= 1
    const next = own.shift()
    if (own.length > 0) waiting.set(client, own)
    return next
  }
}

/**
 * How many hashes may run at once in a libuv pool of `poolSize` threads (UV_THREADPOOL_SIZE; libuv's own default is 4): all
 * but one, because files and DNS use the same pool and would wait behind a hash of a quarter of a second.
 */
export function hashConcurrency(poolSize = 4): number {
  return Math.max(1, poolSize - 1)
}
