import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/store/database.ts'
import type { Figures } from '../../tools/scaling/figures.ts'
import { readSchema, type SchemaObject, unjudged, verdictOf } from '../../tools/scaling/schema.ts'
import { freshDatabase, open } from '../support/database.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let database: Database
const read = () => readSchema(async (sql) => (await database.knex.raw(sql.replaceAll('?', '\\?'))).rows)

beforeAll(async () => {
  home = await freshDatabase()
  database = open(home.connection)
})
afterAll(async () => {
  await database.close()
  await home.close()
})

const named = (all: readonly SchemaObject[]) =>
  all.map(({ kind, table, name }) => `${kind} ${table} ${name}`).toSorted()

describe('the schema', () => {
  it('has a verdict for each table, index, constraint, trigger, function and sequence', async () => {
    const all = await read()
    expect(new Set(all.map(({ kind }) => kind))).toContain('foreign key')
    expect(unjudged(all)).toEqual([])
  })

  it('is the one that docs/SCALING.md speaks of: else `npm run scaling`', async () => {
    const { schema } = JSON.parse(
      readFileSync(new URL('../../docs/figures/scaling.json', import.meta.url), 'utf8'),
    ) as Figures
    expect(named(await read())).toEqual(named(schema))
  })

  it('is judged anew where it changes', async () => {
    await database.knex.raw(`
      create unique index users_full_name_key on users (full_name);
      create table invitations (id uuid primary key, user_id uuid references users (id));
      create function copy_user() returns trigger language plpgsql as $$ begin insert into invitations values (new.id); return new; end $$;
      create trigger users_copied before insert on users for each row execute function copy_user();
      create unique index sessions_once on sessions (user_id, created_at);
      alter table sessions add column hours int generated always as (step * 2) stored`)
    const all = await read()
    const sentences = unjudged(all)
    expect(sentences).toContain(
      'The unique users_full_name_key of users has no verdict: say in tools/scaling/schema.ts what a database of many nodes would make of it.',
    )
    expect(sentences.map((sentence) => / (\w+)(?: of \w+)? has no /.exec(sentence)?.[1]).toSorted()).toEqual([
      'copy_user',
      'invitations',
      'invitations_pkey',
      'invitations_user_id_fkey',
      'users_copied',
      'users_full_name_key',
    ])
    const verdict = (name: string) => verdictOf(all.find((one) => one.name === name) as SchemaObject, all)
    expect(verdict('sessions_once')).toMatchObject({ can: 'yes' })
    expect(verdict('hours')).toMatchObject({ can: 'yes' })
    expect(verdict('users_username_key')).toMatchObject({ can: 'no' })
    expect(verdict('sessions_user_id_fkey')).toMatchObject({ can: 'yes' })
  })
})
