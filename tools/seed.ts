/**
 * `npm run seed -- 1000`: so many made-up users, in many scripts, of every role and status, into
 * the database of the configuration. All have one password, which is told at the end. A second run
 * adds more.
 */
import type { Knex } from 'knex'
import { processEnvironment, readConfig } from '../src/config.ts'
import { createPasswords } from '../src/domain/passwords/password.ts'
import { explain } from '../src/process/explain.ts'
import { openDataFolder } from '../src/store/data-folder.ts'
import { openDatabase } from '../src/store/database.ts'
import { makeUpUsers, type UserRow } from './made-up-users.ts'

const password = 'correct horse battery'
/** Rows of one statement: what one takes is little beside its indexes from here on. */
const batchSize = 2000

const [given = '', ...more] = process.argv.slice(2)
if (!/^[1-9]\d{0,7}$/.test(given) || more.length > 0) {
  process.stderr.write(
    `How many users? npm run seed -- 1000 makes a thousand; 1 to 99999999 will do, "${given}" will not.\n`,
  )
  process.exit(2)
}

try {
  await seed(Number(given))
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
}

async function seed(count: number): Promise<void> {
  const tell = (line: string) => void process.stderr.write(`${line}\n`)
  const { databaseUrl, dataDir, bcryptCost, dbStatementTimeoutMs } = readConfig(processEnvironment(tell))
  const own = databaseUrl === undefined ? await startOwnPostgres(dataDir, tell) : undefined
  const connection = databaseUrl ?? own?.connection
  if (connection === undefined) return
  const database = openDatabase({
    connection,
    dbPoolMax: 1,
    // A batch is no request.
    dbStatementTimeoutMs: 12 * dbStatementTimeoutMs,
    // What fails is thrown.
    log: { warn: () => {} },
  })
  try {
    await database.migrate((migration) => tell(`preparing the tables: ${migration}`))
    const passwordHash = await createPasswords({ cost: bcryptCost, queue: 1 }).hash(password)
    const next = makeUpUsers(count, passwordHash)
    let administrator: string | undefined
    for (let done = 0; done < count; ) {
      const rows = next(batchSize)
      await insert(database.knex, rows)
      administrator ??= rows[0]?.username
      done += rows.length
      showProgress(done, count)
    }
    await database.knex.raw('analyze users')
    process.stdout.write(`All have the password "${password}"; ${administrator} is a super administrator.\n`)
  } finally {
    await database.close()
    await own?.stop()
  }
}

async function startOwnPostgres(dataDir: string, progress: (line: string) => void) {
  const { startEmbedded } = await import('@janus/embedded-postgres')
  return startEmbedded({ dataDir, openFolder: openDataFolder, progress })
}

/** One statement: the counters are brought up to date once, by their trigger. */
async function insert(knex: Knex, rows: readonly UserRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ')
  const values = `select ${columns} from json_populate_recordset(null::users, ?)`
  await knex.raw(`insert into users (${columns}) ${values}`, [JSON.stringify(rows)])
}

/** A bar at a terminal, which each call draws anew; a line elsewhere. */
function showProgress(done: number, count: number): void {
  const line = `${done} of ${count} users, ${Math.floor((100 * done) / count)} %`
  if (!process.stdout.isTTY) process.stdout.write(`${line}\n`)
  else {
    const filled = Math.floor((30 * done) / count)
    process.stdout.write(`\r[${'#'.repeat(filled).padEnd(30, '.')}] ${line}${done === count ? '\n' : ''}`)
  }
}
