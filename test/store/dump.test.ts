import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyTrail } from '../../src/domain/audit/verify.ts'
import { plainWalk } from '../../src/domain/users/positions.ts'
import { createTrailSource } from '../../src/store/audit/trail-source.ts'
import type { Database } from '../../src/store/database.ts'
import { reconcileCounters } from '../../src/store/users/counters.ts'
import { madeUp, sealerOf } from '../audit/support.ts'
import { changeUser, newUser, open } from '../support/database.ts'
import { type Postgres15, startPostgres15 } from '../support/postgres15.ts'

let server: Postgres15
let source: Database
let users: unknown[]

beforeAll(async () => {
  server = await startPostgres15()
  await server.run('createdb', 'source')
  source = open(server.connection('source'))
  await source.migrate()
  const { store } = source
  for (const role of ['admin', 'user', 'user', 'guest'] as const)
    await store.users.insert(newUser({ role, fullName: 'Größe 李' }))
  const gone = await store.users.insert(newUser({ username: 'gone' }))
  await store.users.remove(gone.id, new Date())
  const user = await store.users.insert(newUser({ username: 'with-session', status: 'suspended' }))
  const [createdAt, expiresAt] = [new Date(), new Date(Date.now() + 1000)]
  const session = { id: '01900000-0000-7000-8000-00000000abcd', userId: user.id, createdAt, expiresAt }
  await store.sessions.insert(session)
  await store.audit.insert(madeUp(5))
  await (await sealerOf(store)).seal()
  await store.audit.insert(madeUp(2))
  // As one that has been restored and put right before.
  await source.knex.raw('update user_counts set n = n + 3')
  expect(await reconcileCounters(source.knex)).toBe(true)
  users = await rowsOf(source)
})
afterAll(async () => {
  await source?.close()
  await server?.stop()
})

const rowsOf = (database: Database) => database.knex('users').orderBy('id')

const all = (database: Database) => database.store.users.listAfter({ ...plainWalk(), limit: 100 })

/** An empty database of this name. */
async function target(name: string): Promise<Database> {
  await server.run('createdb', name)
  return open(server.connection(name))
}

async function trailOf(database: Database) {
  const faults: string[] = []
  const found = await verifyTrail(createTrailSource(database.sql), { onFault: (fault) => void faults.push(fault) })
  return { ...found, faults }
}

const file = (name: string) => join(server.folder, name)

const psql = (database: string, path: string) =>
  server.run('psql', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', database, '-f', path)

const ways: Record<string, (name: string) => Promise<unknown>> = {
  async 'a full dump'(name) {
    await server.run('pg_dump', '-f', file(name), 'source')
    await psql(name, file(name))
  },
  async 'the schema, then the data'(name) {
    await server.run('pg_dump', '-s', '-f', file(`${name}-s`), 'source')
    await server.run('pg_dump', '-a', '-f', file(`${name}-a`), 'source')
    await psql(name, file(`${name}-s`))
    await psql(name, file(`${name}-a`))
  },
  async 'the schema, then the data with triggers disabled'(name) {
    await server.run('pg_dump', '-s', '-f', file(`${name}-s`), 'source')
    await server.run('pg_dump', '-a', '--disable-triggers', '-f', file(`${name}-a`), 'source')
    await psql(name, file(`${name}-s`))
    await psql(name, file(`${name}-a`))
  },
  async 'the schema by a start of the service, then the data'(name) {
    const own = open(server.connection(name))
    await own.migrate()
    await own.close()
    const tables = [
      'users',
      'user_counts',
      'user_hours',
      'sessions',
      'refresh_tokens',
      'known_prefixes',
      'login_failures',
      'signing_keys',
      'audit_*',
    ]
    await server.run('pg_dump', '-a', ...tables.flatMap((table) => ['-t', table]), '-f', file(name), 'source')
    await psql(name, file(name))
  },
  async 'a full archive, two jobs at once'(name) {
    await server.run('pg_dump', '-Fc', '-f', file(name), 'source')
    await server.run('pg_restore', '-j', '2', '-d', name, file(name))
  },
  async 'an archive, section by section, two jobs at once'(name) {
    await server.run('pg_dump', '-Fc', '-f', file(name), 'source')
    for (const section of ['pre-data', 'data', 'post-data'])
      await server.run('pg_restore', `--section=${section}`, '-j', '2', '-d', name, file(name))
  },
  // With triggers, two jobs at once meet foreign keys whose users are not there yet: that is so of
  // every database.
  async 'an archive, the schema and then the data with triggers disabled, two jobs at once'(name) {
    await server.run('pg_dump', '-Fc', '-f', file(name), 'source')
    await server.run('pg_restore', '-s', '-d', name, file(name))
    await server.run('pg_restore', '-a', '--disable-triggers', '-j', '2', '-d', name, file(name))
  },
}

describe('a copy made by', () => {
  it.each(Object.keys(ways).map((way, index) => [way, index] as const))('%s is whole', async (way, index) => {
    const name = `target_${index}`
    const database = await target(name)
    await (ways[way] as (name: string) => Promise<unknown>)(name)
    expect(await rowsOf(database)).toEqual(users)
    expect(await database.store.users.countByRoleAndStatus()).toEqual(await source.store.users.countByRoleAndStatus())
    expect(await reconcileCounters(database.knex)).toBe(false)

    const { store } = database
    await database.migrate()
    expect((await store.users.count({ search: 'GRÖSSE' })).total).toBe(4)
    expect((await store.users.count({ search: '李' })).total).toBe(4)
    const { id } = await store.users.insert(newUser({ role: 'manager', fullName: 'Später' }))
    await changeUser(store, id, { role: 'guest', updatedAt: new Date() })
    expect((await store.users.count({ role: 'guest' })).total).toBe(2)
    expect((await store.users.count({ search: 'SPÄTER' })).total).toBe(1)
    expect((await store.users.count({})).total).toBe((await all(database)).length)
    expect((await store.users.count({})).total).toBe((await all(source)).length + 1)
    // The trail is as it was, and goes on.
    expect(await trailOf(database)).toMatchObject({ faults: [], last: 5, waiting: 2 })
    await (await sealerOf(store)).seal()
    expect(await trailOf(database)).toMatchObject({ faults: [], last: 7, waiting: 0 })
    await database.close()
  })

  it('the data alone, of counters that had been put right twice, needs no more of it', async () => {
    await source.knex.raw('update user_counts set n = n + 3')
    expect(await reconcileCounters(source.knex)).toBe(true)
    expect(await reconcileCounters(source.knex)).toBe(false)
    const database = await target('reconciled')
    await ways['the schema, then the data']?.('reconciled')
    expect(await reconcileCounters(database.knex)).toBe(false)
    expect(await database.store.users.countByRoleAndStatus()).toEqual(await source.store.users.countByRoleAndStatus())
    expect((await database.store.users.count({})).total).toBe((await all(database)).length)
    await database.close()
  })
})
