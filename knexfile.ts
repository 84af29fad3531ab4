import type { Knex } from 'knex'
import { migrationSource } from './src/store/migrations.ts'

const connection = process.env.DATABASE_URL
if (!connection) throw new Error('Set DATABASE_URL to the database whose migrations you mean.')

/** For Knex's own command line, as in `npx knex migrate:status`; the service itself never reads this file. */
const config: Knex.Config = { client: 'pg', connection, migrations: { migrationSource } }

export default config
