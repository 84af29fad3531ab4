/**
 * For a log that one trouble would fill: lets one line through now and then.
 *
 * @param now in milliseconds, of a clock that never goes back
 * @returns for each line, how many were held back before it; undefined where it is to be held back
 *   itself
 */
export function createQuiet(intervalMs: number, now = () => performance.now()): () => number | undefined {
  let silentUntil = Number.NEGATIVE_INFINITY
  let hidden = 0
  return () => {
    if (now() < silentUntil) {
      hidden++
      return undefined
    }
    silentUntil = now() + intervalMs
    const before = hidden
    hidden = 0
    return before
  }
}
