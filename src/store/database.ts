import type { Socket } from 'node:net'
import type { Knex } from 'knex'
import createKnex from 'knex'
import type pg from 'pg'
import type { Config } from '../config.ts'
import type { Store } from '../domain/store.ts'
import { createQuiet } from '../process/quiet.ts'
import { type Connection, negotiate } from './connection.ts'
import { migrate } from './migrations.ts'
import { createStore } from './store.ts'
import { keepUp, type UpkeepLog } from './upkeep.ts'
import { watchWriting } from './writing.ts'

export interface DatabaseOptions extends Pick<Config, 'dbPoolMax' | 'dbStatementTimeoutMs'> {
  readonly connection: Connection
  readonly log: { warn(line: string): void }
}

export interface Database {
  readonly knex: Knex
  readonly store: Store
  /** What the database cannot do although it answers; throws unless it does. */
  ready(): Promise<readonly 'write'[]>
  /**
   * Brings the schema up to date; `progress` is called with the name of each migration before it
   * runs.
   */
  migrate(progress?: (migration: string) => void): Promise<void>
  /**
   * Keeps right what no request touches, until `signal` aborts (see `upkeep.ts`). Never rejects.
   */
  keepUp(signal: AbortSignal, log: UpkeepLog, quietMs?: number): Promise<void>
  /** Waits for queries at work, then ends every connection. */
  close(): Promise<void>
}

/**
 * Connects on first use, and again after an outage; a server that cannot serve us makes the first
 * use fail with an Error that says so.
 */
export function openDatabase({ connection, dbPoolMax, dbStatementTimeoutMs, log }: DatabaseOptions): Database {
  const settings = once(() => negotiate(connection, dbStatementTimeoutMs, log.warn.bind(log)))
  const connect = (max: number, limit: (settings: pg.ClientConfig) => object) =>
    createKnex({
      client: 'pg',
      connection: async () => limit(await settings()) as Knex.PgConnectionConfig,
      pool: { min: 0, max, afterCreate: giveUpOnSilence },
      acquireConnectionTimeout: 4000,
      // Messages of failures would otherwise repeat every value of the query, password hashes
      // included.
      compileSqlOnError: false,
      log: quietLog(log.warn.bind(log)),
    })
  // The server's own limit comes first, unless the server is silent: a network that swallows
  // everything must not hold a request for ever.
  const knex = connect(dbPoolMax, (settings) => ({ ...settings, query_timeout: dbStatementTimeoutMs + 2000 }))
  const canWrite = watchWriting(knex)
  const filling = { done: false }
  return {
    knex,
    store: createStore(knex, filling),
    ready: async () => {
      await knex.raw('select 1')
      return (await canWrite()) ? [] : ['write']
    },
    async migrate(progress) {
      // Building an index on a big table takes as long as it takes.
      const patient = connect(1, unlimited)
      await migrate(patient, progress).finally(() => patient.destroy())
    },
    async keepUp(signal, log, quietMs) {
      const patient = connect(2, unlimited)
      await keepUp({ patient, knex, filling, signal, log, quietMs }).finally(() => patient.destroy())
    },
    close: () => knex.destroy(),
  }
}

/**
 * Takes back the limits of time that the connections have, unless a pooler has refused them: zero
 * is none, and only text is sent.
 */
function unlimited(settings: pg.ClientConfig): object {
  if (!('statement_timeout' in settings)) return settings
  return { ...settings, statement_timeout: '0', lock_timeout: '0', idle_in_transaction_session_timeout: '0' }
}

/**
 * A connection whose server did not answer in time is no connection any more: in the pool it would
 * keep its next user waiting as well.
 */
function giveUpOnSilence(connection: pg.Client, done: (error: unknown, connection: pg.Client) => void): void {
  const query = connection.query.bind(connection) as (config: unknown, callback: QueryCallback) => unknown
  const watched = (config: unknown, callback: QueryCallback) =>
    query(config, (error, result) => {
      if (error?.message === 'Query read timeout')
        (connection as unknown as { connection: { stream: Socket } }).connection.stream.destroy(error)
      callback(error, result)
    })
  done(undefined, Object.assign(connection, { query: watched }))
}

type QueryCallback = (error: Error | null, result: unknown) => void

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

/**
 * Knex logs every failure with its stack, hundreds of lines a second while the database is away:
 * one line, now and then.
 */
export function quietLog(warn: (line: string) => void, now = () => performance.now(), intervalMs = 10_000) {
  const quiet = createQuiet(intervalMs, now)
  const warnSometimes = (message: unknown) => {
    const hidden = quiet()
    if (hidden === undefined) return
    const line = String(message).split('\n', 1)[0]?.slice(0, 300)
    warn(hidden > 0 ? `${line} (${hidden} more were not shown)` : `${line}`)
  }
  return { debug: (_message: unknown) => {}, warn: warnSometimes, error: warnSometimes, deprecate: warnSometimes }
}
