import { isStale } from './batch.ts'

/**
 * Whether a connection is not to be used again: it is gone, its server did not answer in time, or
 * what it has prepared is not what it believes.
 */
export function isBroken(error: unknown): boolean {
  if (error === undefined) return false
  const isServers = (error as { severity?: string }).severity !== undefined
  return !isServers || isStale(error) || /^(08|57P)/.test(String((error as Coded).code))
}

/** Whether the server takes no writes, as a former primary does. */
export const onlyReads = (error: unknown): boolean => (error as Coded | undefined)?.code === '25006'

type Coded = { readonly code?: string }
