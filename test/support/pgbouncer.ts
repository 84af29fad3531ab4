import { existsSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { chooseAccount } from '../../packages/embedded-postgres/account.ts'
import { start } from '../../packages/embedded-postgres/child.ts'
import type { Connection } from '../../src/store/connection.ts'
import { freePort } from '../process/janus.ts'
import { startFront } from './front.ts'

/** Where Debian's pgbouncer is. */
const program = '/usr/sbin/pgbouncer'

export interface Pgbouncer {
  /** The database of `upstream`, through the pooler. */
  readonly connection: Connection
  /** Everything that it has said. */
  log(): string
  /** Ends it at once, with every connection of either side. */
  stop(): Promise<void>
  /** After `stop`, at the same port. */
  start(): Promise<void>
  /** `stop`, and its folder is gone. */
  close(): Promise<void>
}

/**
 * A real PgBouncer before a database: in transaction mode, three sessions for all clients, and every
 * start-up parameter of ours let in that it would pass over. It lets in whoever comes and is the role
 * of `upstream` at the server.
 *
 * @param ini settings of the section `[pgbouncer]` over those
 * @throws Error when it is not installed
 */
export async function startPgbouncer({
  upstream,
  ini = {},
}: {
  upstream: Connection
  ini?: Readonly<Record<string, string | number>>
}): Promise<Pgbouncer> {
  if (!existsSync(program))
    throw new Error(`${program} is missing: these tests need PgBouncer (Debian: apt-get install pgbouncer)`)
  const given = new pg.Client(typeof upstream === 'string' ? { connectionString: upstream } : upstream)
  // The socket of the embedded server lies where nobody but its own user enters.
  const front = given.host.startsWith('/') ? await startFront(upstream) : undefined
  const { host, port, user = '', database = '', password } = front?.connection ?? given
  const folder = await mkdtemp(join(tmpdir(), 'janus-pgbouncer-'))
  // It refuses to run as root, as PostgreSQL does.
  const account = await chooseAccount(folder)
  const own = await freePort()
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: own,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    default_pool_size: 3,
    max_client_conn: 200,
    ignore_startup_parameters,
    ...ini,
  }
  const parts = { host, port, user, ...(password && { password }) }
  const target = Object.entries(parts).map(([name, value]) => `${name}='${String(value).replaceAll("'", "''")}'`)
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  const file = join(folder, 'pgbouncer.ini')
  await writeFile(file, `[databases]\n* = ${target.join(' ')}\n[pgbouncer]\n${lines.join('\n')}\n`, { mode: 0o600 })
  if (account.uid !== undefined)
    for (const path of [folder, file]) await chown(path, account.uid, account.gid as number)

  const connection = { host: '127.0.0.1', port: own, user, database }
  let running: ReturnType<typeof start> | undefined
  let said: string[] = []
  const pgbouncer: Pgbouncer = {
    connection,
    log: () => [...said, ...(running?.lines ?? [])].join('\n'),
    async start() {
      running = start([program, file], folder, account)
      const ended = running.ended.then((how) => {
        throw new Error(`PgBouncer ended (${how}):\n${pgbouncer.log()}`)
      })
      await Promise.race([ended, untilItAnswers(connection)]).catch(async (error) => {
        await pgbouncer.stop()
        throw new Error(`PgBouncer does not answer: ${error.message}\n${pgbouncer.log()}`)
      })
      ended.catch(() => {})
    },
    async stop() {
      running?.kill('SIGTERM')
      await running?.ended
      said = [...said, ...(running?.lines ?? [])]
      running = undefined
    },
    async close() {
      await pgbouncer.stop()
      await front?.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  await pgbouncer.start()
  return pgbouncer
}

/** What README.md tells to put there: of what the service sends at its start, all but `options`. */
export const ignore_startup_parameters = 'statement_timeout, lock_timeout, idle_in_transaction_session_timeout, options'

/** Rejects with why not, after ten seconds. */
async function untilItAnswers(connection: Connection): Promise<void> {
  for (const deadline = Date.now() + 10_000; ; await delay(20)) {
    const client = new pg.Client({ ...(connection as pg.ClientConfig), connectionTimeoutMillis: 2000 })
    client.on('error', () => {})
    const failure = await client.connect().then(
      () => undefined,
      (error: Error) => error,
    )
    await client.end().catch(() => {})
    if (!failure) return
    if (Date.now() > deadline) throw failure
  }
}
