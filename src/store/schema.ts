import type { Knex } from 'knex'
import { lateStatements } from './late-indexes.ts'
import { appliedMigrations, migrationLock, migrationSource } from './migrations.ts'
import { builder } from './sql/statement.ts'

/**
 * The migrations as SQL, for whoever makes the tables by hand: one transaction, after which a
 * service finds itself up to date, and then what cannot be in one.
 *
 * @param knex of the database whose migrations are to be passed over; undefined: an empty one
 * @returns empty where nothing is to be done
 */
export async function schemaSql(knex?: Knex): Promise<string> {
  const applied = knex && (await appliedMigrations(knex))
  const names = (await migrationSource.getMigrations([])).filter((name) => !applied?.has(name))
  const used = applied !== undefined && (await hasUsers(knex as Knex))
  const late = applied && (used || names.length === 0) ? await lateStatements(knex as Knex) : []
  const parts: string[] = []
  if (names.length > 0) {
    parts.push('begin')
    for (const timeout of ['statement_timeout', 'idle_in_transaction_session_timeout'])
      parts.push(`set local ${timeout} = 0`)
    // Whoever waits for a table in use has everybody else wait behind them: better run it again.
    parts.push(`set local lock_timeout = '1500ms'`)
    // Whoever starts meanwhile waits.
    parts.push(`select pg_advisory_xact_lock(${migrationLock})`)
    if (!applied) parts.push(...knexTables)
    for (const name of names) parts.push(`-- ${name}`, ...(await statementsOf(name, used)))
    parts.push(record(names), 'commit')
  }
  const all = [...parts, ...late]
  // What is not there need not be dropped, and is no news.
  return all.length === 0 ? '' : ['set client_min_messages = warning', ...all].map(terminated).join('\n')
}

const terminated = (text: string) => (text.startsWith('--') ? `\n${text}` : `${text.trim().replace(/;$/, '')};`)

async function hasUsers(knex: Knex): Promise<boolean> {
  const { rows: found } = await knex.raw("select to_regclass('users') is not null as exists")
  return found[0].exists && (await knex.raw('select exists (select from users) as used')).rows[0].used
}

/** What a migration would run: the one question that migrations ask is whether there are users. */
async function statementsOf(name: string, used: boolean): Promise<string[]> {
  const statements: string[] = []
  const raw = async (text: string, values?: Knex.Value[]) => {
    if (/^\s*select exists\b/.test(text)) return { rows: [{ used }] }
    statements.push(values ? builder.raw(text, values).toQuery() : text)
    return { rows: [] }
  }
  const { up } = await migrationSource.getMigration(name)
  await up({ raw } as unknown as Knex)
  return statements
}

/** As Knex makes them. */
const knexTables = [
  `create table knex_migrations (
    id serial primary key, name varchar(255), batch integer, migration_time timestamptz
  )`,
  'create table knex_migrations_lock (index serial primary key, is_locked integer)',
  'insert into knex_migrations_lock (is_locked) values (0)',
]

const record = (names: readonly string[]) =>
  `insert into knex_migrations (name, batch, migration_time)
    select name, (select coalesce(max(batch), 0) + 1 from knex_migrations), now()
    from unnest(array[${names.map((name) => `'${name}'`).join(', ')}]) with ordinality as applied (name, position)
    order by position`
