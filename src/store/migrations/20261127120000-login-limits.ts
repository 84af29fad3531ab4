import type { Knex } from 'knex'

/**
 * Failed logins of an account from anywhere (no address) and of a prefix at any account (no
 * account) are counted beside those of both together, and remembered for a day; and the prefixes
 * from which an account has been logged in to. The version before forgets rows earlier, while it
 * runs beside: somebody gets a few guesses more in those minutes.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table login_failures
      add column retry_at timestamptz(3),
      add column failed_at timestamptz(3) not null default now(),
      add column told boolean not null default false;
    drop index login_failures_ended;
    create index login_failures_old on login_failures (failed_at);

    create table known_prefixes (
      account bytea not null,
      address bytea not null,
      logged_in_at timestamptz(3) not null,
      constraint known_prefixes_pkey primary key (account, address)
    ) with (fillfactor = 80);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table known_prefixes;
    drop index login_failures_old;
    delete from login_failures where account = '' or address = '';
    alter table login_failures drop column retry_at, drop column failed_at, drop column told;
    create index login_failures_ended on login_failures (window_end);
  `)
}
