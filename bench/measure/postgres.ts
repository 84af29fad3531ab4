import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { processorTimes } from './processor-time.ts'

/** The server that everybody is measured on. */
export interface Postgres {
  /** As DATABASE_URL has it. */
  urlOf(database: string): string
  query<Row extends pg.QueryResultRow>(database: string, sql: string, values?: unknown[]): Promise<Row[]>
  /** Makes a database that goes with `stop`. */
  create(name: string): Promise<string>
  /** Processor time of those who serve clients, by process; empty where the server is elsewhere. */
  backendTimes(): Promise<Map<number, number>>
  readonly version: string
  stop(): Promise<void>
}

/** That of the URL, or an embedded one in a folder that is thrown away. */
export async function openPostgres(given: string | undefined, progress: (line: string) => void): Promise<Postgres> {
  const { url, close } = given ? { url: given, close: async () => {} } : await startOwn(progress)
  const made: string[] = []
  const clients = new Map<string, pg.Client>()
  const urlOf = (database: string) => {
    const other = new URL(url)
    other.pathname = `/${database}`
    return other.href
  }
  const own = new URL(url).pathname.slice(1)

  async function clientOf(database: string): Promise<pg.Client> {
    const known = clients.get(database)
    if (known) return known
    const client = new pg.Client({ connectionString: urlOf(database), application_name: 'bench' })
    client.on('error', () => {})
    clients.set(database, client)
    await client.connect()
    return client
  }

  const query: Postgres['query'] = async (database, sql, values = []) =>
    (await (await clientOf(database)).query(sql, values)).rows

  const [server] = await query<{ version: string }>(own, "select current_setting('server_version') as version")
  return {
    urlOf,
    query,
    version: server?.version ?? '',
    async create(name) {
      await query(own, `drop database if exists ${name} with (force)`)
      await query(own, `create database ${name} template template0`)
      made.push(name)
      return urlOf(name)
    },
    async backendTimes() {
      const rows = await query<{ pid: number }>(
        own,
        "select pid from pg_stat_activity where backend_type = 'client backend' and application_name <> 'bench'",
      )
      return processorTimes(rows.map(({ pid }) => pid))
    },
    async stop() {
      for (const [name, client] of clients) if (name !== own) await client.end().catch(() => {})
      if (given) for (const name of made) await query(own, `drop database if exists ${name} with (force)`)
      await clients.get(own)?.end()
      await close()
    },
  }
}

async function startOwn(progress: (line: string) => void) {
  const { startEmbedded } = await import('@janus/embedded-postgres')
  const folder = await mkdtemp(join(tmpdir(), 'janus-bench-'))
  const server = await startEmbedded({ dataDir: folder, progress, maxConnections: 100 })
  const { host, port, user, database } = server.connection as {
    host: string
    port: number
    user: string
    database: string
  }
  const url = new URL(`postgres://${user}@localhost:${port}/${database}`)
  url.searchParams.set('host', host)
  const close = async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return { url: url.href, close }
}
