import type { Knex } from 'knex'

/** What people recognise a session by: when it was last used, from where, by which program. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table sessions
      add column last_used_at timestamptz(3) not null default now(),
      add column address text,
      add column user_agent text
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table sessions drop column last_used_at, drop column address, drop column user_agent')
}
