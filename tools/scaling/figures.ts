import { existsSync, readFileSync } from 'node:fs'
import type { SchemaObject } from './schema.ts'

/** What `npm run scaling` has measured: `docs/figures/scaling.json`. */
export interface Figures {
  readonly at: string
  readonly command: string
  readonly machine: string
  /** Of the last 15 minutes, at the end. */
  readonly loadAverage: number
  readonly postgres: string
  /** How many users there were at the two looks. */
  readonly users: readonly [number, number]
  /** At both looks, freshly vacuumed; partitions stand under their table. */
  readonly tables: readonly TableSize[]
  /** Processor time of a hash at BCRYPT_COST 12, in milliseconds. */
  readonly hashMs: number
  readonly connections: {
    /** DB_POOL_MAX, and how many of them a busy process has open. */
    readonly most: number
    readonly open: number
    /** Private memory of one, in MB. */
    readonly mb: number
  }
  /** Of one call of the domain. */
  readonly work: Readonly<Record<Work, Cost>>
  /** Of one process, by the processor time of both sides; one seals at a time. */
  readonly sealing: { readonly eventsPerSecond: number; readonly walPerEvent: number }
  /** Of bench/RESULTS.md: processor time of a request in µs. */
  readonly requests: Readonly<Record<Benched, { readonly server: number; readonly database: number }>>
  readonly copyRowsPerSecond: number
  /** Seconds of processor time in which each index of `users` was built again, at the second look. */
  readonly indexSeconds: Readonly<Record<string, number>>
  /** The first table of docs/figures/failover.md, if that was there. */
  readonly failover: string | null
  readonly schema: readonly SchemaObject[]
}

export interface Size {
  readonly name: string
  readonly bytes: readonly [number, number]
}

export interface TableSize extends Size {
  readonly rows: readonly [number, number]
  readonly indexes: readonly Size[]
}

export const works = ['login', 'refresh', 'failure', 'change', 'create', 'use'] as const
export type Work = (typeof works)[number]

export interface Cost {
  /** Processor time of the database in µs. */
  readonly database: number
  /**
   * Bytes of WAL: with each page met for the first time since a checkpoint, which is then written
   * whole, and with each met before.
   */
  readonly walMost: number
  readonly walLeast: number
  readonly events: number
}

const rowsOfResults = {
  get: 'get by id, REST',
  list: 'list 20 + exact total, REST',
  search: 'search, REST, ÷ ILIKE',
  change: 'change a role, REST',
  create: 'create, REST',
  login: 'login, REST',
} as const
export type Benched = keyof typeof rowsOfResults

/**
 * What requests cost, from the text of bench/RESULTS.md.
 *
 * @throws Error a sentence, where it has no such row
 */
export function benched(results: string): Figures['requests'] {
  const lines = results.split('\n').filter((line) => line.startsWith('|'))
  const cells = (line: string) => line.split('|').map((cell) => cell.trim())
  const head = cells(lines.find((line) => line.includes('janus: database')) ?? '')
  const read = (title: string, column: string) => {
    const found = lines.map(cells).find((row) => row[1] === title && row.length === head.length)
    const value = Number(found?.[head.indexOf(column)])
    if (!(value > 0))
      throw new Error(`bench/RESULTS.md has no figure "${column}" of "${title}": npm run bench writes it.`)
    return value
  }
  return Object.fromEntries(
    Object.entries(rowsOfResults).map(([name, title]) => [
      name,
      { server: read(title, 'janus: server'), database: read(title, 'janus: database') },
    ]),
  ) as Figures['requests']
}

/** The first table of a page of Markdown; null where there is no page or no table. */
export function firstTable(file: URL): string | null {
  if (!existsSync(file)) return null
  return /(^\|.*\n)+/m.exec(readFileSync(file, 'utf8'))?.[0].trim() ?? null
}
