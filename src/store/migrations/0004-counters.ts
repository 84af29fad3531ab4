import type { Knex } from 'knex'

/**
 * Counters that a restore leaves right: pg_dump restores with an empty search path, so the function
 * is bound to its schema; and counters that are copied in while the trigger counts the users that
 * are copied in would count everyone twice, so they are passed over. (With triggers disabled both
 * are copied as they were.) Only `reconcileCounters` may write them itself, and says so.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function keep_counters_to_their_trigger() returns trigger language plpgsql as $$ begin return null; end $$;
    create trigger user_counts_copied before insert on user_counts
      for each row when (
        pg_trigger_depth() = 0 and current_setting('janus.reconciling', true) is distinct from 'on'
      ) execute function keep_counters_to_their_trigger();
  `)
  await bindToSchema(knex, 'count_users()')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter function count_users() reset search_path;
    drop trigger user_counts_copied on user_counts;
    drop function keep_counters_to_their_trigger();
  `)
}

/**
 * Makes a function find what is in the schema of `users`, whatever the search path of its caller
 * is.
 */
export async function bindToSchema(knex: Knex, signature: string): Promise<void> {
  await knex.raw(`
    do $$ begin
      execute format('alter function %s set search_path = %I, pg_temp', '${signature}'::regprocedure,
        (select nspname from pg_class join pg_namespace n on n.oid = relnamespace where pg_class.oid = 'users'::regclass));
    end $$
  `)
}
