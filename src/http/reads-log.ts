import type { Logger } from 'pino'

/** How often a line is written, in milliseconds. */
const intervalMs = 60_000

/**
 * Logs each minute, and at the end, how many of the reads that a standby may answer one has
 * answered: what the standbys are worth.
 *
 * @returns ends it
 */
export function logReads(counts: { readonly standby: number; readonly primary: number }, log: Logger) {
  let told = { standby: 0, primary: 0 }
  const tell = () => {
    const [standby, primary] = [counts.standby - told.standby, counts.primary - told.primary]
    told = { ...counts }
    if (standby + primary > 0) log.info({ standby, primary }, 'reads of lists, statistics and the audit trail')
  }
  const timer = setInterval(tell, intervalMs).unref()
  return async (): Promise<void> => {
    clearInterval(timer)
    tell()
  }
}
