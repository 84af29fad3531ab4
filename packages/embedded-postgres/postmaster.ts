import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Account } from './account.ts'
import type { Binaries } from './binaries.ts'
import { type Child, start } from './child.ts'
import type { Cluster } from './cluster.ts'
import { codeOf } from './failure.ts'
import type { Owner } from './owner.ts'

/** For `pg`: host is the folder of the socket. */
export interface Connection {
  host: string
  port: number
  user: string
  database: string
}

/** Everything that a start of the server takes. */
export interface Server {
  readonly owner: Owner
  readonly account: Account
  readonly binaries: Binaries
  readonly cluster: Cluster
  readonly connection: Connection
  readonly maxConnections: number
  /** The settings that say who may connect. */
  readonly access: Readonly<Record<string, string>>
  readonly progress: (line: string) => void
}

/** Starts the server; it is not ready yet. */
export function startPostmaster({ account, binaries, cluster, maxConnections, access, progress }: Server): Child {
  const settings = {
    ...access,
    cluster_name: cluster.name,
    // No network. The folder of the cluster (0700) is the door; relative, as the server works in it
    // and its path may be long.
    listen_addresses: '',
    unix_socket_directories: '.',
    unix_socket_permissions: '0700',
    max_connections: maxConnections,
    shared_buffers: '64MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    // To us, who keep the last lines: no file that fills the disk. Not the failures of statements,
    // which may hold secrets.
    log_destination: 'stderr',
    logging_collector: 'off',
    log_line_prefix: '',
    log_min_messages: 'log',
    log_checkpoints: 'off',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return start([binaries.postgres, '-D', cluster.seenAs, ...flags], cluster.folder, account, (line) => {
    if (/automatic recovery in progress/.test(line)) progress('recovering after an unclean stop')
  })
}

/**
 * Waits until the server serves; false when it ends instead. Without a limit: a recovery takes as
 * long as it takes.
 */
export async function becomesReady(postmaster: Child, { connection, progress }: Server): Promise<boolean> {
  for (let told = performance.now(); postmaster.running; await delay(10, undefined, { ref: false })) {
    try {
      await visit(connection)
      return true
    } catch (error) {
      if (codeOf(error) === '3D000') await createDatabase(connection)
      else if (!isPassing(error)) throw error
    }
    if (performance.now() - told > 5000) {
      told = performance.now()
      progress(`still waiting for PostgreSQL: ${postmaster.lines.at(-1) ?? 'it says nothing'}`)
    }
  }
  return false
}

/** Fast shutdown, then an immediate one: at most 1.9 s in all. */
export async function stopPostmaster(postmaster: Child): Promise<void> {
  for (const [signal, ms] of [
    ['SIGINT', 1500],
    ['SIGQUIT', 400],
  ] as const) {
    if (!postmaster.running) return
    postmaster.kill(signal)
    await postmaster.endsWithin(ms)
  }
}

/**
 * No socket yet, or "the database system is starting up", or a server that dies at this moment. All
 * else would wait for ever.
 */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error)
  if (code !== undefined) return /^(57P0\d|53300|ENOENT|ECONNREFUSED|ECONNRESET|EPIPE|EAGAIN)$/.test(code)
  return error instanceof Error && /^(Connection terminated|Connection ended|timeout expired)/.test(error.message)
}

async function createDatabase(connection: Connection): Promise<void> {
  await visit({ ...connection, database: 'postgres' }, `create database "${connection.database}"`)
}

/** Connects, to see whether that can be, and asks the statement, if there is one. */
export async function visit(connection: Connection, statement?: string): Promise<void> {
  // PGSSLMODE is meant for another server.
  const client = new pg.Client({ ...connection, ssl: false, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
    if (statement) await client.query(statement)
  } finally {
    await client.end().catch(() => {})
  }
}
