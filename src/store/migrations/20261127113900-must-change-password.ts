import type { Knex } from 'knex'

/** Whose password was set by somebody else, to be changed at the first login. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table users add column must_change_password boolean not null default false')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table users drop column must_change_password')
}
