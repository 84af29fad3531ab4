import type { Caller } from '../domain/caller.ts'
import { type EnterLine, newWaiter, type Waiter } from '../domain/waiter.ts'
import { HttpError } from './failures.ts'

export interface UserLinesSettings {
  /** Requests of one key that are handled at once. */
  readonly atOnce: number
  /** Requests of one key that may wait; one more is refused. */
  readonly waiting?: number
}

interface Line {
  inside: number
  readonly waiters: Waiter[]
}

/** One request's places in the lines. */
export interface Places {
  /**
   * @throws HttpError `rate_limited` when too many wait; ClientGone when the client hung up before
   *   its turn
   */
  readonly enter: EnterLine
  /** Gives back every place, when the request has been handled. */
  leave(): void
}

export type UserLines = ReturnType<typeof createUserLines>

/**
 * A line for each user in front of the database. Whoever waits for the lock of a row holds a
 * connection, and requests of one user often wait for the same row: without a line, one user who
 * sends many at once would take every connection of the pool.
 */
export function createUserLines({ atOnce, waiting = 100 }: UserLinesSettings) {
  const lines = new Map<string, Line>()

  async function enter(key: string, gone: AbortSignal | undefined): Promise<void> {
    gone?.throwIfAborted()
    const line = lines.get(key) ?? { inside: 0, waiters: [] }
    lines.set(key, line)
    if (line.inside < atOnce) {
      line.inside += 1
      return
    }
    if (line.waiters.length >= waiting) throw new HttpError('rate_limited', { retryAfter: 1 })
    const waiter = newWaiter(gone, (leaver) => line.waiters.splice(line.waiters.indexOf(leaver), 1))
    line.waiters.push(waiter)
    await waiter.turn
  }

  function leave(key: string): void {
    const line = lines.get(key) as Line
    // The place is handed over rather than freed, so that no newcomer overtakes those who wait.
    const next = line.waiters.shift()
    if (next) next.admit()
    else line.inside -= 1
    if (line.inside === 0) lines.delete(key)
  }

  return {
    forRequest(gone?: AbortSignal): Places {
      const held: string[] = []
      return {
        async enter(key) {
          // Who waited for a second place in the same line might wait for itself.
          if (held.includes(key)) return
          await enter(key, gone)
          held.push(key)
        },
        leave() {
          for (const key of held.splice(0)) leave(key)
        },
      }
    },

    /** Lines that somebody stands in. */
    size: () => lines.size,
  }
}

/**
 * Leaves the user's place for one in a line for other work, as long as that takes.
 *
 * @throws HttpError `rate_limited` and ClientGone, as `enter`; what the work throws
 */
export async function inOtherLine<T>(
  places: Places,
  other: UserLines,
  { principal, origin }: Pick<Caller, 'principal' | 'origin'>,
  work: () => T | Promise<T>,
): Promise<T> {
  places.leave()
  const place = other.forRequest(origin.gone)
  try {
    await place.enter(principal.id)
    return await work()
  } finally {
    place.leave()
  }
}

/**
 * How many requests of one user are handled at once: with a third of the pool, two who flood it
 * leave room for others.
 */
export function placesOf(poolMax: number): number {
  return Math.max(1, Math.floor(poolMax / 3))
}
