import { statSync } from 'node:fs'
import { chown, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EmbeddedError, type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from '@janus/embedded-postgres'
import pg from 'pg'
import { expect } from 'vitest'
import { openDataFolder } from '../../src/store/data-folder.ts'
import { putCluster } from '../support/cluster.ts'
import { endServersIn, removeFolder } from '../support/processes.ts'
import { children } from './program.ts'

export const isRoot = process.getuid?.() === 0
export const nobody = 65_534
const platformPackage = dirname(
  dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
)

const folders: string[] = []
const servers: EmbeddedPostgres[] = []

/**
 * Ends what a test has started, and removes its folders. For `afterEach`: modules are loaded once
 * for all files of a worker.
 */
export async function cleanUp(): Promise<void> {
  for (const server of servers.splice(0)) await server.stop()
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL')
    await child.ended
  }
  for (const folder of folders.splice(0)) {
    await endServersIn(folder)
    await removeFolder(folder)
  }
}

export async function start(options: Partial<EmbeddedOptions> & { dataDir: string }): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ progress: () => {}, openFolder: openDataFolder, ...options })
  servers.push(server)
  return server
}

export async function failureOf(options: Partial<EmbeddedOptions> & { dataDir: string }): Promise<string> {
  const failure = await start(options).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(EmbeddedError)
  return (failure as EmbeddedError).message
}

export async function query(server: { connection: pg.ClientConfig }, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(server.connection)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

export async function expectRows(connection: pg.ClientConfig, acknowledged: string[]): Promise<void> {
  const found = new Set((await query({ connection }, 'select id from rows')).map((row) => row.id))
  expect(acknowledged.length).toBeGreaterThan(0)
  expect(acknowledged.filter((id) => !found.has(id))).toEqual([])
}

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'janus-embedded-'))
  folders.push(folder)
  return folder
}

/** A data folder as after its first start, for what is not about that. */
export async function makeDataFolder(): Promise<string> {
  const folder = await makeFolder()
  await putCluster(folder)
  return folder
}

export async function copyPackage(folder: string, { links = true } = {}): Promise<string> {
  const root = join(folder, 'postgres-package')
  await cp(platformPackage, root, { recursive: true, verbatimSymlinks: true })
  for (const { source, target } of JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8'))) {
    await rm(join(root, target), { force: true })
    if (links) await symlink(source.slice('native/lib/'.length), join(root, target))
  }
  return root
}

export async function lockFor(dataDir: string, pid: number | undefined): Promise<void> {
  const path = join(dataDir, 'postgres/postmaster.pid')
  const { uid, gid } = statSync(join(dataDir, 'postgres'))
  await writeFile(
    path,
    `${pid}\n${join(dataDir, 'postgres')}\n1700000000\n5432\n.\n\n  1234567        99\nready   \n`,
    { mode: 0o600 },
  )
  await writeFile(join(dataDir, 'postgres/.s.PGSQL.5432.lock'), `${pid}\n`, { mode: 0o600 })
  await chown(path, uid, gid)
  await chown(join(dataDir, 'postgres/.s.PGSQL.5432.lock'), uid, gid)
}
