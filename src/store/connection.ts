import pg from 'pg'
import type { ConnectionSettings } from './sql/pool.ts'

/**
 * Where the database is: a URL, or the parts of an address (`host` may be the folder of a Unix
 * socket).
 */
export type Connection =
  | string
  | {
      readonly host: string
      readonly port: number
      readonly user: string
      readonly database: string
      readonly password?: string
    }

/**
 * How each connection of the pool is made. Opens one to find out whether this server can serve us,
 * and throws an Error that says what to do if it cannot.
 */
export async function negotiate(
  connection: Connection,
  statementTimeoutMs: number,
  warn: (line: string) => void,
): Promise<ConnectionSettings> {
  const plain = address(connection)
  const bounded = {
    ...plain,
    statement_timeout: statementTimeoutMs,
    lock_timeout: 2000,
    idle_in_transaction_session_timeout: 15_000,
    options: `${plain.options ?? ''} ${sessionOptions}`,
  }
  try {
    await examine(bounded)
    return { ...bounded, ownSession: true }
  } catch (error) {
    // PgBouncer refuses parameters that it does not track; a `set` on its connections would meet
    // other clients.
    if (!(error instanceof Error && error.message.includes('unsupported startup parameter'))) throw error
    await examine(plain)
    warn(
      `the connection pooler refuses timeouts (${error.message}); set statement_timeout, lock_timeout and ` +
        'idle_in_transaction_session_timeout with ALTER ROLE … SET for the role that this service logs in with',
    )
    return { ...plain, ownSession: false }
  }
}

/**
 * A batch is a transaction whose statements each see what was committed before them, whatever the
 * database's default is. Workers for one query would take the processors from everybody else's, and
 * compiling costs more than any query of ours.
 */
const sessionOptions =
  '-c default_transaction_isolation=read\\ committed -c max_parallel_workers_per_gather=0 -c jit=off'

/** A database that cannot serve us; the message says what to do. */
export class DatabaseError extends Error {}

/** Throws DatabaseError unless the server is a Postgres that this service can run on. */
export function checkServer(server: { version: number; versionName: string; encoding: string }): void {
  if (server.version < 150_000) {
    throw new DatabaseError(
      `The database server is PostgreSQL ${server.versionName}; version 15 or newer is needed. ` +
        'Upgrade it, or point DATABASE_URL to another server.',
    )
  }
  if (server.encoding !== 'UTF8') {
    throw new DatabaseError(
      `The database is encoded in ${server.encoding}; names of every script need UTF8. ` +
        "Make one with: create database janus template template0 encoding 'UTF8'",
    )
  }
}

function address(connection: Connection): pg.ClientConfig {
  return {
    // `pg` would take PGSSLMODE of the environment for a Unix socket too.
    ...(typeof connection === 'string' ? fromUrl(connection) : { ssl: false, ...connection }),
    application_name: 'janus',
    connectionTimeoutMillis: 3000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  }
}

/** `options` of the URL are kept apart, since `pg` would let them replace ours. */
function fromUrl(connection: string): pg.ClientConfig {
  const own = /(?<=[?&])options=([^&]*)&?/.exec(connection)
  const options = own && new URLSearchParams(own[0]).get('options')
  return { connectionString: own ? connection.replace(own[0], '') : connection, ...(options && { options }) }
}

async function examine(settings: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(settings)
  // A connection that breaks while idle would otherwise end the process; the next query fails.
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query(
      `select current_setting('server_version_num')::int as version, current_setting('server_version') as "versionName",
              current_setting('server_encoding') as encoding`,
    )
    checkServer(rows[0])
  } finally {
    await client.end().catch(() => {})
  }
}
