import { HttpError } from './failures.ts'
import { createTeller, minuteOf, type RateLimit } from './rate-limit.ts'

/** Of a user: whether this worker asks for the first time in this minute. */
export interface ShareAsked {
  readonly user: string
  readonly isFirst: boolean
}

/** So many requests more, and how many are left for all; none granted: none is left. */
export interface ShareGranted {
  readonly granted: number
  readonly left: number
}

export type AskForShare = (asked: ShareAsked) => Promise<ShareGranted>

export interface ShareSettings {
  /** 0 for no limit. */
  readonly rateLimitPerMinute: number
  readonly workers: number
}

interface Share {
  unused: number
  /** For all workers, as it was told last. */
  left: number
  isFirst: boolean
  asking: Promise<void> | undefined
}

/**
 * Requests of a share: all workers but one may have a share that is not known of, and one that is
 * not used, which makes at most a twentieth of the limit too many or too few. Of a small limit
 * none: then each request is asked for, and the limit is exact.
 */
const sizeOf = ({ rateLimitPerMinute, workers }: ShareSettings) => Math.floor(rateLimitPerMinute / (20 * workers))

/**
 * The limit of `createRateLimit` for a worker, which has it together with others. They share it
 * out: each has a first share of a user's requests without asking, and asks for another when that
 * is used up, so that few requests wait for an answer.
 */
export function createSharedRateLimit(settings: ShareSettings, ask: AskForShare, now: () => Date): RateLimit {
  const { rateLimitPerMinute: perMinute } = settings
  const size = sizeOf(settings)
  let window = -1
  let shares = new Map<string, Share>()
  const tell = createTeller(perMinute)

  async function askMore(user: string, share: Share): Promise<void> {
    const { granted, left } = await ask({ user, isFirst: share.isFirst })
    share.unused += granted
    share.left = left
    share.isFirst = false
  }

  function take(share: Share, headers: Record<string, string>, seconds: number): undefined {
    const isAllowed = share.unused > 0
    if (isAllowed) share.unused--
    const reset = tell(headers, share.left + share.unused, seconds)
    if (!isAllowed) throw new HttpError('rate_limited', { retryAfter: Math.max(1, reset - seconds) })
  }

  async function takeAsked(user: string, share: Share, headers: Record<string, string>, seconds: number) {
    while (share.unused === 0 && share.left > 0) {
      share.asking ??= askMore(user, share).finally(() => {
        share.asking = undefined
      })
      await share.asking
    }
    take(share, headers, seconds)
  }

  return ({ principal: { id: user } }, headers) => {
    if (perMinute === 0) return undefined
    const seconds = Math.floor(now().getTime() / 1000)
    if (minuteOf(seconds) !== window) {
      window = minuteOf(seconds)
      shares = new Map()
    }
    let share = shares.get(user)
    if (!share) {
      share = { unused: size, left: perMinute - size, isFirst: true, asking: undefined }
      shares.set(user, share)
    }
    if (share.unused === 0 && share.left > 0) {
      // For whoever does not wait.
      tell(headers, share.left - 1, seconds)
      return takeAsked(user, share, headers, seconds)
    }
    return take(share, headers, seconds)
  }
}

/** The other side, which the workers ask: what of each user's limit is given away. */
export function createShares(settings: ShareSettings, now: () => Date): (asked: ShareAsked) => ShareGranted {
  const { rateLimitPerMinute: perMinute } = settings
  const size = sizeOf(settings)
  let window = -1
  let given = new Map<string, number>()
  return ({ user, isFirst }) => {
    const current = minuteOf(now().getTime() / 1000)
    if (current !== window) {
      window = current
      given = new Map()
    }
    const before = (given.get(user) ?? 0) + (isFirst ? size : 0)
    const granted = Math.max(0, Math.min(Math.max(1, size), perMinute - before))
    given.set(user, before + granted)
    return { granted, left: Math.max(0, perMinute - before - granted) }
  }
}
