import type { Caller } from '../domain/caller.ts'
import { HttpError } from './failures.ts'

export type RateLimit = ReturnType<typeof createRateLimit>

/**
 * At most so many requests per user and minute, counted in this process. The window is the same
 * minute for everybody: one map that is thrown away at its end, so that nothing has to be swept.
 * It is told twice, as many do (`X-RateLimit-*`) and as the standard will have it
 * (draft-ietf-httpapi-ratelimit-headers-10: lists of structured fields, RFC 9651).
 *
 * @param perMinute 0 for no limit
 */
export function createRateLimit(perMinute: number, now: () => Date) {
  let window = -1
  let counts = new Map<string, number>()
  const policy = `"user";q=${perMinute};w=60`

  /**
   * Counts one request; the headers go with the answer, whatever it is.
   *
   * @throws HttpError `rate_limited`
   */
  return ({ principal }: Pick<Caller, 'principal'>, headers: Record<string, string>): void => {
    if (perMinute === 0) return
    const seconds = Math.floor(now().getTime() / 1000)
    if (Math.floor(seconds / 60) !== window) {
      window = Math.floor(seconds / 60)
      counts = new Map()
    }
    const count = (counts.get(principal.id) ?? 0) + 1
    counts.set(principal.id, count)
    const reset = (window + 1) * 60
    headers['X-RateLimit-Limit'] = String(perMinute)
    headers['X-RateLimit-Remaining'] = String(Math.max(0, perMinute - count))
    headers['X-RateLimit-Reset'] = String(reset)
    headers['RateLimit-Policy'] = policy
    headers.RateLimit = `"user";r=${Math.max(0, perMinute - count)};t=${reset - seconds}`
    if (count > perMinute) throw new HttpError('rate_limited', { retryAfter: Math.max(1, reset - seconds) })
  }
}
