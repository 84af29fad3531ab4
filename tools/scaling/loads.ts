import type { Assumptions } from './assumptions.ts'
import type { Figures, Work } from './figures.ts'

export const day = 86_400
/** Hashes at once in a process with `UV_THREADPOOL_SIZE` as it is. */
const hashesAtOnce = 3

export type Kind = Work | 'get' | 'list' | 'search'

/** How often each kind of call is made, of all users together, in a day. */
export function dailyCalls(a: Assumptions, users: number): Record<Kind, number> {
  const ofThoseWhoCome = (each: number) => users * a.active * each
  return {
    get: ofThoseWhoCome(a.reads),
    list: ofThoseWhoCome(a.lists),
    search: ofThoseWhoCome(a.searches),
    change: ofThoseWhoCome(a.changes),
    create: (users * a.growth) / 365,
    login: ofThoseWhoCome(a.logins),
    refresh: ofThoseWhoCome(a.refreshes),
    failure: ofThoseWhoCome(a.failures),
    use: ofThoseWhoCome(a.minutes),
  }
}

export const sumOf = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0)
const kindsOf = (calls: Record<Kind, number>) => Object.entries(calls) as [Kind, number][]

export const eventsIn = ({ work }: Figures, calls: Record<Kind, number>) =>
  sumOf(kindsOf(calls).map(([kind, n]) => n * (kind in work ? work[kind as Work].events : 0)))

/** What a mix of calls in a second takes. */
export interface Load {
  readonly requests: number
  readonly logins: number
  readonly databaseCores: number
  /** Of the service, apart from hashes. */
  readonly serviceCores: number
  readonly hashCores: number
  readonly processes: number
  readonly events: number
  /** Transactions that write, apart from saved uses, of which there are few. */
  readonly writes: number
  readonly walMost: number
  readonly walLeast: number
}

function loadOf(f: Figures, a: Assumptions, perSecond: Record<Kind, number>): Load {
  const kinds = kindsOf(perSecond)
  const { requests, work, sealing } = f
  const benched = (kind: Kind) => (kind in requests ? requests[kind as keyof typeof requests] : undefined)
  const database = ([kind, n]: [Kind, number]) => n * (benched(kind)?.database ?? work[kind as Work].database)
  // What is not in the bench, and what of a login is no hash, costs the service what a change does.
  const server = ([kind, n]: [Kind, number]) => {
    if (kind === 'use') return 0
    const isHashing = kind === 'login' || kind === 'create'
    return n * ((isHashing ? undefined : benched(kind)) ?? requests.change).server
  }
  const events = eventsIn(f, perSecond)
  const wal = (which: 'walMost' | 'walLeast') =>
    sumOf(kinds.map(([kind, n]) => (kind in work ? n * work[kind as Work][which] : 0))) + events * sealing.walPerEvent
  const serviceCores = sumOf(kinds.map(server)) / 1e6
  const hashCores = ((perSecond.login + perSecond.failure + perSecond.create) * f.hashMs) / 1000
  const { use: _, ...asked } = perSecond
  const { get: _get, list: _list, search: _search, ...writing } = asked
  return {
    requests: sumOf(Object.values(asked)),
    logins: perSecond.login,
    databaseCores: sumOf(kinds.map(database)) / 1e6,
    serviceCores,
    hashCores,
    processes: Math.max(1, Math.ceil(serviceCores / a.usable), Math.ceil(hashCores / hashesAtOnce)),
    events,
    writes: sumOf(Object.values(writing)),
    walMost: wal('walMost'),
    walLeast: wal('walLeast'),
  }
}

const mapped = (calls: Record<Kind, number>, change: (n: number) => number) =>
  Object.fromEntries(kindsOf(calls).map(([kind, n]) => [kind, change(n)])) as Record<Kind, number>

/** In a second of the busiest hour. */
export const peakLoad = (f: Figures, a: Assumptions, users: number): Load =>
  loadOf(
    f,
    a,
    mapped(dailyCalls(a, users), (n) => (n * a.peak) / day),
  )

/** In a second of a morning in which all who come log in at once, and nobody does anything else. */
export const stormLoad = (f: Figures, a: Assumptions, users: number): Load =>
  loadOf(f, a, { ...mapped(dailyCalls(a, users), () => 0), login: (users * a.active) / (60 * a.stormMinutes) })

/** WAL and events of a day. */
export const dayLoad = (f: Figures, a: Assumptions, users: number): Load => loadOf(f, a, dailyCalls(a, users))
