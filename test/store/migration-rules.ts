import type { Knex } from 'knex'

/** What the version before, which runs beside a migration, relies on, and what would lock it out. */
export interface Schema {
  readonly columns: readonly { name: string; table: string; type: string; required: boolean; default: boolean }[]
  /** Where its rows are: another file is another place of each. */
  readonly tables: readonly { name: string; file: string; rows: string }[]
  readonly indexes: readonly { name: string; table: string; unique: boolean; definition: string }[]
  readonly constraints: readonly { name: string; table: string; checked: boolean; definition: string }[]
  /** Those that are not switched off. */
  readonly triggers: readonly { name: string; table: string }[]
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
      `select indexrelid::regclass::text as name, relname as table, indisunique as unique,
         pg_get_indexdef(indexrelid) as definition
       from pg_index join pg_class on pg_class.oid = indrelid where ${own}`,
    ),
    constraints: await ask(
      `select conname as name, relname as table, convalidated as checked,
         replace(pg_get_constraintdef(pg_constraint.oid), ' NOT VALID', '') as definition
       from pg_constraint join pg_class on pg_class.oid = conrelid where ${own} and contype in ('c', 'f')`,
    ),
    triggers: await ask(
      `select tgname as name, relname as table from pg_trigger join pg_class on pg_class.oid = tgrelid
       where ${own} and not tgisinternal and tgenabled in ('O', 'A')`,
    ),
    functions: await ask(
      `select oid::regprocedure::text as name from pg_proc
       where pronamespace = 'public'::regnamespace
         and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')`,
    ),
  }
}

/** What belongs to a table; of one name, what is defined otherwise is another one. */
interface Part {
  readonly name: string
  readonly table: string
  readonly definition?: string
}

/** What of `these` is not among `those`. */
function lackingIn<T extends Part>(those: readonly T[], these: readonly T[]): T[] {
  const keyOf = ({ table, name, definition }: Part) => JSON.stringify([table, name, definition])
  const there = new Set(those.map(keyOf))
  return these.filter((part) => !there.has(keyOf(part)))
}

/**
 * What a migration between these two may not have done, in words.
 *
 * @see docs/decisions/0041-migrations-beside-traffic.md
 */
export function breaches(before: Schema, after: Schema): string[] {
  const known = new Set(before.tables.map(({ name }) => name))
  const fresh = <T extends Part>(was: readonly T[], is: readonly T[]) =>
    lackingIn(was, is).filter(({ table }) => known.has(table))
  const columns = before.columns.flatMap((column) => {
    const now = after.columns.find(({ name }) => name === column.name)
    if (!now) return [`${column.name} is gone, or has another name`]
    if (now.type !== column.type) return [`${column.name} is of another type`]
    if (now.required && !column.required) return [`${column.name} may no longer be null`]
    if (column.required && !now.required) return [`${column.name} may be null now, which no reader expects`]
    if (column.default && !now.default) return [`${column.name} has lost its default`]
    return []
  })
  const tables = before.tables.flatMap((table) => {
    const now = after.tables.find(({ name }) => name === table.name)
    if (!now) return [`${table.name} is gone, or has another name`]
    if (now.file !== table.file) return [`${table.name} is written anew`]
    return now.rows === table.rows ? [] : [`rows of ${table.name} are written: fill them beside serving`]
  })
  const uniqueIndexes = before.indexes.filter(({ unique }) => unique)
  const gone = [
    ...lackingIn<Part>(after.indexes, uniqueIndexes),
    ...lackingIn(after.constraints, before.constraints),
    ...lackingIn(after.triggers, before.triggers),
  ]
  return [
    ...columns,
    ...tables,
    ...before.functions
      .filter(({ name }) => !after.functions.some((now) => now.name === name))
      .map(({ name }) => `${name} is gone`),
    ...gone.map(({ name, table }) => `${name} of ${table} is gone, or is another one`),
    ...fresh(before.columns, after.columns)
      .filter((column) => column.required && !column.default)
      .map(({ name }) => `${name} needs a default, or may be null`),
    ...fresh(before.indexes, after.indexes).map(
      ({ name, table }) => `${name} is built on ${table}: leave it to late-indexes.ts`,
    ),
    ...fresh(before.constraints, after.constraints).flatMap(({ name, table, checked }) => [
      ...(checked ? [`${name} reads all of ${table}: add it not valid`] : []),
      `${name} binds what the last release writes to ${table}`,
    ]),
  ]
}
