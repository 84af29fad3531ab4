import type { Knex } from 'knex'
import { bindToSchema } from './0004-counters.ts'

/**
 * From when until when a key signs, and a number that differs after every change of the keys: the
 * look-up of a session reads it, so that no process signs or verifies by keys that are no longer
 * so. By a trigger, as the version before writes keys too.
 *
 * @see docs/decisions/0035-key-rotation.md
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table signing_keys
      add column signs_from timestamptz(3),
      add column signs_until timestamptz(3);

    create table signing_key_epoch (
      only_row boolean default true constraint signing_key_epoch_pkey primary key,
      epoch integer not null,
      constraint signing_key_epoch_one_row check (only_row)
    );
    create function count_key_epoch() returns trigger language plpgsql as $$
    begin
      insert into signing_key_epoch (epoch) values (1)
        on conflict (only_row) do update set epoch = signing_key_epoch.epoch + 1;
      return null;
    end
    $$;
    create trigger signing_keys_changed after insert or update or delete or truncate on signing_keys
      for each statement execute function count_key_epoch();
  `)
  await bindToSchema(knex, 'count_key_epoch()')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger signing_keys_changed on signing_keys;
    drop function count_key_epoch();
    drop table signing_key_epoch;
    alter table signing_keys drop column signs_from, drop column signs_until;
  `)
}
