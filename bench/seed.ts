/**
 * `npm run bench:seed -- 1000000`: so many made-up users into the database of the configuration, by
 * COPY. Tells the rate. All have one password, which is told at the end. A second run adds more.
 */
import { processEnvironment, readConfig } from '../src/config.ts'
import { explain } from '../src/process/explain.ts'
import { openDataFolder } from '../src/store/data-folder.ts'
import { progressBar } from './report/progress.ts'
import { loadUsers, password } from './seed/load-users.ts'

const [given = '', ...more] = process.argv.slice(2)
if (!/^[1-9]\d{0,7}$/.test(given) || more.length > 0) {
  process.stderr.write(
    `How many users? npm run bench:seed -- 1000000 makes a million; 1 to 99999999 will do, "${given}" will not.\n`,
  )
  process.exit(2)
}
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort(new Error('The seeding was interrupted; what was copied in stays.')))

try {
  await seed(Number(given))
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`)
  process.exitCode = 1
}

async function seed(count: number): Promise<void> {
  const tell = (line: string) => void process.stderr.write(`${line}\n`)
  const { databaseUrl, dataDir, bcryptCost } = readConfig(processEnvironment(tell))
  const own = databaseUrl === undefined ? await startOwn(dataDir, tell) : undefined
  const target = databaseUrl ?? own?.url
  if (target === undefined) return
  try {
    const rate = await loadUsers({
      databaseUrl: target,
      count,
      cost: bcryptCost,
      progress: progressBar('users', count),
      signal: interrupted.signal,
    })
    process.stdout.write(`${Math.round(rate)} rows a second, with all indexes. The password is "${password}".\n`)
  } finally {
    await own?.stop()
  }
}

async function startOwn(dataDir: string, progress: (line: string) => void) {
  const { startEmbedded } = await import('@janus/embedded-postgres')
  const server = await startEmbedded({ dataDir, openFolder: openDataFolder, progress })
  const { host, port, user, database } = server.connection
  const url = new URL(`postgres://${user}@localhost:${port}/${database}`)
  url.searchParams.set('host', host)
  return { url: url.href, stop: () => server.stop() }
}
