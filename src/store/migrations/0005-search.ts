import type { Knex } from 'knex'
import { bindToSchema } from './0004-counters.ts'

/**
 * The search columns are made by the service (`folding.ts`), no longer here. Quick on a big table:
 * nothing is rewritten. Rows that there are, and rows that processes of the version before still
 * write, have no `search_grams` and are filled in the background (`search-filling.ts`); until then
 * they are found as they were, by the old index, which is dropped when none has come for long.
 * (Its own indexes have others in their place by now: `20261127113000-search-keys.ts`.)
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table users alter column search_text drop expression, alter column search_text drop not null,
      add column search_grams text[];
    alter index users_search_grams rename to users_search_grams_before;
    ${lastVersion}
  `)
  await bindToSchema(knex, 'search_as_before()')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger users_inserted_without_search on users;
    drop trigger users_renamed_without_search on users;
    drop function search_as_before();
    alter table users drop column search_grams, drop column search_text, add column search_text text collate "C" not null
      generated always as (search_fold(username || chr(10) || email || chr(10) || full_name)) stored;
    create index users_search_trigrams on users using gin (search_text gin_trgm_ops) where deleted_at is null;
    create index users_search_grams on users using gin (search_grams(search_text)) where deleted_at is null;
  `)
}

// Who knows the search columns writes both together with a name.
const lastVersion = `
  create function search_as_before() returns trigger language plpgsql as $$
  begin
    new.search_text := search_fold(new.username || chr(10) || new.email || chr(10) || new.full_name);
    new.search_grams := null;
    return new;
  end
  $$;

  create trigger users_inserted_without_search before insert on users
    for each row when (new.search_grams is null) execute function search_as_before();
  create trigger users_renamed_without_search before update of username, email, full_name on users
    for each row when (
      (new.username, new.email, new.full_name) is distinct from (old.username, old.email, old.full_name)
      and (new.search_text, new.search_grams) is not distinct from (old.search_text, old.search_grams)
    ) execute function search_as_before();
`
