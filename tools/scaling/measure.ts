import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { openPostgres, type Postgres } from '../../bench/measure/postgres.ts'
import { processorTimes, spent } from '../../bench/measure/processor-time.ts'
import { machine, occasion } from '../../bench/report/results.ts'
import { loadUsers } from '../../bench/seed/load-users.ts'
import { processEnvironment, readConfig } from '../../src/config.ts'
import { createPasswords } from '../../src/domain/passwords/password.ts'
import { plainWalk } from '../../src/domain/users/positions.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { benched, type Figures, firstTable, type TableSize } from './figures.ts'
import { fillBesideUsers, fillEvents, type Run, sizes, takeTemplates } from './fill.ts'
import { readSchema } from './schema.ts'
import { cheapCost, measureWork, openDomain } from './work.ts'

const root = new URL('../../', import.meta.url)
const databaseName = 'janus_scaling'
/** Events of one turn: what waits is a heap without an index, and never long. */
const eventsOfTurn = 20_000
/** Of the service's default. */
const hashCost = 12

/**
 * Loads users twice, up to `count`, with what stands beside them, into a database of its own: on the
 * server of DATABASE_URL, as a superuser, or on an embedded one in a folder that is thrown away.
 *
 * @param command as it was called, for the record
 * @throws Error a sentence, and what `signal` aborts with
 */
