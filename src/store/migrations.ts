import { readdirSync } from 'node:fs'
import type { Knex } from 'knex'
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

/**
 * Brings the schema up to date, telling `progress` the name of each migration before it runs.
 * Several instances may start at once. All of it is one transaction: someone who dies half-way
 * leaves nothing behind, and a pooler in transaction mode is no obstacle. So a migration that
 * cannot run inside a transaction has no place in the list.
 */
export async function migrate(knex: Knex, progress: (migration: string) => void = () => {}): Promise<void> {
  if (await isUpToDate(knex)) return
  await transaction(knex, async (tx) => {
    // Building an index on a big table, or waiting for another instance that builds it, takes its
    // time.
    await tx.raw('set local statement_timeout = 0')
    await tx.raw('set local lock_timeout = 0')
    await tx.raw('set local idle_in_transaction_session_timeout = 0')
    await tx.raw('select pg_advisory_xact_lock(?::bigint)', [migrationLock])
    // Whoever has the advisory lock knows that nobody else migrates: Knex's own lock, if it is set,
    // was left by someone who died. (A `knex migrate:latest` at work still holds its row, so this
    // waits for it.)
    await tx.migrate.forceFreeMigrationsLock()
    await tx.migrate.latest({
      migrationSource,
      // Whoever starts an older version beside a newer one, as during a rolling update, must not
      // fail on what it does not know.
      disableMigrationsListValidation: true,
      beforeEach: async (_tx: Knex, [name]: string[]) => progress(name as string),
    } as Knex.MigratorConfig)
  })
}

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
