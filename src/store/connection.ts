import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { parseIntoClientConfig } from 'pg-connection-string'
import type { ConnectionSettings } from './sql/connections.ts'

/**
 * Where a server is: a URL of one host, or the parts of an address (`host` may be the folder of a
 * Unix socket).
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

export interface NegotiateOptions {
  /** Milliseconds. */
  readonly statementTimeoutMs: number
  /** A file that holds the password where the URL has none, read at each connect: it may change. */
  readonly passwordFile?: string | undefined
  readonly warn: (line: string) => void
}

/**
 * How each connection to a server is made. Opens one to find out whether the server can serve us,
 * and throws an Error that says what to do if it cannot.
 */
export async function negotiate(
  connection: Connection,
  { statementTimeoutMs, passwordFile, warn }: NegotiateOptions,
): Promise<ConnectionSettings> {
  const plain = address(connection, passwordFile)
  const bounded = {
    ...plain,
    statement_timeout: statementTimeoutMs,
    lock_timeout: 2000,
    idle_in_transaction_session_timeout: 15_000,
    options: `${plain.options ?? ''} ${sessionOptions}`,
  }
  const why = await ownSessionRefused(bounded)
  if (why === undefined) return { ...bounded, ownSession: true }
  // A `set` on its connections would meet other clients.
  const { limited, role } = await examine(plain)
  const { lock_timeout, idle_in_transaction_session_timeout } = bounded
  const limits = { statement_timeout: statementTimeoutMs, lock_timeout, idle_in_transaction_session_timeout }
  if (!limited)
    warn(
      `the connection pooler does not take the limits of time (${why}). Run as its role or a superuser: ` +
        Object.entries(limits)
          .map(([name, ms]) => `alter role ${role} set ${name} = ${ms}`)
          .join('; '),
    )
  return { ...plain, ownSession: false }
}

/**
 * Whether sessions are not set up as we ask: PgBouncer refuses parameters that it does not track, or
 * passes over them where it was told to (`ignore_startup_parameters`). What a role is given by
 * `alter role` looks alike, hence a mark that nobody else makes.
 *
 * @returns why; undefined where they are
 */
async function ownSessionRefused(settings: pg.ClientConfig): Promise<string | undefined> {
  const made = randomBytes(8).toString('hex')
  try {
    const { mark } = await examine({ ...settings, options: `${settings.options} -c janus.mark=${made}` })
    return mark === made ? undefined : 'it passes over start-up parameters'
  } catch (error) {
    if (error instanceof Error && refusal.test(error.message)) return error.message
    throw error
  }
}

/** Of PgBouncer, and of the proxy of Amazon RDS. */
const refusal = /unsupported startup parameter|support command-line options/

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

/** As a login that fails: the file may be there again a moment later. */
class PasswordFileError extends Error {
  readonly code = '28000'
}

function address(connection: Connection, passwordFile: string | undefined): pg.ClientConfig {
  // `pg` would take PGSSLMODE of the environment for a Unix socket too.
  const named = typeof connection === 'string' ? parseIntoClientConfig(connection) : { ssl: false, ...connection }
  return {
    ...named,
    ...(passwordFile !== undefined && !named.password && { password: () => readPassword(passwordFile) }),
    application_name: 'janus',
    connectionTimeoutMillis: 3000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  }
}

// In one go: not by libuv's pool, where a password hash may be before it.
function readPassword(path: string): string {
  const password = read(path).replace(/\r?\n$/, '')
  if (password === '') throw new PasswordFileError('the file of DATABASE_PASSWORD_FILE is empty')
  return password
}

function read(path: string): string {
  try {
    return new TextDecoder().decode(readFileSync(path))
  } catch (error) {
    throw new PasswordFileError(`the file of DATABASE_PASSWORD_FILE cannot be read: ${(error as Error).message}`)
  }
}

/** Opens a connection for a moment. */
export async function withClient<T>(settings: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(settings)
  // A connection that breaks while idle would otherwise end the process; the next query fails.
  client.on('error', () => {})
  try {
    await client.connect()
    return await work(client)
  } finally {
    void client.end().catch(() => {})
  }
}

/**
 * What a session has: the mark of `ownSessionRefused`, whether every limit of time is set, and its
 * role as SQL has it.
 */
async function examine(settings: pg.ClientConfig): Promise<{ mark: string | null; limited: boolean; role: string }> {
  return withClient(settings, async (client) => {
    // A machine that goes silent just now would be waited for until TCP gives up.
    const limit = { query_timeout: 3000 }
    const { rows } = await client.query({
      ...limit,
      text: `select current_setting('server_version_num')::int as version, current_setting('server_version') as "versionName",
              current_setting('server_encoding') as encoding, current_setting('janus.mark', true) as mark,
              quote_ident(current_user) as role,
              '0' not in (current_setting('statement_timeout'), current_setting('lock_timeout'),
                current_setting('idle_in_transaction_session_timeout')) as limited`,
    })
    checkServer(rows[0])
    return rows[0]
  })
}
