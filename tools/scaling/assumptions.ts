/**
 * What is not measured but assumed, with what it means; each can be given on the command line
 * (`npm run scaling -- --active 0.3 --audit-days 90`). Rates are of one user and one day.
 */
export const table = {
  active: [0.2, 'share of all users who come on a day'],
  logins: [0.5, 'logins of one who comes'],
  refreshes: [4, 'refreshes of one who comes'],
  reads: [60, 'reads of one user, of one who comes'],
  minutes: [20, 'minutes in which one who comes sends anything (a use is saved once a minute)'],
  lists: [0.5, 'pages of lists, of one who comes'],
  searches: [0.1, 'searches, of one who comes'],
  changes: [0.05, 'changes of a user, of one who comes'],
  failures: [0.1, 'failed logins, of one who comes'],
  growth: [0.2, 'share of all users who are created in a year'],
  sessions: [0.6, 'live sessions of a user'],
  prefixes: [3, 'networks from which a user has logged in'],
  peak: [4, 'the busiest hour, as a multiple of the mean one'],
  stormMinutes: [60, 'minutes of a morning in which all who come log in, once'],
  auditDays: [400, 'days of the audit trail that are kept (`AUDIT_DAYS`)'],
  bloat: [1.3, 'a table at work, as a multiple of one that was just loaded'],
  cores: [32, 'cores of the primary'],
  ramGb: [256, 'GB of memory of the primary'],
  diskTb: [8, 'TB of disk of the primary'],
  walMb: [100, 'MB of WAL a second that disk and standbys take'],
  diskMb: [500, 'MB a second of a backup, a restore, a read of a whole table'],
  vacuumMb: [40, 'MB a second of one autovacuum worker (its default cost limit, all pages dirtied)'],
  connections: [500, 'connections that the primary takes'],
  pooled: [100, 'connections of a pooler to the primary'],
  commitMs: [2, 'milliseconds for which a writer holds the row of a counter'],
  usable: [0.7, 'share of cores and memory that may be in use at the peak'],
  restoreHours: [4, 'hours that a restore may take'],
} as const satisfies Record<string, readonly [number, string]>

export type Assumptions = { readonly [Name in keyof typeof table]: number }

const names = Object.keys(table) as (keyof Assumptions)[]

export const assumed = Object.fromEntries(names.map((name) => [name, table[name][0]])) as Assumptions

/** `auditDays` as an option: `audit-days`. */
export const optionOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** For `parseArgs`. */
export const options = Object.fromEntries(names.map((name) => [optionOf(name), { type: 'string' as const }]))

/**
 * @param given by option, as text
 * @returns undefined where none is given
 * @throws Error a sentence, for what is no positive number
 */
export function assumptionsOf(given: Readonly<Record<string, unknown>>): Assumptions | undefined {
  const changed = names.flatMap((name) => {
    const text = given[optionOf(name)]
    if (text === undefined) return []
    const value = Number(text)
    if (!(value > 0 && Number.isFinite(value)))
      throw new Error(`--${optionOf(name)} is ${table[name][1]}: a number above 0, not "${text}".`)
    return [[name, value] as const]
  })
  if (changed.length === 0) return undefined
  const all = { ...assumed, ...Object.fromEntries(changed) }
  for (const name of ['active', 'usable'] as const)
    if (all[name] > 1) throw new Error(`--${name} is a share: at most 1, not "${all[name]}".`)
  return all
}
