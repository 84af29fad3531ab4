/**
 * `npm run seed -- 1000`: so many made-up users, in many scripts, of every role and status, into
 * the database of the configuration. All have one password, which is told at the end. A second run
 * adds more.
 */
import type { Knex } from 'knex'
import { createPasswords } from '../src/domain/passwords/password.ts'
import { takeNumbers } from '../src/store/users/search-segments.ts'
import { runCommand, type Tools, usage } from './command.ts'
import { makeUpUsers, type UserRow } from './made-up-users.ts'

const password = 'correct horse battery'
/** Rows of one statement: what one takes is little beside its indexes from here on. */
const batchSize = 2000

const [given = '', ...more] = process.argv.slice(2)
if (!/^[1-9]\d{0,7}$/.test(given) || more.length > 0)
  usage(`How many users? npm run seed -- 1000 makes a thousand; 1 to 99999999 will do, "${given}" will not.`)
const count = Number(given)

// A batch is no request.
await runCommand(seed, { makesDatabase: true, patience: 12 })

async function seed({ config, database }: Tools): Promise<void> {
  const passwordHash = await createPasswords({ cost: config.bcryptCost, queue: 1 }).hash(password)
  const last = await takeNumbers(database.knex, count)
  const next = makeUpUsers(count, passwordHash, new Date(), last - count + 1)
  let administrator: string | undefined
  for (let done = 0; done < count; ) {
    const rows = next(batchSize)
    await insert(database.knex, rows)
    administrator ??= rows[0]?.username
    done += rows.length
    showProgress(done)
  }
  await database.knex.raw('analyze users')
  process.stdout.write(`All have the password "${password}"; ${administrator} is a super administrator.\n`)
}

/** One statement: the counters are brought up to date once, by their trigger. */
async function insert(knex: Knex, rows: readonly UserRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ')
  const values = `select ${columns} from json_populate_recordset(null::users, ?)`
  await knex.raw(`insert into users (${columns}) ${values}`, [JSON.stringify(rows)])
}

/** A bar at a terminal, which each call draws anew; a line elsewhere. */
function showProgress(done: number): void {
  const line = `${done} of ${count} users, ${Math.floor((100 * done) / count)} %`
  if (!process.stdout.isTTY) process.stdout.write(`${line}\n`)
  else {
    const filled = Math.floor((30 * done) / count)
    process.stdout.write(`\r[${'#'.repeat(filled).padEnd(30, '.')}] ${line}${done === count ? '\n' : ''}`)
  }
}
