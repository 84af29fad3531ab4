// Starts the embedded server and tells on standard output what happens, one line each. Arguments:
// the options as JSON, and what to do then: 'idle', 'write' (one row after the other, each
// acknowledged) or 'leave' (nothing keeps it alive).
import { writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { startEmbedded } from '@janus/embedded-postgres'
import pg from 'pg'
import { openDataFolder } from '../../src/store/data-folder.ts'

const [options = '{}', task] = process.argv.slice(2)
const tell = (what: string) => (line: unknown) => void writeSync(1, `${what} ${line}\n`)

try {
  const server = await startEmbedded({
    ...JSON.parse(options),
    openFolder: openDataFolder,
    progress: tell('progress'),
    warn: tell('warn'),
  })
  if (task !== 'leave') {
    process.on('SIGTERM', async () => {
      await server.stop()
      tell('stopped')('')
      process.exit()
    })
  }
  tell('ready')(JSON.stringify(server.connection))
  if (task === 'idle') setInterval(() => {}, 60_000)
  if (task === 'write') await write(server.connection)
} catch (error) {
  tell('failed')(error)
  process.exitCode = 1
}

async function write(connection: pg.ClientConfig): Promise<void> {
  const pool = new pg.Pool({ ...connection, max: 2 })
  pool.on('error', () => {})
  await pool.query('create table if not exists rows (id text primary key)')
  for (let count = 1; ; count++) {
    const id = `${process.pid}-${count}`
    await pool.query('insert into rows values ($1)', [id]).then(
      () => tell('acknowledged')(id),
      () => delay(20),
    )
  }
}
