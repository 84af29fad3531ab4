import { table } from '../../bench/report/table.ts'
import type { Assumptions } from './assumptions.ts'
import type { Figures } from './figures.ts'
import { bytes, count, duration, short, wrap } from './format.ts'
import { times } from './limits.ts'
import { dayLoad, type Load, peakLoad, stormLoad } from './loads.ts'
import { disk, memory, rowsOf, stored } from './storage.ts'

const sizes = [1e6, 1e7, 1e8]
const heads = ['1 M users', '10 M users', '100 M users']
/** What a row shows of each of the sizes. */
const row = <One>(name: string, all: readonly One[], read: (one: One) => string) => [name, ...all.map(read)]

export function sizesPart(f: Figures, a: Assumptions): string {
  const at = sizes.map((users) => ({ users, all: stored(f, a, users) }))
  const ofTable = f.tables
    .filter((one) => rowsOf(f, a, 1e6, one) > 1e4)
    .map((one) =>
      row(`\`${one.name}\``, at, ({ users, all }) => {
        const [rows, ...indexes] = all.filter(({ table }) => table === one.name).map((part) => part.bytes)
        const inIndexes = indexes.reduce((sum, each) => sum + each, 0)
        return `${count(rowsOf(f, a, users, one))}: ${bytes(rows ?? 0)} + ${bytes(inIndexes)}`
      }),
    )
  const ofIndex = f.tables
    .flatMap(({ indexes }) => indexes)
    .map(({ name }) => at.map(({ all }) => all.find((one) => one.name === name) ?? { bytes: 0, hot: 0 }))
    .map((all, n) => ({ name: f.tables.flatMap(({ indexes }) => indexes)[n]?.name, all, first: all[0] }))
    .filter(({ first }) => (first?.bytes ?? 0) > 1e7)
    .map(({ name, all, first }) => [
      ...row(`\`${name}\``, all, (one) => bytes(one.bytes)),
      `${short((100 * (first?.hot ?? 0)) / (first?.bytes ?? 1))} %`,
    ])
  return [
    table(
      ['rows: bytes of them + of indexes', ...heads],
      [
        ...ofTable,
        row('**disk**', at, ({ users }) => `**${bytes(disk(f, a, users))}**`),
        row('**memory for what a day touches**', at, ({ users }) => `**${bytes(memory(f, a, users))}**`),
      ],
    ),
    table(['index', ...heads, 'touched by a day'], ofIndex),
  ].join('\n\n')
}

export function loadsPart(f: Figures, a: Assumptions): string {
  const { most, open, mb } = f.connections
  const rows = (all: readonly Load[]) => [
    row('requests a second', all, (one) => count(one.requests)),
    row('of them logins', all, (one) => count(one.logins)),
    row('cores of the primary', all, (one) => short(one.databaseCores)),
    row('cores that hash passwords', all, (one) => short(one.hashCores)),
    row('cores of the service for the rest', all, (one) => short(one.serviceCores)),
    row('processes of the service', all, (one) => count(one.processes)),
    row('connections without a pooler', all, (one) => count(one.processes * most)),
    row('connections with one', all, (one) => String(Math.min(a.pooled, one.processes * most))),
    row('events to seal a second', all, (one) => count(one.events)),
    row('WAL a second', all, (one) => `${bytes(one.walLeast)} to ${bytes(one.walMost)}`),
  ]
  const at = (load: typeof peakLoad) => sizes.map((users) => load(f, a, users))
  const days = at(dayLoad)
  const daily = [
    row('events', days, (one) => count(one.events)),
    row('WAL', days, (one) => `${bytes(one.walLeast)} to ${bytes(one.walMost)}`),
    row('transactions that write', days, (one) => count(one.writes)),
    row('days from freeze to freeze (`autovacuum_freeze_max_age`)', days, (one) => short(200e6 / one.writes)),
  ]
  return [
    '### The busiest hour',
    table(['', ...heads], rows(at(peakLoad))),
    `### A morning: all who come log in within ${a.stormMinutes} minutes`,
    table(['', ...heads], rows(at(stormLoad))),
    '### A day',
    table(['', ...heads], daily),
    wrap(
      `A process has ${most} connections at most (\`DB_POOL_MAX\`), ${open} of them when it serves and searches; each takes ${mb} MB of the primary beside what is shared. A core hashes ${short(1000 / f.hashMs)} passwords a second.`,
    ),
  ].join('\n\n')
}

export function timesPart(f: Figures, a: Assumptions): string {
  const all = sizes.map((users) => times(f, a, users))
  const extrapolated = table(
    ['extrapolated, not measured', ...heads],
    [
      row('a backup of all files, and as long again a restore', all, (one) => duration(one.backup)),
      row('`users` by COPY into its indexes, over one connection', all, (one) => duration(one.load)),
      row('the dearest index of `users` built again', all, (one) => duration(one.dearestIndex)),
      row('all indexes of `users`, one after the other', all, (one) => duration(one.allIndexes)),
      row('the look at all users after each start, beside serving', all, (one) => duration(one.start)),
    ],
  )
  const failover = f.failover
    ? `A failover, of [figures/failover.md](figures/failover.md):\n\n${f.failover}`
    : 'How long a failover takes has not been measured: there was no `docs/figures/failover.md`.'
  return `${extrapolated}\n\n${failover}`
}

/** Bytes of a row at both sizes, of what is big enough to tell. */
export function linearPart({ users: [few, many], tables }: Figures): string {
  const rows = tables
    .filter(({ rows: [first] }) => first > 1000)
    .flatMap(({ rows: [first, last], indexes, ...rest }) =>
      [rest, ...indexes].map(({ name, bytes: [before, after] }) => ({
        name,
        after,
        per: [before / first, after / last],
      })),
    )
    .filter(({ after }) => after > 1e6)
  return table(
    ['bytes for each row', `${few} users`, `${many} users`, 'more'],
    rows.map(({ name, per: [before = 0, after = 0] }) => [
      `\`${name}\``,
      before.toFixed(0),
      after.toFixed(0),
      `${Math.round(100 * (after / before - 1))} %`,
    ]),
  )
}

export function costsPart({ work, requests, sealing, ...f }: Figures): string {
  const facts = [
    f.command,
    `${f.machine}, PostgreSQL ${f.postgres}; load average of the last 15 minutes ${f.loadAverage}`,
    `a hash of cost 12: ${f.hashMs} ms of processor time`,
    `the sealer of one process: ${sealing.eventsPerSecond} events a second, ${sealing.walPerEvent} bytes of WAL for each`,
  ]
  const names = [...new Set([...Object.keys(requests), ...Object.keys(work)])]
  const cell = (value: number | undefined) => String(value ?? '-')
  const rows = names.map((name) => {
    const [bench, own] = [requests[name as keyof typeof requests], work[name as keyof typeof work]]
    return [name, bench?.server, bench?.database ?? own?.database, own?.walLeast, own?.walMost]
  })
  return [
    facts.map((fact) => `* ${fact}`).join('\n'),
    table(
      ['', 'service, µs', 'database, µs', 'WAL, bytes, all pages met before', 'all for the first time'],
      rows.map(([name, ...cells]) => [name as string, ...cells.map((each) => cell(each as number | undefined))]),
    ),
  ].join('\n\n')
}
