import type { Assumptions } from './assumptions.ts'
import type { Figures, TableSize } from './figures.ts'
import { dailyCalls, day, eventsIn, peakLoad, sumOf } from './loads.ts'

const [page, mb] = [8192, 1e6]
/** Days that a refresh token lives (`REFRESH_TOKEN_TTL`), and that failures are remembered. */
const [tokenDays, failureDays] = [7, 1]
/** The pruning drops whole months: half a month more than is asked for, on average. */
const wholeMonths = 15
/** Events of a root at most, and roots of a process in a second at most (`domain/audit/sealer.ts`). */
const [eventsOfRoot, rootsPerSecond] = [500, 1.25]

/** Rows of a table; of one that does not grow with the users as many as were found. */
export function rowsOf(f: Figures, a: Assumptions, users: number, { name, rows }: TableSize): number {
  const calls = dailyCalls(a, users)
  const kept = eventsIn(f, calls) * (a.auditDays + wholeMonths)
  // Each process seals some time after its own writes.
  const rounds = rootsPerSecond * peakLoad(f, a, users).processes * day * (a.auditDays + wholeMonths)
  const roots = Math.max(kept / eventsOfRoot, Math.min(kept, rounds))
  const known: Readonly<Record<string, number>> = {
    users,
    sessions: users * a.sessions,
    refresh_tokens: calls.refresh * tokenDays + users * a.sessions,
    known_prefixes: users * a.prefixes,
    login_failures: calls.failure * failureDays * 3,
    audit_events: kept,
    audit_seals: kept,
    audit_roots: roots,
  }
  return known[name] ?? rows[1]
}

/**
 * Which share of a table or an index a day touches: of the trail what is newest, a month's partition
 * where keys fall anywhere; of what only lists read, little. All else is read and written at the
 * users who come, who stand anywhere: `undefined`.
 */
function touchedShare(name: string, a: Assumptions): number | undefined {
  const days = a.auditDays + wholeMonths
  if (/^audit_seals_by_(actor|target)$/.test(name)) return Math.min(1, 30 / days)
  if (name.startsWith('audit_')) return 1 / days
  if (/^users_(by|deleted_by|newest|search_deleted)/.test(name)) return 0.01
  return undefined
}

export interface Stored {
  readonly table: string
  readonly name: string
  readonly bytes: number
  /** Of them, those that a day touches: what has to be in memory. */
  readonly hot: number
}

/** Bytes of all tables and indexes of so many users, bloat included. */
export function stored(f: Figures, a: Assumptions, users: number): Stored[] {
  return f.tables.flatMap((table) => {
    const rows = rowsOf(f, a, users, table)
    return [table, ...table.indexes].map(({ name, bytes }) => {
      // What an empty one takes is no part of a row.
      const empty = name === table.name ? 5 * page : page
      const perRow = Math.max(1, bytes[1] - empty) / Math.max(1, table.rows[1])
      const grows = rows > table.rows[1] || table.rows[1] > 1000
      const whole = grows ? rows * perRow * a.bloat : bytes[1]
      // A page is touched where anybody comes whose row is on it.
      const touched = touchedShare(name, a) ?? 1 - (1 - a.active) ** (page / perRow)
      return { table: table.name, name, bytes: whole, hot: whole * touched }
    })
  })
}

/** Bytes of memory: what a day touches, and the connections. */
export const memory = (f: Figures, a: Assumptions, users: number): number =>
  sumOf(stored(f, a, users).map(({ hot }) => hot)) + a.pooled * f.connections.mb * mb

export const disk = (f: Figures, a: Assumptions, users: number): number =>
  sumOf(stored(f, a, users).map(({ bytes }) => bytes))

/** Share of the day for which an autovacuum worker is at the table that it is at longest. */
export function vacuuming(f: Figures, a: Assumptions, users: number): number {
  const calls = dailyCalls(a, users)
  // Dead rows of a day, and after which share of dead rows it comes (`users` has its own setting).
  const dead: readonly [string, number, number][] = [
    ['users', calls.login + calls.change, 0.02],
    ['sessions', calls.login + calls.refresh + calls.use, 0.2],
    ['refresh_tokens', 2 * calls.refresh, 0.2],
  ]
  const all = stored(f, a, users)
  return Math.max(
    ...dead.map(([name, rows, share]) => {
      const table = f.tables.find((one) => one.name === name)
      const bytes = sumOf(all.filter((one) => one.table === name).map((one) => one.bytes))
      const times = table ? rows / (share * rowsOf(f, a, users, table)) : 0
      return (times * bytes) / (a.vacuumMb * mb) / day
    }),
  )
}