export async function measure(
  count: number,
  command: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Figures> {
  if (process.platform !== 'linux')
    throw new Error('Processor time and memory are read from /proc: measuring needs Linux. --write does without.')
  const tell = (line: string) => {
    signal.throwIfAborted()
    say(line)
  }
  const config = readConfig(processEnvironment(tell))
  const requests = benched(readFileSync(new URL('bench/RESULTS.md', root), 'utf8'))
  const hashMs = await measureHash()
  await using opened = new AsyncDisposableStack()
  const postgres = await openPostgres(config.databaseUrl, say)
  opened.defer(() => postgres.stop())
  const databaseUrl = await postgres.create(databaseName)
  const run: Run = (sql, values) => postgres.query(databaseName, sql, values)
  const load = (users: number) => {
    tell(`loading ${users} users`)
    return loadUsers({ databaseUrl, count: users, cost: cheapCost, signal })
  }
  const half = Math.ceil(count / 2)
  await load(half)
  const settings = { connection: databaseUrl, dbPoolMax: config.dbPoolMax, dbStatementTimeoutMs: 60_000 }
  const database = openDatabase({ ...settings, log: { info: () => {}, warn: () => {} } })
  opened.defer(() => database.close())
  const domain = await openDomain(database, config)
  tell('logins, refreshes, failures, changes and new users, by the domain')
  const work = await measureWork(domain, postgres, run)
  await takeTemplates(run)
  const sealing = { seconds: 0, wal: 0, events: 0 }

  /** Fills in what stands beside the users, and reads the sizes of all. */
  async function look(users: number): Promise<Looked[]> {
    tell('sessions, refresh tokens and networks, by copies')
    await fillBesideUsers(run)
    for (let done = 0; done < users; done += eventsOfTurn) {
      await fillEvents(run, Math.min(eventsOfTurn, users - done))
      const [before, times, own] = [await walPosition(run), await postgres.backendTimes(), process.cpuUsage()]
      await domain.sealer.seal()
      const { user, system } = process.cpuUsage(own)
      sealing.seconds += (user + system + spent(times, await postgres.backendTimes())) / 1e6
      sealing.wal += (await walPosition(run)) - before
      sealing.events += Math.min(eventsOfTurn, users - done)
      await run('vacuum audit_unsealed')
      tell(`${done + Math.min(eventsOfTurn, users - done)} of ${users} events sealed`)
    }
    await run('vacuum (analyze)')
    return run<Looked>(sizes)
  }

  const first = await look(half)
  const copyRowsPerSecond = Math.round(await load(count - half))
  const second = await look(count - half)
  tell('connections and indexes')
  return {
    at: new Date().toISOString().slice(0, 16),
    command: occasion(command),
    machine: machine(),
    loadAverage: Number(loadavg()[2]?.toFixed(1)),
    postgres: postgres.version,
    users: [half, count],
    tables: grown(first, second),
    hashMs,
    connections: { most: config.dbPoolMax, ...(await busyConnections(database, postgres)) },
    work,
    sealing: {
      eventsPerSecond: Math.round(sealing.events / sealing.seconds),
      walPerEvent: Math.round(sealing.wal / sealing.events),
    },
    requests,
    copyRowsPerSecond,
    indexSeconds: await buildIndexes(run),
    failover: firstTable(new URL('docs/figures/failover.md', root)),
    schema: await readSchema(run),
  }
}

/** A row of `sizes`. */
interface Looked {
  readonly owner: string
  readonly name: string
  readonly is_index: boolean
  readonly rows: number
  readonly bytes: number
}

function grown(first: readonly Looked[], second: readonly Looked[]): TableSize[] {
  const bytesOf = ({ name, bytes }: Looked) => {
    const before = first.find((one) => one.name === name)?.bytes ?? 0
    return { name, bytes: [before, bytes] as const }
  }
  return second
    .filter((one) => !one.is_index)
    .map((one) => ({
      ...bytesOf(one),
      rows: [first.find(({ name }) => name === one.name)?.rows ?? 0, one.rows],
      indexes: second.filter(({ owner, is_index }) => is_index && owner === one.name).map(bytesOf),
    }))
}

async function walPosition(run: Run): Promise<number> {
  const [row] = await run<{ at: number }>(`select (pg_current_wal_insert_lsn() - '0/0')::float8 as at`)
  return row?.at ?? 0
}

/** The median of five, of processor time in milliseconds. */
async function measureHash(): Promise<number> {
  const passwords = createPasswords({ cost: hashCost, queue: 1 })
  const times: number[] = []
  for (let n = 0; n < 5; n++) {
    const before = process.cpuUsage()
    await passwords.hash(`a password of many ${n}`)
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
  }
  return Math.round(times.toSorted((one, other) => one - other)[2] ?? 0)
}

/** More than a process has connections for. */
const asked = 32

/** What a process has open when more is asked at once than it has connections for. */
async function busyConnections({ store }: Database, postgres: Postgres): Promise<{ open: number; mb: number }> {
  const ask = (n: number) =>
    n % 4 === 0 ? store.users.count({ search: 'an' }) : store.users.listAfter({ ...plainWalk(), limit: 20 })
  await Promise.all(Array.from({ length: asked }, (_, n) => ask(n)))
  const pids = [...(await postgres.backendTimes()).keys()]
  const kilobytes = pids.map((pid) => {
    const lines = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(/^Private_\w+:\s+(\d+)/gm)
    return [...lines].reduce((sum, [, kb]) => sum + Number(kb), 0)
  })
  const sum = kilobytes.reduce((all, each) => all + each, 0)
  return { open: pids.length, mb: Number((sum / pids.length / 1024).toFixed(1)) }
}

async function buildIndexes(run: Run): Promise<Record<string, number>> {
  const indexes = await run<{ name: string }>(
    `select indexrelid::regclass::text as name from pg_index where indrelid = 'users'::regclass order by 1`,
  )
  const [session] = await run<{ pid: number }>('select pg_backend_pid() as pid')
  const look = () => processorTimes([session?.pid ?? 0])
  const seconds: Record<string, number> = {}
  // In this process alone, whose time is looked at.
  await run('set max_parallel_maintenance_workers = 0')
  for (const { name } of indexes) {
    const before = look()
    await run(`reindex index ${name}`)
    seconds[name] = Number((spent(before, look()) / 1e6).toFixed(3))
  }
  return seconds
}
