import type { Knex } from 'knex'
import { createUnlessUsed } from '../late-indexes.ts'
import { indexesBefore } from '../users/search-filling.ts'
import { bindToSchema } from './0004-counters.ts'

/**
 * A search goes by numbers for the grams of a user, in segments (`search-segments.ts`), which the
 * service makes. As before, nothing is rewritten here: rows that there are, and rows that processes
 * of the version before still write, have no `search_keys` and are filled in the background
 * (`search-filling.ts`); until then they are found by the indexes of that version, which go when
 * none has come for long. No statistics: they would take long and say nothing.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table users add column search_keys int[], alter column search_keys set statistics 0;
    create sequence user_numbers minvalue 0 owned by users.search_keys;
    drop trigger users_inserted_without_search on users;
    drop trigger users_renamed_without_search on users;
    ${lastVersion}
  `)
  await bindToSchema(knex, 'search_as_before()')
  const used = await createUnlessUsed(knex, 'users_search_keyless', 'users_search', 'users_search_deleted')
  if (!used) await knex.raw(`drop index if exists ${indexesBefore.join(', ')}`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger users_inserted_without_search on users;
    drop trigger users_renamed_without_search on users;
    alter table users drop column search_keys;
    ${theOneBefore}
  `)
  await bindToSchema(knex, 'search_as_before()')
  await knex.raw(`
    create index if not exists users_search_trigrams on users using gin (search_text gin_trgm_ops) where deleted_at is null;
    create index if not exists users_search_grams on users using gin (search_grams)
      where deleted_at is null and search_grams is not null;
    create index if not exists users_search_unfilled on users (id) where search_grams is null;
  `)
}

// Who knows the search keys writes them, or turns them, together with a name. The version before
// writes the text alone, whoever else writes names not even that.
const lastVersion = `
  create or replace function search_as_before() returns trigger language plpgsql as $$
  begin
    if tg_op = 'INSERT' then
      if new.search_grams is null then
        new.search_text := search_fold(new.username || chr(10) || new.email || chr(10) || new.full_name);
      end if;
    elsif (new.search_text, new.search_grams) is not distinct from (old.search_text, old.search_grams) then
      new.search_text := search_fold(new.username || chr(10) || new.email || chr(10) || new.full_name);
      new.search_grams := null;
    end if;
    new.search_keys := null;
    return new;
  end
  $$;

  create trigger users_inserted_without_search before insert on users
    for each row when (new.search_keys is null) execute function search_as_before();
  create trigger users_renamed_without_search before update of username, email, full_name, search_text on users
    for each row when (
      (new.username, new.email, new.full_name, new.search_text)
        is distinct from (old.username, old.email, old.full_name, old.search_text)
      and new.search_keys is not distinct from old.search_keys
    ) execute function search_as_before();
`

const theOneBefore = `
  create or replace function search_as_before() returns trigger language plpgsql as $$
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
