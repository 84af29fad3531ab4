import type { Knex } from 'knex'

/** Users, how they are searched and sorted, and the counters that spare a scan. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create extension if not exists pg_trgm')
  await knex.raw(searchFunctions)
  await knex.raw(usersTable)
  await knex.raw(userIndexes)
  await knex.raw(counters)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table users, user_counts;
    drop function count_users(), search_grams(text), search_fold(text);
  `)
}

// search_fold: the collation is named, so that letters of every script fold alike whatever the
// database's own locale is; lower() writes a sigma at the end of a word differently, which would
// hide it from a search for the middle of one. search_grams: every two neighbouring characters, and
// single ones outside ASCII (a Chinese surname is one character). Its price is told to the planner,
// which would otherwise compute it for every row of the table rather than read the index. Both have
// SQL-standard bodies: what they call is bound here and now, whatever the search path is when they
// run.
const searchFunctions = `
  create function search_fold(value text) returns text
    language sql immutable strict parallel safe
    return translate(lower(value collate "und-x-icu"), 'ς', 'σ');

  create function search_grams(folded text) returns text[]
    language sql immutable strict parallel safe cost 5000
    return (
      select coalesce(array_agg(a || b) filter (where b is not null), '{}')
          || coalesce(array_agg(a) filter (where ascii(a) > 127), '{}')
      from (select string_to_array(folded, null) as characters) s, unnest(s.characters, s.characters[2:]) as pair(a, b)
    );
`

// The fillfactor leaves room for recording a login without touching an index.
const usersTable = `
  create table users (
    id uuid constraint users_pkey primary key,
    username text not null constraint users_username_length check (char_length(username) between 3 and 50),
    email text not null constraint users_email_length check (char_length(email) <= 254),
    full_name text not null constraint users_full_name_length check (char_length(full_name) <= 100),
    role text not null constraint users_role_known
      check (role in ('super_admin', 'admin', 'manager', 'moderator', 'user', 'guest')),
    status text not null constraint users_status_known
      check (status in ('active', 'inactive', 'suspended', 'pending', 'banned', 'deleted')),
    can_write boolean not null,
    password_hash text,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    last_login_at timestamptz(3),
    deleted_at timestamptz(3),
    search_text text collate "C" not null
      generated always as (search_fold(username || chr(10) || email || chr(10) || full_name)) stored,
    constraint users_deleted_at_matches_status check ((status = 'deleted') = (deleted_at is not null)),
    constraint users_deleted_has_no_password check (deleted_at is null or password_hash is null)
  ) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
`

// Lists read ids from an index alone and then the rows of one page, hence the included columns.
// "newest" serves created_at in both directions, "in" the walk by id: without it, a role or status
// whose users are all old or all new would make the walk pass over the whole table.
const userIndexes = `
  create unique index users_username_key on users (lower(username collate "C")) include (id, username) where deleted_at is null;
  create unique index users_email_key on users (lower(email collate "C")) include (id, email) where deleted_at is null;

  create index users_newest on users (created_at, id) where deleted_at is null;
  create index users_newest_by_role on users (role, created_at, id) include (status) where deleted_at is null;
  create index users_newest_by_status on users (status, created_at, id) include (role) where deleted_at is null;
  create index users_newest_deleted on users (created_at, id) include (role) where deleted_at is not null;

  create index users_in_role on users (role, id) include (status) where deleted_at is null;
  create index users_in_status on users (status, id) include (role) where deleted_at is null;

  create index users_search_trigrams on users using gin (search_text gin_trgm_ops) where deleted_at is null;
  create index users_search_grams on users using gin (search_grams(search_text)) where deleted_at is null;
`

// Several rows for each role and status, one per slot, so that concurrent writers seldom meet on
// one. They are taken in a fixed order, so that two statements which meet nevertheless cannot wait
// for each other. A trigger of columns cannot have transition tables: the one for updates runs on
// each, and finds nothing to do where role and status stayed.
const counters = `
  create table user_counts (
    role text not null,
    status text not null,
    slot smallint not null,
    n bigint not null,
    constraint user_counts_pkey primary key (role, status, slot)
  ) with (fillfactor = 50);

  create function count_users() returns trigger language plpgsql as $$
  declare
    own_slot constant smallint := pg_backend_pid() % 32;
  begin
    if tg_op = 'INSERT' then
      insert into user_counts as counted (role, status, slot, n)
      select role, status, own_slot, count(*) from added group by role, status order by role, status
      on conflict (role, status, slot) do update set n = counted.n + excluded.n;
    elsif tg_op = 'DELETE' then
      insert into user_counts as counted (role, status, slot, n)
      select role, status, own_slot, -count(*) from gone group by role, status order by role, status
      on conflict (role, status, slot) do update set n = counted.n + excluded.n;
    elsif tg_op = 'UPDATE' then
      insert into user_counts as counted (role, status, slot, n)
      select role, status, own_slot, sum(n)
      from (select role, status, 1 as n from added union all select role, status, -1 from gone) as moved
      group by role, status having sum(n) <> 0 order by role, status
      on conflict (role, status, slot) do update set n = counted.n + excluded.n;
    else
      delete from user_counts;
    end if;
    return null;
  end
  $$;

  create trigger users_count_inserts after insert on users
    referencing new table as added for each statement execute function count_users();
  create trigger users_count_updates after update on users
    referencing old table as gone new table as added for each statement execute function count_users();
  create trigger users_count_deletes after delete on users
    referencing old table as gone for each statement execute function count_users();
  create trigger users_count_truncation after truncate on users
    for each statement execute function count_users();
`
