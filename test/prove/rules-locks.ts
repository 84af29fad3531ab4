import { Refused } from './judgements.ts'
import type { Failures, State } from './state.ts'

/** As the service under proof is told; seconds. */
export const limits = { attempts: 2, window: 900, ceiling: 5, accounts: 5 }
const hour = 3_600_000
const day = 24 * hour

/** From where a login comes; the first is where all other requests come from. */
export const places = ['127.0.0.1', '10.1.0.7', '10.2.0.7'] as const

export const addressOf = (from = 0): string => places[from] ?? places[0]

/** The header by which a proxy says so. */
export const forwarded = (from?: number): { headers?: Record<string, string> } =>
  from ? { headers: { 'x-forwarded-for': addressOf(from) } } : {}

/** Who tries, and from where: the keys of what is counted. */
const keysOf = (account: string, from = 0) => ({ here: `${account} @${from}`, account, prefix: `@${from}` })

function remembered({ failures, now }: State, key: string): Failures | undefined {
  const found = failures.get(key)
  return found && found.last > now - day ? found : undefined
}

function isShut(state: State, key: string, limit: number): boolean {
  const found = remembered(state, key)
  return found !== undefined && found.count >= limit && found.until > state.now
}

/**
 * Carries out a try of a password: refused under a lock, counted where it is wrong, and where a
 * stranger is slowed, right or wrong.
 *
 * @param refusal why a wrong password is refused
 */
export function tryPassword(
  state: State,
  account: string,
  from: number | undefined,
  isRight: boolean,
  refusal: 'credentials_refused' | 'wrong_current_password',
): void {
  const keys = keysOf(account, from)
  const target = account.startsWith('id ') ? Number(account.slice(3)) : null
  const refuse = () => new Refused('login_locked', { target, isTold: tell(state, keys.here) })
  if (isShut(state, keys.here, limits.attempts)) throw refuse()
  const here = remembered(state, keys.here)
  const isClosed = (remembered(state, account)?.count ?? 0) >= limits.ceiling && (here?.retry ?? 0) > state.now
  const isSlowed = isClosed || isShut(state, keys.prefix, limits.accounts)
  if (isRight && (state.known.has(keys.here) || !isSlowed)) {
    for (const key of [keys.here, account]) state.failures.delete(key)
    state.known.add(keys.here)
    return
  }
  const isFirst = !here || here.until <= state.now
  const retry = here && here.retry > state.now ? here.retry : state.now + hour
  countAt(state, keys.here, limits.attempts, retry)
  if (isFirst) countAt(state, keys.prefix, limits.accounts, 0)
  const count = (remembered(state, account)?.count ?? 0) + 1
  state.failures.set(account, { count, until: state.now + day, retry: 0, last: state.now, told: false })
  throw isSlowed ? refuse() : new Refused(refusal, { target, isTold: true })
}

/** @returns whether it was not told before */
function tell({ failures }: State, key: string): boolean {
  const found = failures.get(key) as Failures
  failures.set(key, { ...found, told: true })
  return !found.told
}

function countAt(state: State, key: string, limit: number, retry: number): void {
  const { failures, now } = state
  if (isShut(state, key, limit)) return
  const found = remembered(state, key)
  if (found && found.until > now) {
    const count = found.count + 1
    const told = found.told && count < limit && retry === found.retry
    failures.set(key, { ...found, count, retry, last: now, told })
    return
  }
  const count = found && found.count >= limit ? found.count + 1 : 1
  const windows = count <= limit ? 1 : count === limit + 1 ? 2 : 4
  failures.set(key, {
    count,
    until: now + windows * limits.window * 1000,
    retry,
    last: now,
    told: found?.told === true && count < limit && retry === found.retry,
  })
}

/** Lifts the locks of a user; a reset forgets where they have been as well. */
export function unlock({ failures, known }: State, user: number, forgetsPlaces = false): void {
  const isOf = (key: string) => key === `id ${user}` || key.startsWith(`id ${user} @`)
  for (const key of failures.keys()) if (isOf(key)) failures.delete(key)
  if (forgetsPlaces) for (const key of known) if (isOf(key)) known.delete(key)
}

/** Where somebody is who has changed the password stays known, and nowhere else. */
export function forgetOtherPlaces(state: State, user: number, from: number | undefined): void {
  unlock(state, user, true)
  state.known.add(keysOf(`id ${user}`, from).here)
}

/** The end of the last lock of a user, in milliseconds. */
export function lockedUntil(state: State, user: number): number | undefined {
  const account = `id ${user}`
  const ends = [
    ...places.map((_, from) => [keysOf(account, from).here, limits.attempts] as const),
    [account, limits.ceiling] as const,
  ].flatMap(([key, limit]) => (isShut(state, key, limit) ? [(remembered(state, key) as Failures).until] : []))
  return ends.length > 0 ? Math.max(...ends) : undefined
}
