import type { Actor, Session, State } from './state.ts'

/**
 * Seconds, as the service under proof is told: each can be told from the others, an idle session by
 * its access token, which lives longer, and a refresh token by a session that is used meanwhile.
 */
export const lifetimes = { access: 1800, refresh: 2000, idle: 1700, max: 5000, lock: 900 }
export const sessionsPerUser = 3
const notedEvery = 60_000

/** Whether neither its last use nor its login lies too far back. */
export const lives = ({ createdAt, lastUsedAt }: Session, now: number): boolean =>
  now - lastUsedAt <= lifetimes.idle * 1000 && now - createdAt <= lifetimes.max * 1000

/** A use is noted to the minute. */
export function note(session: Session, now: number): void {
  if (now - session.lastUsedAt >= notedEvery) session.lastUsedAt = now
}

/** Those of a user that a list shows, the one used last first. */
export function sessionsOf({ sessions, now }: State, user: number): number[] {
  const lastUse = (number: number) => (sessions[number] as Session).lastUsedAt
  return sessions
    .flatMap((each, number) => (each.user === user && !each.ended && lives(each, now) ? [number] : []))
    .sort((a, b) => lastUse(b) - lastUse(a) || b - a)
}

/** One that is not the user's, or not there, needs no end. */
export function endOne({ sessions }: State, user: number, number: number | undefined): void {
  const session = number === undefined ? undefined : sessions[number]
  if (session?.user === user) session.ended = true
}

/** All of the caller, or all but the one that calls. */
export function endOwn({ sessions }: State, { token }: Actor, others: boolean): void {
  if (typeof token !== 'object') return
  const own = sessions[token.session] as Session
  for (const session of sessions) if (session.user === own.user && !(others && session === own)) session.ended = true
}

/** At a login: makes room for one more. What is over goes first, then the one used longest ago. */
export function endTooMany({ sessions, now }: State, user: number): void {
  const worth = (session: Session) => (lives(session, now) ? session.lastUsedAt : 0)
  const own = sessions.filter((session) => session.user === user && !session.ended)
  const tooMany = Math.max(0, own.length - sessionsPerUser + 1)
  for (const session of own.sort((a, b) => worth(a) - worth(b)).slice(0, tooMany)) session.ended = true
}
