import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/store/database.ts'
import { migrationSource } from '../../src/store/migrations.ts'
import { releasedMigrations } from '../rollout/release.ts'
import { emptyDatabase, open } from '../support/database.ts'
import { breaches, schemaOf } from './migration-rules.ts'

let home: Awaited<ReturnType<typeof emptyDatabase>>
let database: Database

/** The tables of the last release, with somebody who has logged in. */
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
     insert into login_failures (account, address, count, window_end) values ('a', 'b', 1, now());
     insert into signing_keys (kid, public_key, private_key, created_at) values ('k', '', '', now())`,
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

describe('the migrations since the last release', () => {
  it('keep what the release relies on, and read and write no table that there is', async () => {
    const released = await releasedMigrations()
    const since = (await migrationSource.getMigrations([])).filter((name) => !released.includes(name))
    const found = await breachesOf(async (tx) => {
      for (const name of since) await (await migrationSource.getMigration(name)).up(tx)
    })
    expect(found).toEqual([])
  })
})

describe('a migration is told of', () => {
  it.each([
    ['drop column can_write', ['users.can_write is gone, or has another name']],
    [
      'rename email to mail',
      ['users.email is gone, or has another name', 'users.mail needs a default, or may be null'],
    ],
    ['rename to people', expect.arrayContaining(['users is gone, or has another name'])],
    ['alter password_hash type varchar(200)', expect.arrayContaining(['users.password_hash is of another type'])],
    ['alter password_hash set not null', ['users.password_hash may no longer be null']],
    ['alter must_change_password drop default', ['users.must_change_password has lost its default']],
    ['add column note uuid default gen_random_uuid()', ['users is written anew']],
    ['add constraint named check (username is not null)', ['named reads all of users: add it not valid']],
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
    ['drop function refuse_unless', ['refuse_unless(boolean) is gone']],
  ])('%s', async (sql, told) => {
    expect(await breachesOf((tx) => tx.raw(sql))).toEqual(told)
  })

  it.each([
    'alter table users add column note text',
    'alter table users add column note text not null default $$none$$',
    'alter table users add column note timestamptz default now()',
    'alter table users add constraint named check (username is not null) not valid',
    'alter table users alter password_hash set default $$$$, alter username drop not null',
    'create table notes (id uuid primary key, note text not null, user_id uuid references users (id))',
    'create function added() returns int language sql return 1',
  ])('nothing: %s', async (sql) => {
    expect(await breachesOf((tx) => tx.raw(sql))).toEqual([])
  })
})
