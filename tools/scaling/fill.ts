/** Rows beside each user, as many as are assumed nowhere: what counts of them is bytes per row. */
export type Run = <Row extends object>(sql: string, values?: unknown[]) => Promise<Row[]>

const copied = ['sessions', 'refresh_tokens', 'known_prefixes', 'login_failures', 'audit_events']

/** Keeps rows that the service itself has written, to be copied with other keys. */
export async function takeTemplates(run: Run): Promise<void> {
  await run(`create function pg_temp.new_id(at timestamptz) returns uuid language sql volatile as $$
    select encode(overlay(uuid_send(gen_random_uuid())
      placing substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6), 'hex')::uuid $$`)
  await run(`create function pg_temp.digest(of bigint) returns bytea language sql volatile as $$
    select sha256(uuid_send(gen_random_uuid()) || int8send(of)) $$`)
  for (const table of copied)
    await run(`create temporary table template_${table} as
      select row_number() over (order by random()) - 1 as n, kept as row from ${table} as kept limit 200`)
}

/**
 * Gives a session with two refresh tokens, a network and a counted failure to each live user who
 * has no session yet, in the order in which they would have come.
 */
export async function fillBesideUsers(run: Run): Promise<void> {
  const copy = (table: string, from: string, given: string) =>
    run(`insert into ${table} select made.*
      from (select *, nr % (select count(*) from template_${table}) as n
        from (select *, row_number() over () as nr from (${from}) as one) as numbered) as given
      join template_${table} using (n)
      cross join lateral json_populate_record(template_${table}.row, json_build_object(${given})) as made`)
  await run(`create temporary table newcomer as
    select id, now() - random() * interval '7 days' as at from users
    where deleted_at is null and not exists (select from sessions where user_id = users.id)`)
  await copy(
    'sessions',
    'select * from newcomer order by at',
    `'id', pg_temp.new_id(at), 'user_id', given.id, 'created_at', at, 'last_used_at', at, 'expires_at', at + interval '7 days'`,
  )
  await copy(
    'refresh_tokens',
    `select sessions.id from sessions join newcomer on newcomer.id = user_id, generate_series(1, 2) order by random()`,
    `'hash', pg_temp.digest(nr), 'session_id', given.id`,
  )
  const digests = `'account', pg_temp.digest(nr), 'address', pg_temp.digest(nr)`
  await copy('known_prefixes', 'select id from newcomer order by random()', digests)
  await copy('login_failures', 'select id from newcomer', digests)
  await run('drop table newcomer')
}

/** So many events of this month, of chance users, which wait for their seal. */
export async function fillEvents(run: Run, count: number): Promise<void> {
  await run(
    `with made as (
       insert into audit_events select made.*
       from (
         select id, at, (row_number() over (order by at)) % (select count(*) from template_audit_events) as n
         from (
           select id, date_trunc('month', now(), 'UTC') + random() * (now() - date_trunc('month', now(), 'UTC')) as at
           from users where deleted_at is null order by random() limit $1
         ) as chosen order by at
       ) as given
       join template_audit_events using (n)
       cross join lateral json_populate_record(template_audit_events.row, json_build_object(
         'id', pg_temp.new_id(at), 'at', at, 'target_id', given.id, 'actor_id', given.id)) as made
       returning id, at
     )
     insert into audit_unsealed (event_id, at) select id, at from made`,
    [count],
  )
}

/** Bytes of every table, index and what belongs to them, with their rows; partitions together. */
export const sizes = `
  with whole as (
    select class.oid, class.relkind, class.reltuples, coalesce(parent.relname, class.relname) as name
    from pg_class as class
    left join pg_inherits on inhrelid = class.oid
    left join pg_class as parent on parent.oid = inhparent
    where class.relkind in ('r', 'i') and class.relnamespace = 'public'::regnamespace
  )
  select coalesce(owner.name, whole.name) as owner, whole.name, whole.relkind = 'i' as is_index,
    sum(greatest(whole.reltuples, 0))::float8 as rows, sum(pg_table_size(whole.oid))::float8 as bytes
  from whole left join pg_index on indexrelid = whole.oid left join whole as owner on owner.oid = indrelid
  where coalesce(owner.name, whole.name) not like 'knex%'
  group by 1, 2, 3 order by 1, 3, 2`
