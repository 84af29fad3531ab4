import type { Knex } from 'knex'
import createKnex from 'knex'
import type pg from 'pg'
import { readPostgresUrl } from '../config/postgres-url.ts'
import type { Config } from '../config.ts'
import type { Standbys } from '../domain/reading.ts'
import type { Store } from '../domain/store.ts'
import { createQuiet } from '../process/quiet.ts'
import { type Connection, DatabaseError, type NegotiateOptions, negotiate } from './connection.ts'
import { ledBy } from './explain.ts'
import { keepClient, unlimited } from './knex-clients.ts'
import { migrate, type Waiting } from './migrations.ts'
import { openLook, openPools } from './pools.ts'
import { nameOfServer, once, openReplicas } from './replicas.ts'
import { followServers, type Servers } from './servers.ts'
import { isBroken, onlyReads } from './sql/broken.ts'
import type { Pool } from './sql/pool.ts'
import { type Pools, sharesOf } from './sql/pools.ts'
import { ask, builder } from './sql/statement.ts'
import { createStore } from './store.ts'
import { keepUp, type UpkeepLog } from './upkeep.ts'
import { readFilling, type SearchFilling } from './users/search-filling.ts'
import { differ, identityOf } from './wal-position.ts'
import { watchWriting } from './writing.ts'

export interface DatabaseOptions
  extends Pick<Config, 'dbPoolMax' | 'dbStatementTimeoutMs'>,
    Partial<Pick<Config, 'dbPrepared' | 'databasePasswordFile' | 'databaseReplicaUrls'>> {
  /** Or a URL of several hosts, as DATABASE_URL may be. */
  readonly connection: Connection
  /** Where the tables are made and kept up; `connection` where there is none. */
  readonly migrations?: Connection | undefined
  readonly log: UpkeepLog
}

export interface Database {
  /** For migrations, upkeep, tools and tests; what serves goes by `sql`. */
  readonly knex: Knex
  readonly sql: Pools
  readonly store: Store
  /** What of DATABASE_REPLICA_URLS can be read; undefined where it is not set. */
  readonly standbys: Standbys | undefined
  readonly connections: ReturnType<typeof sharesOf>
  /** What the database cannot do although it answers; throws unless it does. */
  ready(): Promise<readonly 'write'[]>
  /**
   * Brings the schema up to date; `progress` is called with the name of each migration before it
   * runs.
   *
   * @throws what the signal of `waiting` aborts with
   */
  migrate(progress?: (migration: string) => void, waiting?: Waiting): Promise<void>
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
  const { connection, migrations, dbPoolMax, log } = options
  const servers = serversOf(connection, options)
  const owner = migrations === undefined ? servers : serversOf(migrations, options, ledBy('MIGRATION_DATABASE_URL'))
  const shares = sharesOf(dbPoolMax)
  const writing = watchWriting(() => sql)
  const sql = openPools(options, {
    settings: servers.settings,
    ...(servers.verify && { verify: servers.verify }),
    onSlow: servers.look,
    onError(error) {
      writing.note(error)
      if (isBroken(error) || onlyReads(error)) servers.look()
    },
  })
  servers.onMove(sql.reopen)
  if (owner !== servers) servers.onMove(owner.look)
  const connect = (max: number, limit: (settings: pg.ClientConfig) => object, servers = owner) =>
    createKnex({
      client: 'pg',
      connection: async () => {
        const settings = await servers.settings()
        return {
          ...(limit(settings) as Knex.PgConnectionConfig),
          expirationChecker: () => !servers.areCurrent(settings),
        }
      },
      pool: {
        min: 0,
        max,
        afterCreate: keepClient(servers),
      },
      acquireConnectionTimeout: 4000,
      // Messages of failures would otherwise repeat every value of the query, password hashes
      // included.
      compileSqlOnError: false,
      log: quietLog(log.warn.bind(log)),
    })
  const knex = connect(shares.upkeep, (own) => own, servers)
  const filling: SearchFilling = { done: false }
  const replicas = options.databaseReplicaUrls ?? []
  const standbys =
    replicas.length === 0
      ? undefined
      : openReplicas({
          ...options,
          urls: replicas,
          servers,
          names: readHosts(connection).urls.map(nameOfServer),
          negotiation: limitsOf(options),
          filling,
        })
  return {
    knex,
    sql,
    store: createStore(sql, filling),
    standbys,
    connections: shares,
    ready: async () => {
      await sql.run(ask(builder.raw('select 1'), () => undefined))
      return (await writing.canWrite()) ? [] : ['write']
    },
    async migrate(progress, waiting) {
      // Building an index on a big table takes as long as it takes.
      const patient = connect(1, unlimited)
      try {
        if (owner !== servers) await expectSame(sql, openLook(options, owner, options.dbStatementTimeoutMs))
        await migrate(patient, progress, waiting)
        await readFilling(patient, filling)
      } finally {
        await patient.destroy()
      }
    },
    async keepUp(signal, log, quietMs) {
      const patient = connect(shares.upkeep, unlimited)
      const warn = (line: string) => {
        owner.look()
        log.warn(line)
      }
      await keepUp({ patient, filling, signal, log: { info: log.info.bind(log), warn }, quietMs }).finally(() =>
        patient.destroy(),
      )
    },
    async close() {
      servers.close()
      owner.close()
      await Promise.all([sql.close(), knex.destroy(), standbys?.close()])
    },
  }
}

/** Otherwise tables would be made, and kept up, where nobody reads them. */
async function expectSame(serving: Pools, owner: Pool): Promise<void> {
  const [one, other] = await Promise.all([identityOf(serving), identityOf(owner)]).finally(owner.close)
  if (differ(one, other))
    throw new DatabaseError(
      'MIGRATION_DATABASE_URL leads to another database than DATABASE_URL. Let both name the same one: the roles and ' +
        'the ways to it may differ.',
    )
}

/** A Connection, or a URL of several hosts, each by itself. */
function readHosts(connection: Connection): { urls: readonly Connection[]; target?: string | undefined } {
  const read = typeof connection === 'string' ? readPostgresUrl(connection) : undefined
  return typeof read === 'object' ? read : { urls: [connection] }
}

function serversOf(connection: Connection, options: DatabaseOptions, onFailure = ledBy('DATABASE_URL')): Servers {
  const { urls, target } = readHosts(connection)
  return followServers({
    servers: urls.map((url) => once(() => negotiate(url, limitsOf(options)).catch(onFailure))),
    asks: urls.length > 1 || /^(read-write|primary)$/.test(target ?? ''),
    log: options.log.warn.bind(options.log),
  })
}

const limitsOf = ({ dbStatementTimeoutMs, databasePasswordFile, log }: DatabaseOptions): NegotiateOptions => ({
  statementTimeoutMs: dbStatementTimeoutMs,
  passwordFile: databasePasswordFile,
  warn: log.warn.bind(log),
})

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
