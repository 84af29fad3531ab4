import { DomainError } from '../errors.ts'
import { newWaiter, type Waiter } from '../waiter.ts'

export interface HashQueueLimits {
  /** Works that run at once. */
  readonly concurrency: number
  /** Works that may wait. */
  readonly queue: number
}

/** Whom a hash is made for. */
export interface HashClient {
  /**
   * Any text that is theirs alone: the address of a login, the id of a user who has shown a valid
   * token.
   */
  readonly name: string
  /** Aborted when they hang up, with what their work then fails with. */
  readonly gone?: AbortSignal | undefined
}

/**
 * Runs `work` when its turn comes and gives its outcome. Without a client, it is done for the
 * service itself.
 *
 * @throws DomainError `unavailable` when the queue is full; the reason of `gone` when the client
 *   hung up before its turn
 */
export type HashQueue = <T>(work: () => Promise<T>, client?: HashClient) => Promise<T>

/**
 * Runs at most `concurrency` works at once and lets at most `queue` wait. Clients take turns, and
 * none has priority: who has a token may be guessing the current password, and must not overtake
 * those who log in. When it is full, the newest waiter of the client that has most of them (the
 * newcomer counted) is refused at once: under a flood of logins an early 503 serves better than an
 * answer after the client has left, and a few addresses must not keep everybody else from logging
 * in.
 */
export function createHashQueue({ concurrency, queue }: HashQueueLimits): HashQueue {
  /** In the order in which they take turns; each has somebody waiting. */
  const waiting = new Map<string, Waiter[]>()
  let waiters = 0
  let running = 0

  return async function run(work, { name, gone } = { name: '' }) {
    gone?.throwIfAborted()
    if (running >= concurrency) await turn(name, gone)
    else running += 1
    try {
      return await work()
    } finally {
      // The place is handed over rather than freed, so that no newcomer overtakes those who wait.
      const next = takeNext()
      if (next) next.admit()
      else running -= 1
    }
  }

  function turn(name: string, gone: AbortSignal | undefined): Promise<void> {
    if (waiters >= queue) makeRoomFor(name)
    const waiter = newWaiter(gone, (leaver) => remove(name, leaver))
    const own = waiting.get(name)
    if (own) own.push(waiter)
    else waiting.set(name, [waiter])
    waiters += 1
    return waiter.turn
  }

  /** Refuses whoever waits most: throws where that is the newcomer. */
  function makeRoomFor(name: string): void {
    const refusal = new DomainError('unavailable', { retryAfter: 1 })
    let most = (waiting.get(name)?.length ?? 0) + 1
    let greediest = name
    for (const [client, { length }] of waiting) if (length > most) [greediest, most] = [client, length]
    const newest = greediest === name ? undefined : waiting.get(greediest)?.at(-1)
    if (!newest) throw refusal
    remove(greediest, newest)
    newest.refuse(refusal)
  }

  function remove(name: string, waiter: Waiter): void {
    const own = waiting.get(name) ?? []
    own.splice(own.lastIndexOf(waiter), 1)
    if (own.length === 0) waiting.delete(name)
    waiters -= 1
  }

  /** The first of the client whose turn it is; that client is then the last. */
  function takeNext(): Waiter | undefined {
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
 * How many hashes may run at once in a libuv pool of `poolSize` threads (UV_THREADPOOL_SIZE;
 * libuv's own default is 4): all but one, because files and DNS use the same pool and would wait
 * behind a hash of a quarter of a second.
 */
export function hashConcurrency(poolSize = 4): number {
  return Math.max(1, poolSize - 1)
}
