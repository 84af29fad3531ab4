import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '@janus/embedded-postgres'
import type { Connection } from '../../src/store/connection.ts'
import { putCluster } from './cluster.ts'
import { databaseOn, migrated, onServer, templateName } from './database.ts'

/**
 * One server for the whole run, with a migrated database that every test file copies: that of
 * `DATABASE_URL`, or an embedded one of our own that is thrown away. A file never sees another
 * file's users. The projects of a run share it, as does who was started by one that has it.
 */
export async function setup(): Promise<() => Promise<void>> {
  if (process.env.JANUS_TEST_SERVER) return async () => {}
  const { connection, close } = process.env.DATABASE_URL ? await given(process.env.DATABASE_URL) : await own()
  process.env.JANUS_TEST_SERVER = typeof connection === 'string' ? connection : JSON.stringify(connection)
  await onServer(async (client) => {
    await client.query(`drop database if exists ${templateName} with (force)`)
    await client.query(`create database ${templateName} template template0`)
  })
  await migrated(databaseOn(connection, templateName))
  return async () => {
    await onServer((client) => client.query(`drop database if exists ${templateName} with (force)`))
    await close()
  }
}

async function given(connection: Connection) {
  return { connection, close: async () => {} }
}

/** Nothing has to outlive the run: making and dropping a database is ten times as cheap. */
const hasty = ['fsync', 'synchronous_commit', 'full_page_writes', 'autovacuum']
  .map((name) => `${name} = off\n`)
  .join('')

async function own() {
  const dataDir = await mkdtemp(join(tmpdir(), 'janus-tests-'))
  await putCluster(dataDir)
  await appendFile(join(dataDir, 'postgres/postgresql.conf'), hasty)
  const embedded = await startEmbedded({ dataDir, progress: () => {}, maxConnections: 300 })
  const close = async () => {
    await embedded.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  return { connection: embedded.connection, close }
}
