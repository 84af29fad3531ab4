import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Knex } from 'knex'
import { createQuiet } from '../process/quiet.ts'
import { transaction } from './transaction.ts'

const folder = new URL('migrations/', import.meta.url)

/**
 * Every migration of the folder, in the order of the names. The first five are numbered, since
 * databases have recorded them so; all later ones are named by the time at which they were written
 * (`20261126120000-name`), which comes after every number, and which two branches never share.
 */
export const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () =>
    readdirSync(folder)
      .map((file) => file.replace(/\.ts$/, ''))
      .sort(),
  getMigrationName: (name) => name,
  getMigration: (name) => import(new URL(`${name}.ts`, folder).href),
}

export interface Waiting {
  /** Ends the waiting; a migration at work is finished or left to the server. */
  readonly signal?: AbortSignal
  /** Told in a sentence what is waited for, once a minute at most. */
  readonly onWait?: (why: string) => void
}

/**
 * Brings the schema up to date, telling `progress` the name of each migration before it runs. Waits
 * without an end for another instance that does so, and for a lock that somebody holds for long:
 * never in a transaction, which would hold up those who build an index. Each migration is a
 * transaction of its own, so that no lock outlives it; on a database that has none yet they are one,
 * so that what fails in somebody else's database leaves nothing there. A pooler in transaction mode
 * is no obstacle.
 *
 * @throws what `signal` aborts with
 * @see docs/decisions/0041-migrations-beside-traffic.md
 */
export async function migrate(
  knex: Knex,
  progress: (migration: string) => void = () => {},
  { signal, onWait = () => {} }: Waiting = {},
): Promise<void> {
  const quiet = createQuiet(60_000)
  const told = new Set<string>()
  const tell = (name: string) => {
    if (!told.has(name)) progress(name)
    told.add(name)
  }
  const wait = async (ms: number, why: () => string | Promise<string>) => {
    if (quiet() !== undefined) onWait(await why())
    await delay(ms, undefined, { signal })
  }
  let pauseMs = shortestPauseMs
  while (!(await isUpToDate(knex))) {
    signal?.throwIfAborted()
    const beganAt = performance.now()
    const outcome = await transaction(knex, (tx) => migrateNext(tx, tell)).catch(lockTrouble)
    if (outcome === 'taken') await wait(pollMs, () => 'another instance is preparing the tables; waiting for it')
    if (outcome === 'locked') {
      await wait(pauseMs, () => explainLock(knex, performance.now() - beganAt))
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    }
  }
}

/** How often a start looks whether another instance is done. */
const pollMs = 300

const [shortestPauseMs, longestPauseMs] = [500, 30_000]

/**
 * How long a migration waits for a lock, and everybody else behind it: longer than the second after
 * which PostgreSQL ends an autovacuum that is in the way (`deadlock_timeout`), shorter than a
 * request waits for a lock (`connection.ts`).
 */
export const lockTimeoutMs = 1500

/** A lock that was not to be had in time, or a deadlock: then all is as it was before. */
function lockTrouble(error: { code?: unknown }): 'locked' {
  if (error.code === '55P03' || error.code === '40P01') return 'locked'
  throw error
}

/** Runs the next migration; on a database that has none yet, all. */
async function migrateNext(tx: Knex, progress: (name: string) => void): Promise<'done' | 'taken'> {
  // What it does with the locks that it has got takes its time.
  await tx.raw('set local statement_timeout = 0')
  await tx.raw(`set local lock_timeout = ${lockTimeoutMs}`)
  await tx.raw('set local idle_in_transaction_session_timeout = 0')
  const { rows } = await tx.raw(`select pg_try_advisory_xact_lock(${migrationLock}) as mine`)
  if (!rows[0].mine) return 'taken'
  // Whoever has the advisory lock knows that nobody else migrates: Knex's own lock, if it is set,
  // was left by someone who died. (A `knex migrate:latest` at work still holds its row, so this
  // waits for it.)
  await tx.migrate.forceFreeMigrationsLock()
  // Makes the tables of Knex. Whoever starts an older version beside a newer one, as during a
  // rolling update, must not fail on what it does not know.
  const [applied, pending] = await tx.migrate.list({ migrationSource, disableMigrationsListValidation: true })
  const { batch } = (await tx('knex_migrations').max('batch as batch').first()) as { batch: number | null }
  for (const name of applied.length === 0 ? pending : pending.slice(0, 1)) {
    progress(name)
    await (await migrationSource.getMigration(name)).up(tx)
    await tx('knex_migrations').insert({ name, batch: (batch ?? 0) + 1, migration_time: new Date() })
  }
  return 'done'
}

/** Who may be in the way of a migration that began so long ago: transactions that are older. */
async function explainLock(knex: Knex, ms: number): Promise<string> {
  const { rows } = await knex.raw(`
    select pid, coalesce(nullif(application_name, ''), backend_type, 'of another role') as program, state,
      extract(epoch from now() - xact_start)::int as seconds, string_agg(distinct relname, ', ') as tables
    from pg_locks join pg_stat_activity using (pid) join pg_class on pg_class.oid = relation
    where granted and database = (select oid from pg_database where datname = current_database())
      and relkind in ('r', 'p') and relation >= ${firstOwnOid}
      and (state is null or now() - xact_start > interval '${Math.round(ms)} ms')
    group by pid, program, state, xact_start order by xact_start limit 3`)
  const holders = rows.map(
    ({ pid, program, state, seconds, tables }: Record<string, unknown>) =>
      `process ${pid} (${[program, state, seconds === null ? undefined : `for ${seconds} s`].filter(Boolean).join(', ')}) on ${tables}`,
  )
  return `a migration waits for a lock, lets everybody else go first and is tried again${
    holders.length > 0
      ? `; held for long: ${holders.join('; ')}. It goes on when they end (select pg_terminate_backend(…) ends one)`
      : ''
  }`
}

/** The server's own tables have smaller ones (FirstNormalObjectId). */
const firstOwnOid = 16_384

/** One look: all but the first start after an update need no more, and load no migration. */
async function isUpToDate(knex: Knex): Promise<boolean> {
  const applied = await appliedMigrations(knex)
  return applied !== undefined && (await migrationSource.getMigrations([])).every((name) => applied.has(name))
}

/** The names of those that have run; undefined where none ever has. */
export async function appliedMigrations(knex: Knex): Promise<ReadonlySet<string> | undefined> {
  const { rows: found } = await knex.raw("select to_regclass('knex_migrations') is not null as exists")
  if (!found[0].exists) return undefined
  const { rows } = await knex.raw('select name from knex_migrations')
  return new Set(rows.map(({ name }: { name: string }) => name))
}

/** An arbitrary number of our own; advisory locks share one space of numbers in a database. */
export const migrationLock = '7310872931472'
