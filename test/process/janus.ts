import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { Agent } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Connection } from '../../src/store/connection.ts'
import { checkReply } from '../support/contract-check.ts'
import { removeFolder } from '../support/processes.ts'
import { secrets } from '../support/secrets.ts'
import { type Call, send } from '../support/service.ts'
import type { Reply } from '../support/wire.ts'

export const program = fileURLToPath(new URL('../../bin/janus.js', import.meta.url))

/** A running `janus`. */
export interface Janus {
  readonly pid: number
  readonly process: ChildProcess
  /** Ends it, and its group if it heads one, unless that has happened. */
  end(): void
  /** What it has said so far. */
  stdout(): string
  stderr(): string
  /** Its address, as soon as it says it; rejects with what it said instead when it ends before. */
  readonly url: Promise<string>
  readonly ended: Promise<{ code: number | null; signal: string | null }>
  /** One request, on a connection of its own, held against the document. */
  call(method: string, path: string, call?: Call): Promise<Reply>
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<{ code: number | null; signal: string | null }>
}

const running: Janus[] = []
const folders: string[] = []

/** An empty folder that goes with `cleanUp`. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'janus-process-'))
  folders.push(folder)
  return folder
}

// What Node has compiled once it need not compile at each start.
const { PATH, NODE_COMPILE_CACHE = '' } = process.env

/**
 * Starts `bin/janus.js` with this environment and nothing else of ours, in an empty folder unless
 * there is another `cwd`; `detached`: as the head of a process group of its own.
 */
export async function start(
  env: Record<string, string>,
  [command, ...args]: [string, ...string[]] = [process.execPath, program],
  { detached = false, cwd }: { detached?: boolean; cwd?: string } = {},
): Promise<Janus> {
  const child = spawn(command, args, {
    cwd: cwd ?? (await makeFolder()),
    env: { PATH, NODE_COMPILE_CACHE, PORT: '0', BCRYPT_COST: '10', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
  })
  if (env.ADMIN_PASSWORD) secrets.learnPassword(env.ADMIN_PASSWORD)
  let stdout = ''
  let stderr = ''
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  const url = new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      stderr += chunk
      const address = /Janus answers at (http:\S+)[\s\S]*users:list.*\n/.exec(stderr)?.[1]
      if (address) resolve(address)
    })
    void ended.then(() => reject(new Error(`it ended: ${stderr}`)))
  })
  // Who wants to know asks.
  url.catch(() => {})
  const janus: Janus = {
    pid: child.pid as number,
    process: child,
    end() {
      if (!detached && (child.exitCode !== null || child.signalCode !== null)) return
      try {
        process.kill(detached ? -janus.pid : janus.pid, 'SIGKILL')
      } catch {
        // Nobody is left.
      }
    },
    stdout: () => stdout,
    stderr: () => stderr,
    url,
    ended,
    async call(method, path, call = {}) {
      const reply = await send(new Agent({ keepAlive: false }), await url, method, path, call)
      checkReply(method, path.split('?')[0] as string, reply)
      return reply
    },
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
  running.push(janus)
  return janus
}

/**
 * Ends what still runs, waits for its servers, and removes the folders. Rejects where one has said a
 * secret, or answered one that does not belong there.
 */
export async function cleanUp(): Promise<void> {
  for (const janus of running.splice(0)) {
    janus.end()
    await janus.ended
    secrets.scanLog(`${janus.stdout()}\n${janus.stderr()}`)
  }
  for (const folder of folders.splice(0)) await removeFolder(folder)
  secrets.assertNone()
}

/** A port that nobody listens at, for whoever cannot be told one. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A connection as DATABASE_URL has it; the folder of a Unix socket goes into the query. */
export function urlOf(connection: Connection): string {
  if (typeof connection === 'string') return connection
  const { host, port, user, password = '', database } = connection
  const url = new URL(`postgres://localhost:${port}/${database}`)
  url.username = user
  url.password = password
  if (host.startsWith('/')) url.searchParams.set('host', host)
  else url.hostname = host
  return url.href
}

/** Runs one query on a database. */
export async function ask(connection: Connection, sql: string): Promise<any[]> {
  const client = new pg.Client(typeof connection === 'string' ? { connectionString: connection } : connection)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/**
 * The password that was made at this start, from the file that it names: standard error is no
 * terminal here.
 */
export function madePassword(janus: Janus): string {
  const file = /password {2,}in (.+?) {3}\(/.exec(janus.stderr())?.[1]
  return file === undefined ? '' : readFileSync(file, 'utf8').trim()
}
