import { segmentCount, segmentSize } from '../../src/store/users/search-segments.ts'
import type { Assumptions } from './assumptions.ts'
import type { Figures } from './figures.ts'
import { dailyCalls, day, dayLoad, type Load, peakLoad, stormLoad, sumOf } from './loads.ts'
import { disk, memory, stored, vacuuming } from './storage.ts'

const [mb, gb, tb] = [1e6, 1e9, 1e12]
/** Slots in which one hour's new users are counted. */
const slots = 8
/** A writer seldom waits for a slot that is taken for so much of the time. */
const slotUse = 0.5

/** Something that grows with the users, and how much of it there is. */
export interface Limit {
  readonly name: string
  readonly has: number
  readonly unit: string
  readonly need: (users: number) => number
}

export function limits(f: Figures, a: Assumptions): Limit[] {
  /** At the peak or in a storm, whichever takes more. */
  const most = (read: (load: Load) => number) => (users: number) =>
    Math.max(read(peakLoad(f, a, users)), read(stormLoad(f, a, users)))
  const limit = (name: string, has: number, unit: string, need: Limit['need']): Limit => ({ name, has, unit, need })
  const { eventsPerSecond } = f.sealing
  const slotTime = a.commitMs / 1000 / slots
  const newUsers = (users: number) => (dailyCalls(a, users).create * a.peak) / day
  return [
    limit('disk', a.diskTb, 'TB', (n) => disk(f, a, n) / tb),
    limit('memory', a.ramGb * a.usable, 'GB', (n) => memory(f, a, n) / gb),
    limit(
      'cores',
      a.cores * a.usable,
      'cores',
      most((load) => load.databaseCores),
    ),
    limit('WAL', a.walMb, 'MB/s', (n) => most((load) => load.walMost)(n) / mb),
    limit(
      'sealer, busiest second',
      eventsPerSecond,
      'events/s',
      most((load) => load.events),
    ),
    limit('sealer, whole day', eventsPerSecond, 'events/s', (n) => dayLoad(f, a, n).events / day),
    limit(
      'connections, no pooler',
      a.connections,
      '',
      most((load) => load.processes * f.connections.most),
    ),
    limit('autovacuum', 1, 'worker for a table', (n) => vacuuming(f, a, n)),
    limit('counters of new users', slotUse, 'of the time', (n) => newUsers(n) * slotTime),
    limit('restore', a.restoreHours, 'hours', (n) => times(f, a, n).backup),
    limit('numbers of the search', segmentCount * segmentSize, 'users', (n) => n),
  ]
}

/** The number of users at which a limit is reached, by halving: needs only grow. */
export function usersAt({ need, has }: Limit): number {
  let [low, high] = [0, 1e12]
  if (need(high) < has) return Number.POSITIVE_INFINITY
  while (high - low > 1e-4 * high) {
    const middle = (low + high) / 2
    if (need(middle) < has) low = middle
    else high = middle
  }
  return high
}

/** Hours of what is done to a whole database; extrapolated, not measured at this size. */
export function times(f: Figures, a: Assumptions, users: number) {
  const bytes = disk(f, a, users)
  const heap = sumOf(
    stored(f, a, users)
      .filter(({ name }) => name === 'users')
      .map((one) => one.bytes),
  )
  // A sort grows a little faster than its rows.
  const sorted = (users * Math.log2(users)) / (f.users[1] * Math.log2(f.users[1]))
  const seconds = Object.entries(f.indexSeconds)
  return {
    backup: bytes / (a.diskMb * mb) / 3600,
    load: users / f.copyRowsPerSecond / 3600,
    dearestIndex: (Math.max(...seconds.map(([, each]) => each)) * sorted) / 3600,
    allIndexes: (sumOf(seconds.map(([, each]) => each)) * sorted) / 3600,
    start: heap / (a.diskMb * mb) / 3600,
  }
}
