import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanUp, start } from './janus.ts'
import { startPostgres } from './postgres.ts'

const secret = 'hunter2pw'
let postgres: Awaited<ReturnType<typeof startPostgres>>

beforeAll(async () => {
  postgres = await startPostgres()
  const { sql } = postgres
  for (const role of ['guest', 'owner', 'lost', 'other']) await sql(`create role "${role}" login password '${secret}'`)
  await sql('create role locked_out nologin')
  for (const name of ['closed', 'untrusted', 'bare', 'elsewhere', 'lost', 'taken', 'foreign', 'standby', 'private'])
    await sql(`create database "${name}" template template0`)
  await sql('grant create on schema public to guest', 'untrusted')
  for (const name of ['bare', 'elsewhere', 'taken', 'standby']) await sql(`alter database ${name} owner to owner`)
  await sql("alter database bare set extension_control_path = '/no/such/folder'")
  await sql('create schema apart; create extension pg_trgm schema apart', 'elsewhere')
  await sql('alter database lost owner to lost; alter role lost set search_path = nowhere')
  await sql('create table users (name text); grant all on users to owner', 'taken')
  await sql(
    'create extension pg_trgm; create table knex_migrations (id serial, name text, batch int, migration_time timestamptz)',
    'foreign',
  )
  await sql('grant create on schema public to guest; grant select on knex_migrations to guest', 'foreign')
  await sql('alter database standby set default_transaction_read_only = on')
  await sql('revoke connect on database private from public')
}, 120_000)
afterAll(async () => {
  await cleanUp()
  await postgres?.close()
}, 60_000)

/**
 * What a start that fails says, its greeting and steps apart: one line, without a stack or a
 * password.
 */
async function sentenceOf(url: string, env: Record<string, string> = {}): Promise<string> {
  const janus = await start({ DATABASE_URL: url, ADMIN_PASSWORD: 'long enough', ...env })
  expect(await janus.ended).toEqual({ code: 1, signal: null })
  expect(janus.stdout() + janus.stderr()).not.toContain('hunter2')
  const lines = janus.stderr().trimEnd().split('\n')
  // The driver's own warning of what sslmode will mean.
  const told = lines.filter((line) => /^(The|A file) /.test(line))
  expect(told).toHaveLength(1)
  expect(lines.filter((line) => /^\s+at |^\S*[Ee]rror:/.test(line))).toEqual([])
  return told[0] as string
}

describe('a database that will not do', { timeout: 120_000 }, () => {
  it.concurrent.each<
    [what: string, user: string, password: string | undefined, database: string, query: string, said: RegExp]
  >([
    ['no CREATE on public', 'guest', secret, 'closed', '', /schema public.*grant usage, create on schema public/],
    [
      'an extension that it may not create',
      'guest',
      secret,
      'untrusted',
      '',
      /superuser run in this database: create extension pg_trgm$/,
    ],
    [
      'an extension that is not installed',
      'owner',
      secret,
      'bare',
      '',
      /pg_trgm.*Install the server's contrib package/,
    ],
    [
      'an extension outside the search path',
      'owner',
      secret,
      'elsewhere',
      '',
      /alter extension pg_trgm set schema public$/,
    ],
    ['a search path to nowhere', 'lost', secret, 'lost', '', /search_path.*Create the schema/],
    ['tables of another program', 'owner', secret, 'taken', '', /"users" already exists.*database of its own/],
    ['tables of another role', 'guest', secret, 'foreign', '', /knex_migrations.*belong to another role/],
    ['a database that only reads', 'owner', secret, 'standby', '', /read-only transaction.*to the primary\.$/],
    ['no right to connect', 'guest', secret, 'private', '', /permission denied for database.*grant connect/],
    [
      'a wrong password',
      'owner',
      'hunter2no',
      'postgres',
      '',
      /password authentication failed.*right user and password/,
    ],
    [
      'a role that is missing',
      'ghost',
      secret,
      'postgres',
      '',
      /password authentication failed for user "ghost".*right user/,
    ],
    ['no password', 'owner', undefined, 'postgres', '', /asks for a password: put one into DATABASE_URL\.$/],
    [
      'a database that is missing',
      'owner',
      secret,
      'never_made',
      '',
      /"never_made" does not exist\. Make it \(create database …\)/,
    ],
    [
      'a server without TLS',
      'owner',
      secret,
      'postgres',
      '?sslmode=verify-full',
      /does not support SSL.*Leave sslmode out/,
    ],
    [
      'a certificate file that is missing',
      'owner',
      secret,
      'postgres',
      '?sslrootcert=/no/ca.pem',
      /cannot be read.*\/no\/ca\.pem.*Put it there, for whoever runs the service to read\.$/,
    ],
  ])('with %s is a sentence that says what to do', async (_, user, password, database, query, said) => {
    expect(await sentenceOf(postgres.url(user, password, database, query))).toMatch(said)
  })

  it.concurrent('behind MIGRATION_DATABASE_URL is told by that name', async () => {
    const good = postgres.url('owner', secret, 'postgres')
    const wrong = postgres.url('owner', 'hunter2no', 'postgres')
    const away = 'postgres://owner@127.0.0.1:1/postgres'
    const [refused, gone] = await Promise.all(
      [wrong, away].map((url) => sentenceOf(good, { MIGRATION_DATABASE_URL: url })),
    )
    expect(refused).toMatch(/password authentication failed.*password into MIGRATION_DATABASE_URL,/)
    expect(gone).toMatch(/ECONNREFUSED.*Check MIGRATION_DATABASE_URL, and that the server runs\.$/)
  })

  it('with a role that may not log in, or none of its limit left, as well', async () => {
    await postgres.sql(`alter role locked_out password '${secret}'; alter role other connection limit 0`)
    const [locked, busy] = await Promise.all([
      sentenceOf(postgres.url('locked_out', secret, 'postgres')),
      sentenceOf(postgres.url('other', secret, 'postgres')),
    ])
    expect(locked).toMatch(/not permitted to log in\. Create the role/)
    expect(busy).toMatch(/too many connections for role "other".*DB_POOL_MAX/)
  })

  // The last: from here the server speaks TLS.
  it('with a certificate that nobody vouches for, as well', async () => {
    await postgres.restartWithTls()
    expect(await sentenceOf(postgres.url('owner', secret, 'postgres', '?sslmode=verify-full'))).toMatch(
      /self-signed certificate.* Its certificate is not to be trusted: add &sslrootcert=/,
    )
  })
})
