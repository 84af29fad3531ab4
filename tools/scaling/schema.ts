import type { Run } from './fill.ts'

/** A part of the schema, as pg_catalog has it. */
export interface SchemaObject {
  readonly kind:
    | 'generated'
    | 'table'
    | 'unique'
    | 'foreign key'
    | 'check'
    | 'index'
    | 'trigger'
    | 'function'
    | 'sequence'
  readonly name: string
  /** Of a function none. */
  readonly table: string
  /** Of a key and of an index its columns; of a trigger its function; of a function what it writes. */
  readonly about: string
}

/** Every object of the schema, but for partitions and what Knex and extensions keep for themselves. */
export async function readSchema(run: Run): Promise<SchemaObject[]> {
  return run<SchemaObject & Record<string, unknown>>(`
    with kept as (
      select oid, relname, relkind from pg_class
      where relnamespace = 'public'::regnamespace and not relispartition and relname not like 'knex%'
    ), objects as (
      select 'table' as kind, relname as name, relname as table,
        case relkind when 'p' then pg_get_partkeydef(oid) else '' end as about
      from kept where relkind in ('r', 'p')
      union all
      select case when indisunique then 'unique' else 'index' end, index.relname, owner.relname,
        substring(pg_get_indexdef(index.oid) from 'USING (.*?)(?: WHERE .*)?$')
      from pg_index join kept as index on index.oid = indexrelid join kept as owner on owner.oid = indrelid
      union all
      select case contype when 'f' then 'foreign key' else 'check' end, conname, relname,
        case contype when 'f' then substring(pg_get_constraintdef(pg_constraint.oid) from 'FOREIGN KEY (.*)') else '' end
      from pg_constraint join kept on kept.oid = conrelid where contype in ('f', 'c')
      union all
      select 'trigger', tgname, relname, proname
      from pg_trigger join kept on kept.oid = tgrelid join pg_proc on pg_proc.oid = tgfoid where not tgisinternal
      union all
      select 'function', proname, '', coalesce((
        select string_agg(distinct found[1], ', ') from regexp_matches(prosrc, '(?:insert into|update|delete from) (\\w+)', 'g') as found
        where found[1] in (select relname from kept)), case when prosrc ~ 'create table' then 'new tables' else '' end)
      from pg_proc
      where pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
      union all
      select 'generated', attname, relname, '' from pg_attribute join kept on kept.oid = attrelid where attgenerated <> ''
      union all
      select 'sequence', relname, '', '' from kept where relkind = 'S'
    )
    select kind, name, "table", about from objects order by kind, "table", name`)
}

/** Where a table would be in a database of many nodes, and whether it can be. */
interface Place extends Verdict {
  /** By which its rows go to nodes; none: all of them stand together. */
  readonly column?: string
}

export interface Verdict {
  readonly can: 'yes' | 'changed' | 'no'
  readonly why: string
}

const yes = (why: string): Verdict => ({ can: 'yes', why })
const no = (why: string): Verdict => ({ can: 'no', why })
const changed = (why: string): Verdict => ({ can: 'changed', why })

const trail = no('each write would be one of two nodes; instead: a trail with its own chain in each database')
const byNode = no('a trigger of `users` writes it; instead: counters of each node, summed when they are read')

export const places: Readonly<Record<string, Place>> = {
  users: { column: 'id', ...yes('by `id`, which every path and every token has') },
  sessions: { column: 'user_id', ...yes('by `user_id`, beside their user: both are looked up together') },
  refresh_tokens: {
    column: 'user_id',
    ...changed(
      'by `user_id`, a new column, which is then a part of the token too: now it is looked up by its hash alone',
    ),
  },
  user_counts: byNode,
  user_hours: byNode,
  login_failures: {
    column: 'account',
    ...changed('by `account`; the rows of networks (no account) all come to one node, and a failure writes two'),
  },
  known_prefixes: { column: 'account', ...yes('by `account`, which every look-up has') },
  signing_keys: yes('on every node: few rows, which seldom change'),
  signing_key_epoch: yes('on every node: read with each session'),
  audit_keys: yes('on every node'),
  audit_events: trail,
  audit_unsealed: trail,
  audit_seals: trail,
  audit_roots: trail,
}

const names =
  'unique on each node alone; instead: a table of names, by the folded name, where one is taken before the user is written, in two phases'

/** What the rules below refuse, by name. */
const otherwise: Readonly<Record<string, Verdict>> = {
  users_username_key: no(names),
  users_email_key: no(names),
  refresh_tokens_pkey: changed('the key becomes `(user_id, hash)`; 256 bits do not meet on two nodes'),
  refresh_tokens_session_id_fkey: changed('becomes `(user_id, session_id)`, and the key of `sessions` `(user_id, id)`'),
  sessions_pkey: changed('the key becomes `(user_id, id)`; UUIDs do not meet on two nodes'),
  count_users: no('writes a table that is elsewhere; instead: the same trigger on each node, summed when read'),
  make_audit_partitions: changed('makes tables: runs in each database that has a trail'),
  count_key_epoch: changed('triggers of tables on every node are not to be had; the command that changes keys counts'),
  user_numbers: no(
    'numbers of a worker carry its own in the upper bits, and are cast to `int` here; instead: a sequence on each node',
  ),
}

/**
 * Whether a database of many nodes takes an object of the schema, by rules (docs/SCALING.md cites
 * their sources), or by its name where these refuse it.
 *
 * @returns undefined where neither knows
 */
export function verdictOf(object: SchemaObject, all: readonly SchemaObject[]): Verdict | undefined {
  const { kind, name, table, about } = object
  const place = places[table]
  const columnsOf = (text: string): string[] => text.match(/\w+/g) ?? []
  if (kind === 'function') return about === '' ? yes('writes nothing: may run on any node') : otherwise[name]
  if (kind === 'sequence') return otherwise[name]
  if (!place) return undefined
  const { column } = place
  if (kind === 'table') return { can: place.can, why: place.why }
  if (column === undefined)
    return kind === 'trigger' && otherwise[about] ? otherwise[about] : yes('all rows stand together')
  if (kind === 'check' || kind === 'generated') return yes('of one row')
  if (kind === 'index') return yes('one for each part of the table')
  if (kind === 'trigger') {
    const made = all.find((one) => one.kind === 'function' && one.name === about)
    return made?.about === ''
      ? changed('of one row alone: made on each part, by hand, and again when parts move')
      : otherwise[about]
  }
  if (kind === 'unique') {
    const keys = columnsOf(/\((.*?)\)(?: INCLUDE.*)?$/.exec(about)?.[1] ?? '')
    return keys.includes(column) && !about.includes('lower(') ? yes('has the column of its table') : otherwise[name]
  }
  const [, own = '', target = '', their = ''] = /^\((.*?)\) REFERENCES (\w+)\((.*?)\)/.exec(about) ?? []
  const isBeside = columnsOf(own).includes(column) && columnsOf(their).includes(places[target]?.column ?? '')
  return isBeside ? yes('both rows are on one node') : otherwise[name]
}

/** Sentences about the objects that have no verdict. */
export const unjudged = (all: readonly SchemaObject[]): string[] =>
  all
    .filter((one) => !verdictOf(one, all))
    .map(
      ({ kind, name, table }) =>
        `The ${kind} ${name}${table && table !== name ? ` of ${table}` : ''} has no verdict: say in tools/scaling/schema.ts what a database of many nodes would make of it.`,
    )
