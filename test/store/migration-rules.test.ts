import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/store/database.ts'
import { migrationSource } from '../../src/store/migrations.ts'
import { releasedMigrations } from '../rollout/release.ts'
import { emptyDatabase, open } from '../support/database.ts'
import { breaches, schemaOf } from './migration-rules.ts'

let home: Awaited<ReturnType<typeof emptyDatabase>>
let database: Database

/**
 * What the migrations since the last release do and are told of all the same, each with the reason
 * why that release can do with it, as with a check that all it writes passes.
 */
const meant: string[] = []

/** The tables of the last release, each with a row: with somebody who has logged in. */
beforeAll(async () => {
  home = await emptyDatabase()
  database = open(home.connection)
  const getMigrations = releasedMigrations
  await database.knex.migrate.latest({ migrationSource: { ...migrationSource, getMigrations } })
  await database.knex.raw(
    `insert into users (id, username, email, full_name, role, status, can_write, created_at, updated_at,
         password_hash)
       select gen_random_uuid(), 'someone', 'someone@example.com', '', 'user', 'active', true, now(), now(), '';
     insert into sessions (id, user_id, created_at, expires_at) select gen_random_uuid(), id, now(), now() from users;
     insert into refresh_tokens (hash, session_id, step, expires_at) select '', id, 1, now() from sessions;
     insert into login_failures (account, address, count, window_end) values ('a', 'b', 1, now());
     insert into known_prefixes (account, address, logged_in_at) values ('a', 'b', now());
     insert into signing_keys (kid, public_key, private_key, created_at) values ('k', '', '', now());
     insert into audit_keys (kid, public_key, private_key, created_at) values ('k', '', '', now());
     insert into audit_events (id, at, action, credential_kind) values (gen_random_uuid(), now(), 'a', 'none');
     insert into audit_unsealed (event_id, at) select id, at from audit_events;
     insert into audit_seals (number, event_id, at, action, digest) select 1, id, at, action, '' from audit_events;
     insert into audit_roots values (1, 1, now(), now(), false, '', '', 'k', now(), '')`,
  )
})
afterAll(async () => {
  await database?.close()
  await home?.close()
})

/** What this does, in a transaction that is rolled back. */
async function breachesOf(migrate: (tx: Parameters<typeof schemaOf>[0]) => Promise<unknown>): Promise<string[]> {
  const tx = await database.knex.transaction()
  try {
    const before = await schemaOf(tx)
    await migrate(tx)
    return breaches(before, await schemaOf(tx))
  } finally {
    await tx.rollback()
  }
}

it('each table has a row, by which writing is seen', async () => {
  const { tables } = await schemaOf(database.knex)
  // Partitions are read by their table.
  const empty = tables.filter(({ name, rows }) => rows === null && !/^audit_\w+_(other|\d{4}_\d\d)$/.test(name))
  expect(empty).toEqual([])
})

describe('the migrations since the last release', () => {
  it('keep what the release relies on, and read and write no table that there is', async () => {
    const released = await releasedMigrations()
    const since = (await migrationSource.getMigrations([])).filter((name) => !released.includes(name))
    const found = await breachesOf(async (tx) => {
      for (const name of since) await (await migrationSource.getMigration(name)).up(tx)
    })
    expect(found).toEqual(meant)
  })
})

describe('a migration is told of', () => {
  it.each([
    ['drop column can_write', ['users.can_write is gone, or has another name']],
    [
      'rename email to mail',
      expect.arrayContaining([
        'users.email is gone, or has another name',
        'users.mail needs a default, or may be null',
      ]),
    ],
    ['rename to people', expect.arrayContaining(['users is gone, or has another name'])],
    ['alter password_hash type varchar(200)', expect.arrayContaining(['users.password_hash is of another type'])],
    ['alter password_hash set not null', ['users.password_hash may no longer be null']],
    ['alter must_change_password drop default', ['users.must_change_password has lost its default']],
    ['add column note uuid default gen_random_uuid()', ['users is written anew']],
    [
      'add constraint named check (username is not null)',
      ['named reads all of users: add it not valid', 'named binds what the last release writes to users'],
    ],
    ['add constraint named check (role <> $$guest$$) not valid', ['named binds what the last release writes to users']],
    [
      'drop constraint users_role_known, add constraint users_role_known check (role <> $$guest$$) not valid',
      [
        'users_role_known of users is gone, or is another one',
        'users_role_known binds what the last release writes to users',
      ],
    ],
    ['alter can_write drop not null', ['users.can_write may be null now, which no reader expects']],
    ['disable trigger users_count_inserts', ['users_count_inserts of users is gone, or is another one']],
    ['add constraint one_name unique (full_name)', ['one_name is built on users: leave it to late-indexes.ts']],
  ])('alter table users %s', async (change, told) => {
    expect(await breachesOf((tx) => tx.raw(`alter table users ${change}`))).toEqual(told)
  })

  it.each([
    [
      'alter table users add column note text not null default $$$$; alter table users alter note drop default',
      ['users.note needs a default, or may be null'],
    ],
    ["update sessions set address = ''", ['rows of sessions are written: fill them beside serving']],
    ['create index on sessions (address)', ['sessions_address_idx is built on sessions: leave it to late-indexes.ts']],
    ['drop index users_email_key', ['users_email_key of users is gone, or is another one']],
    [
      'drop index users_email_key; create index users_email_key on users (email)',
      [
        'users_email_key of users is gone, or is another one',
        'users_email_key is built on users: leave it to late-indexes.ts',
      ],
    ],
    ['drop trigger users_count_updates on users', ['users_count_updates of users is gone, or is another one']],
    [
      'alter table sessions drop constraint sessions_user_id_fkey',
      ['sessions_user_id_fkey of sessions is gone, or is another one'],
    ],
    ["update refresh_tokens set hash = 'b'", ['rows of refresh_tokens are written: fill them beside serving']],
    [
      `alter table audit_events disable trigger user; update audit_events set at = at;
       alter table audit_events enable trigger user`,
      expect.arrayContaining(['rows of audit_events are written: fill them beside serving']),
    ],
    ['drop function refuse_unless', ['refuse_unless(boolean) is gone']],
  ])('%s', async (sql, told) => {
    expect(await breachesOf((tx) => tx.raw(sql))).toEqual(told)
  })

  it.each([
    'alter table users add column note text',
    'alter table users add column note text not null default $$none$$',
    'alter table users add column note timestamptz default now()',
    'alter table users alter password_hash set default $$$$',
    'drop index users_newest',
    'create table notes (id uuid primary key, note text not null, user_id uuid references users (id))',
    'create function added() returns int language sql return 1',
  ])('nothing: %s', async (sql) => {
    expect(await breachesOf((tx) => tx.raw(sql))).toEqual([])
  })
})
