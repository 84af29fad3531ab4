import type { Run } from './fill.ts'

/** A part of the schema, as pg_catalog has it. */
export interface SchemaObject {
  readonly kind: 'table' | 'unique' | 'foreign key' | 'check' | 'index' | 'trigger' | 'function' | 'sequence'
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
        where found[1] in (select relname from kept)), '')
      from pg_proc
      where pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
      union all
      select 'sequence', relname, '', '' from kept where relkind = 'S'
    )
    select kind, name, "table", about from objects order by kind, "table", name`)
}

/** Where a table would be in a database of many nodes. */
export interface Place {
  /** The column by which its rows go to nodes; none: every node has all of it, or one node has. */
  readonly column?: string
  readonly kept: 'by user' | 'by account' | 'on every node' | 'apart'
  readonly why: string
}

const trail = 'each write would be a transaction of two nodes; instead: a trail with its own chain in each database'

export const places: Readonly<Record<string, Place>> = {
  users: { column: 'id', kept: 'by user', why: 'the id is in every path and every token' },
  sessions: { column: 'user_id', kept: 'by user', why: 'beside their user: the look-up of a session joins both' },
  refresh_tokens: {
    column: 'user_id',
    kept: 'by user',
    why: 'needs a column `user_id`, and the id in the token: a token is looked up by its hash alone',
  },
  user_counts: { kept: 'apart', why: 'a trigger of `users` writes it; instead: one on each node, summed when read' },
  user_hours: { kept: 'apart', why: 'as `user_counts`' },
  login_failures: {
    column: 'account',
    kept: 'by account',
    why: 'the rows of a network (no account) stand on one node, all of them; a failure writes two nodes',
  },
  known_prefixes: { column: 'account', kept: 'by account', why: 'always asked for by account' },
  signing_keys: { kept: 'on every node', why: 'a few rows that seldom change' },
  signing_key_epoch: { kept: 'on every node', why: 'read with each session' },
  audit_keys: { kept: 'on every node', why: 'a few rows that never change' },
  audit_events: { kept: 'apart', why: trail },
  audit_unsealed: { kept: 'apart', why: trail },
  audit_seals: { kept: 'apart', why: trail },
  audit_roots: { kept: 'apart', why: trail },
}

export interface Verdict {
  readonly can: 'yes' | 'changed' | 'no'
  readonly why: string
}

const yes = (why: string): Verdict => ({ can: 'yes', why })
const no = (why: string): Verdict => ({ can: 'no', why })
const changed = (why: string): Verdict => ({ can: 'changed', why })

const names =
  'a table of names, by the folded name, in which a name is taken before the user is written: two nodes, in two phases'

/** What the rules below refuse, by name. */
const otherwise: Readonly<Record<string, Verdict>> = {
  users_username_key: no(`unique on each node alone; instead: ${names}`),
  users_email_key: no(`unique on each node alone; instead: ${names}`),
  refresh_tokens_pkey: changed('the key becomes `(user_id, hash)`; 256 bits do not meet on two nodes'),
  refresh_tokens_session_id_fkey: changed('becomes `(user_id, session_id)`, and the key of `sessions` `(user_id, id)`'),
  sessions_pkey: changed('the key becomes `(user_id, id)`; UUIDs do not meet on two nodes'),
  count_users: no('writes a table that is elsewhere; instead: the same trigger on each node, summed when read'),
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
  const isSpread = place?.column !== undefined
  const columnsOf = (text: string): string[] => text.match(/\w+/g) ?? []
  if (kind === 'function')
    return about === '' ? yes('writes nothing: may run on any node') : otherwise[name]
  if (kind === 'sequence') return otherwise[name]
  if (!place) return undefined
  if (kind === 'table') {
    if (place.kept === 'apart') return no(place.why)
    return place.why.startsWith('needs') || place.kept === 'by account' ? changed(place.why) : yes(place.why)
  }
  if (!isSpread) return kind === 'trigger' && otherwise[about] ? otherwise[about] : yes('one copy decides')
  if (kind === 'check') return yes('of one row')
  if (kind === 'index') return yes('one for each part of the table')
  if (kind === 'trigger') {
    const made = all.find((one) => one.kind === 'function' && one.name === about)
    return made?.about === '' ? changed('of one row alone: made on each part, by hand, and again when parts move') : otherwise[about]
  }
  if (kind === 'unique') {
    const keys = columnsOf(/\((.*?)\)(?: INCLUDE.*)?$/.exec(about)?.[1] ?? '')
    return keys.includes(place.column ?? '') && !about.includes('lower(') ? yes('has the column of its table') : otherwise[name]
  }
  const [, own = '', target = '', their = ''] = /^\((.*?)\) REFERENCES (\w+)\((.*?)\)/.exec(about) ?? []
  const isBeside = columnsOf(own).includes(place.column ?? '') && columnsOf(their).includes(places[target]?.column ?? '')
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
