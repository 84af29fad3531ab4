import type { Knex } from 'knex'
import type pg from 'pg'
import { lockTimeoutMs, migrationSource } from './src/store/migrations.ts'

// The command line shows of an error its stack: without one, its sentence.
Error.stackTraceLimit = 0

const connection = process.env.MIGRATION_DATABASE_URL || process.env.DATABASE_URL
if (!connection) throw new Error('Set DATABASE_URL to the database whose migrations you mean.')

/**
 * For Knex's own command line, as in `npx knex migrate:status`; the service itself never reads this
 * file.
 */
const config: Knex.Config = {
  client: 'pg',
  connection,
  // Nobody who reads or writes is to wait for long behind a migration that waits: it fails instead.
  pool: {
    afterCreate: (client: pg.Client, done: () => void) => client.query(`set lock_timeout = ${lockTimeoutMs}`, done),
  },
  migrations: { migrationSource },
}

export default config
