import type { Caller } from '../domain/caller.ts'
import { HttpError } from './failures.ts'

/**
 * Counts one request; the headers go with the answer, whatever it is.
 *
 * @returns what has to be waited for, where it is not counted at once
 * @throws HttpError `rate_limited`
 */
export type RateLimit = (
  caller: Pick<Caller, 'principal'>,
  headers: Record<string, string>,
) => Promise<void> | undefined

/** The window that a moment, in seconds, lies in: the same minute for everybody. */
export const minuteOf = (seconds: number) => Math.floor(seconds / 60)

/**
 * At most so many requests per user and minute, counted in this process. The window is the same
 * minute for everybody: one map that is thrown away at its end, so that nothing has to be swept.
 *
 * @param perMinute 0 for no limit
 */
export function createRateLimit(perMinute: number, now: () => Date): RateLimit {
  let window = -1
  let counts = new Map<string, number>()
  const tell = createTeller(perMinute)
  return ({ principal }, headers): undefined => {
    if (perMinute === 0) return
    const seconds = Math.floor(now().getTime() / 1000)
    if (minuteOf(seconds) !== window) {
      window = minuteOf(seconds)
      counts = new Map()
    }
    const count = (counts.get(principal.id) ?? 0) + 1
    counts.set(principal.id, count)
    const reset = tell(headers, Math.max(0, perMinute - count), seconds)
    if (count > perMinute) throw new HttpError('rate_limited', { retryAfter: Math.max(1, reset - seconds) })
  }
}

/**
 * Tells the limit twice, as many do (`X-RateLimit-*`) and as the standard will have it
 * (draft-ietf-httpapi-ratelimit-headers-10: lists of structured fields, RFC 9651).
 *
 * @returns what writes the headers, with how many requests are left at a moment in seconds, and
 *   gives the second at which the limit begins anew
 */
export function createTeller(perMinute: number) {
  const policy = `"user";q=${perMinute};w=60`
  return (headers: Record<string, string>, left: number, seconds: number): number => {
    const reset = (minuteOf(seconds) + 1) * 60
    headers['X-RateLimit-Limit'] = String(perMinute)
    headers['X-RateLimit-Remaining'] = String(left)
    headers['X-RateLimit-Reset'] = String(reset)
    headers['RateLimit-Policy'] = policy
    headers.RateLimit = `"user";r=${left};t=${reset - seconds}`
    return reset
  }
}
