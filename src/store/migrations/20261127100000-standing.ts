import type { Knex } from 'knex'

/** Ends the transaction where something is not so; `src/store/standing.ts` knows its code. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function refuse_unless(holds boolean) returns void language plpgsql as $$
    begin
      if holds is not true then
        raise exception 'what was judged has changed' using errcode = 'JA001';
      end if;
    end
    $$
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function refuse_unless(boolean)')
}
