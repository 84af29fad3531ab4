import { HttpError } from './failures.ts'
import { createTeller, minuteOf, type RateLimit } from './rate-limit.ts'

/** Of a user, for a minute: whether this worker asks for the first time in it. */
export interface ShareAsked {
  readonly user: string
  readonly minute: number
  readonly isFirst: boolean
}

/**
 * So many requests more, and how many are left for all; none granted: none is left, or the minute
 * has turned meanwhile, and nothing is counted.
 */
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
  readonly minute: number
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
    const { granted, left } = await ask({ user, minute: share.minute, isFirst: share.isFirst })
    share.unused += granted
    share.left = left
    if (granted > 0) share.isFirst = false
  }

  function shareOf(user: string, minute: number): Share {
    if (minute !== window) {
      window = minute
      shares = new Map()
    }
    let share = shares.get(user)
    if (!share) {
      share = { minute, unused: size, left: perMinute - size, isFirst: true, asking: undefined }
      shares.set(user, share)
    }
    return share
  }

  function take(share: Share, headers: Record<string, string>, seconds: number): undefined {
    const isAllowed = share.unused > 0
    if (isAllowed) share.unused--
    const reset = tell(headers, share.left + share.unused, seconds)
    if (!isAllowed) throw new HttpError('rate_limited', { retryAfter: Math.max(1, reset - seconds) })
  }

  async function takeAsked(user: string, headers: Record<string, string>): Promise<void> {
    for (;;) {
      const seconds = secondsOf(now())
      // Each time anew: what waits while the minute turns counts in the new one.
      const share = shareOf(user, minuteOf(seconds))
      if (!mustAsk(share)) return take(share, headers, seconds)
      share.asking ??= askMore(user, share).finally(() => {
        share.asking = undefined
      })
      await share.asking
    }
  }

  return ({ principal: { id: user } }, headers) => {
    if (perMinute === 0) return undefined
    const seconds = secondsOf(now())
    const share = shareOf(user, minuteOf(seconds))
    if (!mustAsk(share)) return take(share, headers, seconds)
    // For whoever does not wait.
    tell(headers, share.left - 1, seconds)
    return takeAsked(user, headers)
  }
}

const mustAsk = ({ unused, left }: Share) => unused === 0 && left > 0

const secondsOf = (moment: Date) => Math.floor(moment.getTime() / 1000)

/** The other side, which the workers ask: what of each user's limit is given away. */
export function createShares(settings: ShareSettings, now: () => Date): (asked: ShareAsked) => ShareGranted {
  const { rateLimitPerMinute: perMinute } = settings
  const size = sizeOf(settings)
  let window = -1
  let given = new Map<string, number>()
  return ({ user, minute, isFirst }) => {
    const current = minuteOf(secondsOf(now()))
    // Granted to a share that nobody has any more, it would be missing in the new minute.
    if (minute !== current) return { granted: 0, left: perMinute }
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
