import type { Knex } from 'knex'

/** When a session last wrote: for a while after that, its lists are not read from a standby. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table sessions add column wrote_at timestamptz(3)')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table sessions drop column wrote_at')
}
