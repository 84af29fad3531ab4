import type { Knex } from 'knex'

/** Sessions with their refresh tokens, failed logins, and the keys that sign access tokens. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sessions (
      id uuid constraint sessions_pkey primary key,
      user_id uuid not null constraint sessions_user_id_fkey references users (id) on delete cascade,
      created_at timestamptz(3) not null,
      expires_at timestamptz(3) not null,
      step integer not null default 0,
      confirmed_step integer not null default 0
    ) with (fillfactor = 80);
    create index sessions_of_user on sessions (user_id);
    create index sessions_ended on sessions (expires_at);

    create table refresh_tokens (
      hash bytea constraint refresh_tokens_pkey primary key,
      session_id uuid not null constraint refresh_tokens_session_id_fkey references sessions (id) on delete cascade,
      step integer not null,
      expires_at timestamptz(3) not null,
      used_at timestamptz(3),
      successor_salt bytea,
      constraint refresh_tokens_used_has_salt check ((used_at is null) = (successor_salt is null))
    ) with (fillfactor = 80);
    create index refresh_tokens_of_session on refresh_tokens (session_id);

    create table login_failures (
      account bytea not null,
      address bytea not null,
      count integer not null,
      window_end timestamptz(3) not null,
      constraint login_failures_pkey primary key (account, address)
    ) with (fillfactor = 80);
    create index login_failures_ended on login_failures (window_end);

    create table signing_keys (
      kid text constraint signing_keys_pkey primary key,
      public_key text not null,
      private_key text not null,
      created_at timestamptz(3) not null
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table signing_keys, login_failures, refresh_tokens, sessions')
}
