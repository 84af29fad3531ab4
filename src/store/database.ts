import type { Knex } from 'knex'
import createKnex from 'knex'
import type { Store } from '../domain/store.ts'
import { type Connection, negotiate } from './connection.ts'
import { migrate } from './migrations.ts'
import { createStore } from './store.ts'

export interface DatabaseOptions {
  readonly connection: Connection
  /** Connections at most; all instances together must leave the server some. */
  readonly poolMax?: number
  readonly statementTimeoutMs?: number
  readonly log: { warn(line: string): void }
}

export interface Database {
  readonly knex: Knex
  readonly store: Store
  /** Throws unless the database answers. */
  ready(): Promise<void>
  /** Brings the schema up to date; `progress` is told the name of each migration before it runs. */
  migrate(progress?: (migration: string) => void): Promise<void>
  /** Waits for queries at work, then ends every connection. */
  close(): Promise<void>
}

/** Connects on first use, and again after an outage; a server that cannot serve us makes the first use fail with an Error that says so. */
export function openDatabase({ connection, poolMax = 10, statementTimeoutMs = 5000, log }: DatabaseOptions): Database {
  const knex = createKnex({
    client: 'pg',
    connection: once(() =>
      negotiate(connection, { statementTimeoutMs }, log.warn.bind(log)),
    ) as () => Promise<Knex.PgConnectionConfig>,
    pool: { min: 0, max: poolMax },
    acquireConnectionTimeout: 4000,
    // Messages of failures would otherwise repeat every value of the query, password hashes included.
    compileSqlOnError: false,
    log: quietLog(log.warn.bind(log)),
  })
  return {
    knex,
    store: createStore(knex),
    ready: async () => {
      await knex.raw('select 1')
    },
    migrate: (progress) => migrate(knex, progress),
    close: () => knex.destroy(),
  }
}

/** Remembers the first success; concurrent callers share one attempt. */
function once<T>(attempt: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= attempt().catch((error) => {
      result = undefined
      throw error
    })
    return result
  }
}

/** Knex tells every failure with its stack, hundreds of lines a second while the database is away: one line, now and then. */
export function quietLog(warn: (line: string) => void, now: () => number = Date.now, intervalMs = 10_000) {
  let silentUntil = Number.NEGATIVE_INFINITY
  let suppressed = 0
  const tell = (message: unknown) => {
    if (now() < silentUntil) {
      suppressed++
      return
    }
    const line = String(message).split('\n', 1)[0]?.slice(0, 300)
    warn(suppressed > 0 ? `${line} (${suppressed} more were not shown)` : `${line}`)
    silentUntil = now() + intervalMs
    suppressed = 0
  }
  return { debug: (_message: unknown) => {}, warn: tell, error: tell, deprecate: tell }
}
