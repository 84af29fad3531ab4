export interface DearestCostDeps {
  /** The cost of new hashes. */
  readonly cost: number
  /** Reads the highest cost that a stored hash has; undefined when there is none. */
  readonly read: () => Promise<number | undefined>
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
}

/** Milliseconds for which what was read holds. */
const readInterval = 60_000

/** The highest cost that any hash may have now, the one at hand (`met`) included. Never fails. */
export type DearestCost = (met?: number) => Promise<number>

/**
 * What a password costs at most to verify: the cost of new hashes, or of stored ones where those
 * are dearer, as after `BCRYPT_COST` was lowered. Read when it is asked for, once a minute, by one
 * for all who ask; while it cannot be read, what was known before holds.
 */
export function createDearestCost({ cost, read, now = () => performance.now() }: DearestCostDeps): DearestCost {
  let dearest = cost
  let staleAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  async function reread(): Promise<void> {
    try {
      dearest = Math.max(cost, (await read()) ?? cost)
      staleAt = now() + readInterval
    } catch {
      // The next call tries again; a login does not depend on it.
    } finally {
      reading = undefined
    }
  }

  return async (met = cost) => {
    if (now() >= staleAt) {
      reading ??= reread()
      await reading
    }
    dearest = Math.max(dearest, met)
    return dearest
  }
}
