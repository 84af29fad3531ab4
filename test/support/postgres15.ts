import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Connection } from '../../src/store/connection.ts'

/** Where Debian's postgresql-15 has its programs. */
const bin = '/usr/lib/postgresql/15/bin'

export interface Postgres15 {
  /** A database of this name, and what it says of itself. */
  connection(database: string): Connection
  /**
   * Runs one of its programs on it, as its owner. @returns what it printed; rejects with what it
   * complained of, warnings included
   */
  run(program: 'pg_dump' | 'pg_restore' | 'psql' | 'createdb', ...args: string[]): Promise<string>
  /** A folder that its programs may write to. */
  readonly folder: string
  stop(): Promise<void>
}

/**
 * A server of PostgreSQL 15 of one's own, on a socket in a temporary folder. For what needs the
 * programs beside the server, which the embedded one lacks (and pg_dump refuses a server that is
 * newer than itself).
 *
 * @throws Error when it is not installed
 */
export async function startPostgres15(): Promise<Postgres15> {
  if (!existsSync(`${bin}/pg_dump`))
    throw new Error(`${bin} has no pg_dump: these tests need PostgreSQL 15 (Debian: apt-get install postgresql-15)`)
  const folder = await mkdtemp(join(tmpdir(), 'janus-postgres15-'))
  // PostgreSQL refuses to run as root.
  const asOwner = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : []
  if (asOwner.length > 0) execFileSync('chown', ['postgres', folder])
  const data = join(folder, 'data')
  const run = async (program: string, ...args: string[]) => {
    const [command, ...rest] = [...asOwner, `${bin}/${program}`, ...args] as [string, ...string[]]
    const env = { PATH: process.env.PATH, PGHOST: folder, PGUSER: 'janus', PGOPTIONS: '' }
    const { stdout, stderr } = await promisify(execFile)(command, rest, { cwd: folder, env, maxBuffer: 1e8 })
    if (stderr) throw new Error(stderr)
    return stdout
  }
  await run('initdb', '-D', data, '-U', 'janus', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8')
  const options = `-k ${folder} -c listen_addresses= -c fsync=off`
  await run('pg_ctl', '-D', data, '-l', join(folder, 'log'), '-w', 'start', '-o', options)
  return {
    folder,
    connection: (database) => ({ host: folder, port: 5432, user: 'janus', database }),
    run,
    async stop() {
      await run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
