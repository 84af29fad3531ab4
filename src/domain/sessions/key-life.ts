import { clockSkew } from './clock-skew.ts'
import type { SigningKey } from './store.ts'

/*
 * The life of a signing key: it is published, signs from a moment until its successor does, and
 * verifies until its last token is dead.
 */

/**
 * Seconds for which a new key is published before it signs: other services keep what JWKS said, for
 * five minutes as the answer says, or ten as some libraries do.
 */
export const leadSeconds = 600

/** The times of a configuration. */
export interface TokenTimes {
  /** Seconds that an access token lives. */
  readonly accessTokenTtl: number
  /** Seconds that a refresh token lives, and so long after its end an access token ends a session. */
  readonly refreshTokenTtl: number
}

/** Whether the key is the one to sign with at a moment. */
export const signsAt = ({ signsFrom, signsUntil }: SigningKey, at: Date): boolean =>
  signsFrom <= at && (signsUntil === null || at < signsUntil)

/** Unix milliseconds; by a clock that is behind, the key signs for a little longer. */
export function diesAt({ signsUntil }: SigningKey, { accessTokenTtl, refreshTokenTtl }: TokenTimes): number {
  if (signsUntil === null) return Number.POSITIVE_INFINITY
  return signsUntil.getTime() + (accessTokenTtl + refreshTokenTtl + clockSkew) * 1000
}

/** The keys without those whose last token is dead. */
export const living = (keys: readonly SigningKey[], times: TokenTimes, at: Date): SigningKey[] =>
  keys.filter((key) => at.getTime() < diesAt(key, times))

/** The keys after a rotation: the new one stands among them, and follows the others later. */
export function afterRotation(keys: readonly SigningKey[], made: SigningKey, at: Date): SigningKey[] {
  const signsFrom = keys.length === 0 ? at : new Date(at.getTime() + leadSeconds * 1000)
  const others = keys.map((key) =>
    key.signsUntil === null || key.signsUntil > signsFrom ? { ...key, signsUntil: signsFrom } : key,
  )
  return [...others, { ...made, signsFrom, signsUntil: null }]
}

/**
 * The keys without one that is not to be trusted any more. Where it was the one that signs, the
 * next does at once: the one that waits, or `spare`; never an older one again.
 */
export function afterRetirement(keys: readonly SigningKey[], kid: string, spare: SigningKey, at: Date): SigningKey[] {
  const rest = keys.filter((key) => key.kid !== kid)
  const waiting = rest.filter(({ signsFrom }) => signsFrom > at).toSorted(bySignsFrom)
  if (!rest.some((key) => signsAt(key, at))) {
    const [next = spare] = waiting.splice(0, 1)
    waiting.unshift({ ...next, signsFrom: at })
  }
  const begun = rest.filter(({ signsFrom }) => signsFrom <= at)
  // Each signs until the next does, also where the retired one stood between them.
  const untilNext = (key: SigningKey, next: SigningKey | undefined) => ({ ...key, signsUntil: next?.signsFrom ?? null })
  return [
    ...begun.map((key) => (signsAt(key, at) ? untilNext(key, waiting[0]) : key)),
    ...waiting.map((key, index) => untilNext(key, waiting[index + 1])),
  ]
}

export const bySignsFrom = (one: SigningKey, other: SigningKey): number =>
  one.signsFrom.getTime() - other.signsFrom.getTime() ||
  one.createdAt.getTime() - other.createdAt.getTime() ||
  (one.kid < other.kid ? -1 : 1)
