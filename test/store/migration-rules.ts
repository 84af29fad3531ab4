import type { Knex } from 'knex'

/** What the version before, which runs beside a migration, relies on, and what would lock it out. */
export interface Schema {
  readonly columns: readonly { name: string; table: string; type: string; required: boolean; default: boolean }[]
  /** Where its rows are: another file is another place of each. */
  readonly tables: readonly { name: string; file: string; rows: string }[]
  readonly indexes: readonly { name: string; table: string }[]
  readonly constraints: readonly { name: string; table: string; checked: boolean }[]
  readonly functions: readonly { name: string }[]
}

const own = `relnamespace = 'public'::regnamespace and relname not like 'knex%'`

/** Reads it, in a transaction or out of one; the tables of Knex left out. */
export async function schemaOf(knex: Knex): Promise<Schema> {
  const ask = async (sql: string) => (await knex.raw(sql)).rows
  const tables = await ask(
    `select relname as name, relfilenode::text as file from pg_class where ${own} and relkind in ('r', 'p')`,
  )
  for (const table of tables)
    table.rows = (await ask(`select string_agg(ctid::text, ' ' order by ctid) as rows from ${table.name}`))[0].rows
  return {
    tables,
    columns: await ask(
      `select relname || '.' || attname as name, relname as table, format_type(atttypid, atttypmod) as type,
         attnotnull as required, atthasdef as default
       from pg_attribute join pg_class on pg_class.oid = attrelid
       where ${own} and relkind in ('r', 'p') and attnum > 0 and not attisdropped`,
    ),
    indexes: await ask(
      `select indexrelid::regclass::text as name, relname as table
       from pg_index join pg_class on pg_class.oid = indrelid where ${own}`,
    ),
    constraints: await ask(
      `select conname as name, relname as table, convalidated as checked
       from pg_constraint join pg_class on pg_class.oid = conrelid where ${own} and contype in ('c', 'f')`,
    ),
    functions: await ask(
      `select oid::regprocedure::text as name from pg_proc
       where pronamespace = 'public'::regnamespace
         and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')`,
    ),
  }
}

/**
 * What a migration between these two may not have done, in words.
 *
 * @see docs/decisions/0041-migrations-beside-traffic.md
 */
export function breaches(before: Schema, after: Schema): string[] {
  const known = new Set(before.tables.map(({ name }) => name))
  const fresh = <T extends { name: string; table: string }>(of: 'columns' | 'indexes' | 'constraints') => {
    const had = new Set(before[of].map(({ name }) => name))
    return (after[of] as readonly { name: string; table: string }[]).filter(
      ({ name, table }) => known.has(table) && !had.has(name),
    ) as T[]
  }
  const changed = before.columns.flatMap((column) => {
    const now = after.columns.find(({ name }) => name === column.name)
    if (!now) return [`${column.name} is gone, or has another name`]
    if (now.type !== column.type) return [`${column.name} is of another type`]
    if (now.required && !column.required) return [`${column.name} may no longer be null`]
    if (column.default && !now.default) return [`${column.name} has lost its default`]
    return []
  })
  const written = before.tables.flatMap((table) => {
    const now = after.tables.find(({ name }) => name === table.name)
    if (!now) return [`${table.name} is gone, or has another name`]
    if (now.file !== table.file) return [`${table.name} is written anew`]
    return now.rows === table.rows ? [] : [`rows of ${table.name} are written: fill them beside serving`]
  })
  return [
    ...changed,
    ...written,
    ...before.functions
      .filter(({ name }) => !after.functions.some((now) => now.name === name))
      .map(({ name }) => `${name} is gone`),
    ...fresh<Schema['columns'][number]>('columns')
      .filter((column) => column.required && !column.default)
      .map(({ name }) => `${name} needs a default, or may be null`),
    ...fresh('indexes').map(({ name, table }) => `${name} is built on ${table}: leave it to late-indexes.ts`),
    ...fresh<Schema['constraints'][number]>('constraints')
      .filter(({ checked }) => checked)
      .map(({ name, table }) => `${name} reads all of ${table}: add it not valid`),
  ]
}
