import { fileURLToPath } from 'node:url'
import { product } from '../../src/config.ts'
import { type Load, startLoad } from '../load/start.ts'
import type { Material } from '../requests.ts'
import type { Name } from '../scenarios.ts'
import { loadUsers, password } from '../seed/load-users.ts'
import { materialOf } from './material.ts'
import { openPostgres, type Postgres } from './postgres.ts'
import { type Server, startServer, stopServers } from './processes.ts'

/** A server that is measured, and what its requests are made of. */
export interface Subject {
  readonly name: Name
  readonly server: Server
  readonly material: Material
}

/** What is needed to measure: a database with users, the load, and servers as they are asked for. */
export interface World {
  readonly postgres: Postgres
  readonly load: Load
  readonly databaseUrl: string
  start(name: Name, args?: readonly string[]): Promise<Server>
  /** Starts it, and logs administrators in. */
  subject(name: Name, sessions: number): Promise<Subject>
  stop(): Promise<void>
}

export interface WorldOptions {
  /** A server that is there; an own one if none is given. */
  readonly databaseUrl?: string | undefined
  readonly users: number
  /** The database to use, with the users that it has; left out: one is made and filled. */
  readonly existing?: boolean
  readonly cost: number
  readonly say: (line: string) => void
  readonly progress?: (done: number) => void
  readonly signal?: AbortSignal
}

const program = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const programs: Record<Name, readonly string[]> = {
  // As `npm start` does.
  janus: ['--max-semi-space-size=8', program('../bin/janus.js')],
  floor: [program('floor/main.ts')],
  'better-auth': [program('better-auth/main.ts')],
  'raw bcrypt': [program('raw-bcrypt/main.ts')],
}

/** @throws what `signal` aborts with, once all that was started has ended */
export async function openWorld({ users, cost, say, progress, signal, ...options }: WorldOptions): Promise<World> {
  const postgres = await openPostgres(options.databaseUrl, say)
  const load = startLoad()
  const stop = async () => {
    load.end()
    await stopServers()
    await postgres.stop()
  }
  try {
    const databaseUrl =
      options.existing && options.databaseUrl ? options.databaseUrl : await postgres.create('janus_bench')
    const common = { NODE_ENV: 'production', BCRYPT_COST: String(cost) }
    const envs: Record<Name, () => Promise<Record<string, string>>> = {
      janus: async () => ({
        ...common,
        DATABASE_URL: databaseUrl,
        RATE_LIMIT_PER_MINUTE: '0',
        ADMIN_PASSWORD: password,
      }),
      floor: async () => ({ ...common, DATABASE_URL: databaseUrl, API_VERSION: product.version }),
      'better-auth': async () => ({ ...common, DATABASE_URL: await postgres.create('janus_bench_better_auth') }),
      'raw bcrypt': async () => common,
    }
    if (users > 0) {
      const loading = { databaseUrl, count: users, cost, ...(progress && { progress }), ...(signal && { signal }) }
      say(`${Math.round(await loadUsers(loading))} rows a second were copied in`)
    }
    const start: World['start'] = async (name, args = []) => {
      signal?.throwIfAborted()
      return startServer([...args, ...programs[name]], await envs[name]())
    }
    const world: World = {
      postgres,
      load,
      databaseUrl,
      start,
      async subject(name, sessions) {
        const server = await start(name)
        return { name, server, material: await materialOf(name, server.url, world, sessions) }
      },
      stop,
    }
    return world
  } catch (error) {
    await stop()
    throw error
  }
}
