import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from '../process/janus.ts'
import { eventually, lives, removeFolder } from './processes.ts'

/** Where Debian's postgresql-15 has its programs. */
const bin = '/usr/lib/postgresql/15/bin'

/** One server of PostgreSQL 15, on an address of this machine of its own. */
export interface Node {
  readonly host: string
  /** The same for all. */
  readonly port: number
  /** For DATABASE_URL. */
  readonly url: string
  start(): Promise<void>
  stop(mode?: 'fast' | 'immediate'): Promise<void>
  /** All its processes at once, as when the machine loses its power. */
  kill(): Promise<void>
  /** All its processes stand still: connections stay, and nothing is answered. */
  freeze(): void
  thaw(): void
  promote(): Promise<void>
  /** Begins as a standby of the other one, with a copy of its data. */
  follow(primary: Node): Promise<void>
  /** From now on, a commit is acknowledged once the standbys have applied it. */
  waitForStandbys(): Promise<void>
  sql(text: string): Promise<Record<string, any>[]>
}

/** Servers of PostgreSQL 15 in a temporary folder: a primary, and others that can follow it. */
export interface Replication {
  readonly nodes: readonly Node[]
  /** Ends all servers. */
  close(): Promise<void>
}

/**
 * Starts a primary, and so many standbys that follow it.
 *
 * @throws Error when PostgreSQL 15 is not installed
 */
export async function startReplication(standbys: number): Promise<Replication> {
  if (!existsSync(`${bin}/pg_basebackup`))
    throw new Error(
      `${bin} has no pg_basebackup: these tests need PostgreSQL 15 (Debian: apt-get install postgresql-15)`,
    )
  const folder = await mkdtemp(join(tmpdir(), 'janus-replication-'))
  // PostgreSQL refuses to run as root.
  const asOwner = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : []
  if (asOwner.length > 0) execFileSync('chown', ['postgres', folder])
  const run = async (program: string, ...args: string[]) => {
    const [command, ...rest] = [...asOwner, `${bin}/${program}`, ...args] as [string, ...string[]]
    await promisify(execFile)(command, rest, { cwd: folder, env: { PATH: process.env.PATH, PGUSER: 'janus' } })
  }
  const port = await freePort()
  const nodes = Array.from({ length: standbys + 1 }, (_, at) => makeNode(folder, at, port, run))
  const [primary, ...others] = nodes as [Node, ...Node[]]
  await run('initdb', '-D', dataOf(folder, 0), '-U', 'janus', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8')
  await primary.start()
  for (const standby of others) await standby.follow(primary)
  return {
    nodes,
    async close() {
      await Promise.all(nodes.map((node) => node.kill()))
      await removeFolder(folder)
    },
  }
}

const dataOf = (folder: string, at: number) => join(folder, `data${at}`)

type Run = (program: string, ...args: string[]) => Promise<void>

function makeNode(folder: string, at: number, port: number, run: Run): Node {
  const data = dataOf(folder, at)
  const host = `127.0.0.${at + 1}`
  const url = `postgres://janus@${host}:${port}/postgres`
  const postmaster = () => {
    const file = join(data, 'postmaster.pid')
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n', 1)[0]) : undefined
  }
  /** With the processes that it has started, the youngest first. */
  const signal = (name: NodeJS.Signals) => {
    const pid = postmaster()
    if (pid === undefined) return
    // The parent first: it would start others in the place of those that end.
    for (const each of [pid, ...childrenOf(pid)]) {
      try {
        process.kill(each, name)
      } catch {
        // It has ended.
      }
    }
  }
  const node: Node = {
    host,
    port,
    url,
    async start() {
      const options = [`port=${port}`, 'unix_socket_directories=', `listen_addresses=${host}`]
      const others = ['fsync=off', 'max_connections=120', 'hot_standby_feedback=on', 'wal_receiver_timeout=3s']
      const all = [...options, ...others].map((setting) => `-c ${setting}`).join(' ')
      await run('pg_ctl', '-D', data, '-l', join(folder, `log${at}`), '-w', '-t', '30', '-o', all, 'start')
    },
    stop: (mode = 'fast') => run('pg_ctl', '-D', data, '-m', mode, '-w', 'stop'),
    async kill() {
      const pid = postmaster()
      signal('SIGKILL')
      await eventually(() => !lives(pid))
      await rm(join(data, 'postmaster.pid'), { force: true })
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    promote: () => run('pg_ctl', '-D', data, '-w', 'promote'),
    async follow(primary) {
      await rm(data, { recursive: true, force: true })
      const from = ['-h', primary.host, '-p', `${port}`, '-X', 'stream', '-c', 'fast']
      await run('pg_basebackup', ...from, '-D', data, '-R')
      // Promoted, it has no standby to wait for until there is one.
      const settings = join(data, 'postgresql.auto.conf')
      writeFileSync(settings, readFileSync(settings, 'utf8').replace(/^synchronous_.*\n/gm, ''))
      await node.start()
    },
    async waitForStandbys() {
      for (const setting of ["synchronous_standby_names = '*'", 'synchronous_commit = remote_apply'])
        await node.sql(`alter system set ${setting}`)
      await node.sql('select pg_reload_conf()')
    },
    async sql(text) {
      const client = new pg.Client({ connectionString: url })
      // Of one that is killed meanwhile, the query fails.
      client.on('error', () => {})
      await client.connect()
      try {
        return (await client.query(text)).rows
      } finally {
        await client.end()
      }
    },
  }
  return node
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
