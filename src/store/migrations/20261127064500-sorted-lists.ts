import type { Knex } from 'knex'
import { createUnlessUsed, dropReplaced, replacingIndexes } from '../late-indexes.ts'
import { bindToSchema } from './0004-counters.ts'

/**
 * Indexes for every filter in every order, and counters of new users by the hour. On a database
 * with users the indexes are built beside serving, those that they replace are dropped after that,
 * and `reconcileCounters` counts the hours: none of it may keep the writers out.
 */
export async function up(knex: Knex): Promise<void> {
  // Whoever is writing is counted by the old function: it has to have ended before the new one
  // counts. In the strongest mode at once, as 0003 has it.
  await knex.raw('lock table users in access exclusive mode')
  await knex.raw(hours)
  await bindToSchema(knex, 'count_users()')
  if (!(await createUnlessUsed(knex, ...replacingIndexes))) {
    await dropReplaced(knex)
    await knex.raw("set local janus.reconciling = 'on'")
    await knex.raw('insert into user_hours (hour, slot, n) values (0, -1, 0)')
    await knex.raw("set local janus.reconciling = ''")
  }
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table user_hours;
    ${countUsers({ inserted: '', deleted: '', updated: '', truncated: '' })}
    ${replacingIndexes.map((name) => `drop index if exists ${name};`).join('\n')}
    create index if not exists users_newest_by_role on users (role, created_at, id) include (status) where deleted_at is null;
    create index if not exists users_newest_by_status on users (status, created_at, id) include (role) where deleted_at is null;
    create index if not exists users_newest_deleted on users (created_at, id) include (role) where deleted_at is not null;
    create index if not exists users_in_role on users (role, id) include (status) where deleted_at is null;
    create index if not exists users_in_status on users (status, id) include (role) where deleted_at is null;
  `)
  await bindToSchema(knex, 'count_users()')
}

/** The hour of a user's creation, in hours since 1970 in UTC, whatever the session's time zone is. */
const hour = "floor(date_part('epoch', created_at) / 3600)::integer as hour"

const upsertHours = 'on conflict (hour, slot) do update set n = counted.n + excluded.n'

/**
 * As in 0001, and for each of the three what is given of the hours: first the roles and statuses,
 * then the hours, always in this order, each in the order of its key.
 */
const countUsers = (more: { inserted: string; deleted: string; updated: string; truncated: string }) => `
  create or replace function count_users() returns trigger language plpgsql as $$
  declare
    own_slot constant smallint := pg_backend_pid() % 32;
  begin
    if tg_op = 'INSERT' then
      insert into user_counts as counted (role, status, slot, n)
      select role, status, own_slot, count(*) from added group by role, status order by role, status
      on conflict (role, status, slot) do update set n = counted.n + excluded.n;
      ${more.inserted}
    elsif tg_op = 'DELETE' then
      insert into user_counts as counted (role, status, slot, n)
      select role, status, own_slot, -count(*) from gone group by role, status order by role, status
      on conflict (role, status, slot) do update set n = counted.n + excluded.n;
      ${more.deleted}
    elsif tg_op = 'UPDATE' then
      insert into user_counts as counted (role, status, slot, n)
      select role, status, own_slot, sum(n)
      from (select role, status, 1 as n from added union all select role, status, -1 from gone) as moved
      group by role, status having sum(n) <> 0 order by role, status
      on conflict (role, status, slot) do update set n = counted.n + excluded.n;
      ${more.updated}
    else
      delete from user_counts;
      ${more.truncated}
    end if;
    return null;
  end
  $$;
`

// Fewer slots than roles and statuses have: those of all hours of thirty days are read together.
// The row of slot -1 says that every user is counted here.
const hours = `
  create table user_hours (
    hour integer not null,
    slot smallint not null,
    n bigint not null,
    constraint user_hours_pkey primary key (hour, slot)
  ) with (fillfactor = 50);
  create trigger user_hours_copied before insert on user_hours
    for each row when (
      pg_trigger_depth() = 0 and current_setting('janus.reconciling', true) is distinct from 'on'
    ) execute function keep_counters_to_their_trigger();
  ${countUsers({
    inserted: `insert into user_hours as counted (hour, slot, n)
      select ${hour}, own_slot % 8, count(*) from added where deleted_at is null group by hour order by hour ${upsertHours};`,
    deleted: `insert into user_hours as counted (hour, slot, n)
      select ${hour}, own_slot % 8, -count(*) from gone where deleted_at is null group by hour order by hour ${upsertHours};`,
    updated: `insert into user_hours as counted (hour, slot, n)
      select hour, own_slot % 8, sum(n)
      from (
        select ${hour}, 1 as n from added where deleted_at is null
        union all select ${hour}, -1 from gone where deleted_at is null
      ) as moved
      group by hour having sum(n) <> 0 order by hour ${upsertHours};`,
    truncated: 'delete from user_hours where slot >= 0;',
  })}
`
