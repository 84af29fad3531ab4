import type { Knex } from 'knex'
import createKnex from 'knex'
import type pg from 'pg'
import type { Config } from '../config.ts'
import type { Store } from '../domain/store.ts'
import { createQuiet } from '../process/quiet.ts'
import { type Connection, negotiate } from './connection.ts'
import { migrate } from './migrations.ts'
import { type ConnectionSettings, openPool } from './sql/pool.ts'
import { joinPools, type Pools, sharesOf } from './sql/pools.ts'
import { ask, builder } from './sql/statement.ts'
import { createStore } from './store.ts'
import { keepUp, type UpkeepLog } from './upkeep.ts'
import { readFilling, type SearchFilling } from './users/search-filling.ts'
import { watchWriting } from './writing.ts'

export interface DatabaseOptions
  extends Pick<Config, 'dbPoolMax' | 'dbStatementTimeoutMs'>,
    Partial<Pick<Config, 'dbPrepared'>> {
  readonly connection: Connection
  /** Where the tables are made and kept up; `connection` where there is none. */
  readonly migrations?: Connection | undefined
  readonly log: { warn(line: string): void }
}

export interface Database {
  /** For migrations, upkeep, tools and tests; what serves goes by `sql`. */
  readonly knex: Knex
  readonly sql: Pools
  readonly store: Store
  readonly connections: ReturnType<typeof sharesOf>
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
export function openDatabase(options: DatabaseOptions): Database {
  const { connection, migrations, dbPoolMax, dbStatementTimeoutMs, dbPrepared = true, log } = options
  const settingsOf = (target: Connection) => once(() => negotiate(target, dbStatementTimeoutMs, log.warn.bind(log)))
  const settings = settingsOf(connection)
  const ownerSettings = migrations === undefined ? settings : settingsOf(migrations)
  const shares = sharesOf(dbPoolMax)
  const writing = watchWriting(() => sql)
  const open = (max: number, mode: PlanMode, timeoutMs: number) =>
    openPool({
      max,
      // The server's own limit comes first, unless the server is silent.
      answerTimeoutMs: timeoutMs + 2000,
      prepared: dbPrepared,
      onError: writing.note,
      settings: async () => planned(mode, bound(await settings(), timeoutMs)),
    })
  const sql = joinPools(
    open(shares.serving, 'force_generic_plan', dbStatementTimeoutMs),
    shares.heavy > 0
      ? open(shares.heavy, 'force_custom_plan', Math.min(dbStatementTimeoutMs, heavyTimeoutMs))
      : undefined,
  )
  const connect = (max: number, limit: (settings: pg.ClientConfig) => object, settings = ownerSettings) =>
    createKnex({
      client: 'pg',
      connection: async () => limit(await settings()) as Knex.PgConnectionConfig,
      pool: { min: 0, max },
      acquireConnectionTimeout: 4000,
      // Messages of failures would otherwise repeat every value of the query, password hashes
      // included.
      compileSqlOnError: false,
      log: quietLog(log.warn.bind(log)),
    })
  const knex = connect(shares.upkeep, (own) => own, settings)
  const filling: SearchFilling = { done: false }
  return {
    knex,
    sql,
    store: createStore(sql, filling),
    connections: shares,
    ready: async () => {
      await sql.run(ask(builder.raw('select 1'), () => undefined))
      return (await writing.canWrite()) ? [] : ['write']
    },
    async migrate(progress) {
      // Building an index on a big table takes as long as it takes.
      const patient = connect(1, unlimited)
      await migrate(patient, progress)
        .then(() => readFilling(patient, filling))
        .finally(() => patient.destroy())
    },
    async keepUp(signal, log, quietMs) {
      const patient = connect(shares.upkeep, unlimited)
      await keepUp({ patient, filling, signal, log, quietMs }).finally(() => patient.destroy())
    },
    close: async () => void (await Promise.all([sql.close(), knex.destroy()])),
  }
}

/**
 * How long a search or a deep page may take, in milliseconds: many times what any should, so that
 * what goes wrong ends soon.
 */
const heavyTimeoutMs = 3000

function bound(settings: ConnectionSettings, statementTimeoutMs: number): ConnectionSettings {
  return 'statement_timeout' in settings ? { ...settings, statement_timeout: statementTimeoutMs } : settings
}

type PlanMode = 'force_generic_plan' | 'force_custom_plan'

/**
 * How the plan of a prepared statement is made. What serves has one for all values: a plan for a
 * role that most users have would go by an index of everybody, and pass over all who lack it. What
 * is rare in one search is common in the next: a plan for both is bad for one.
 */
const planned = (mode: PlanMode, settings: ConnectionSettings): ConnectionSettings =>
  settings.options ? { ...settings, options: `${settings.options} -c plan_cache_mode=${mode}` } : settings

/**
 * Takes back the limits of time that the connections have, unless a pooler has refused them: zero
 * is none, and only text is sent.
 */
function unlimited(settings: pg.ClientConfig): object {
  if (!('statement_timeout' in settings)) return settings
  return { ...settings, statement_timeout: '0', lock_timeout: '0', idle_in_transaction_session_timeout: '0' }
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
