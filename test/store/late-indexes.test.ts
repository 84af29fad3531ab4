import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Database } from '../../src/store/database.ts'
import { migrationSource } from '../../src/store/migrations.ts'
import { emptyDatabase, newUser, open } from '../support/database.ts'

const indexes = [
  ...['creation', 'email', 'hash_cost', 'id', 'username'].map((order) => `users_by_${order}`),
  ...['creation', 'email', 'id', 'username'].map((order) => `users_deleted_by_${order}`),
  'users_search',
  'users_search_deleted',
  'users_search_keyless',
]
const replaced = [
  ...['hash_cost', 'in_role', 'in_status'].map((name) => `users_${name}`),
  ...['by_role', 'by_status', 'deleted'].map((name) => `users_newest_${name}`),
]

let home: Awaited<ReturnType<typeof emptyDatabase>>
let database: Database

beforeEach(async () => {
  home = await emptyDatabase()
  database = open(home.connection)
})
afterEach(async () => {
  await database?.close()
  await home?.close()
})

/** The tables of the version before, with this many users. */
async function asBefore(users: number): Promise<string[]> {
  const getMigrations = async () => ['0001-users', '0002-sessions']
  await database.knex.migrate.latest({ migrationSource: { ...migrationSource, getMigrations } })
  const { rows } = await database.knex.raw(
    `insert into users (id, username, email, full_name, role, status, can_write, created_at, updated_at, password_hash)
     select gen_random_uuid(), 'old-' || n, 'old-' || n || '@example.com', 'Größe', 'user', 'active', true, now(), now(),
            '$2b$11$' || repeat('x', 53)
     from generate_series(1, ?::int) n returning id`,
    [users],
  )
  return rows.map(({ id }: { id: string }) => id)
}

async function whole(names = indexes): Promise<string[]> {
  const { rows } = await database.knex.raw(
    `select relname from pg_class join pg_index on indexrelid = pg_class.oid
     where indisvalid and relname = any(?) order by relname`,
    [names],
  )
  return rows.map(({ relname }: { relname: string }) => relname)
}

const unfilled = async () => Number((await database.knex('users').whereNull('search_keys').count('* as n').first())?.n)

/**
 * What beside serving is done by these, until there is nothing left to do; and what they have told.
 */
async function keptUp(...services: Database[]): Promise<{ info: string[]; warn: string[] }> {
  const stopping = new AbortController()
  const log = { info: vi.fn(), warn: vi.fn() }
  const kept = services.map((service) => service.keepUp(stopping.signal, log))
  const isDone = async () =>
    (await whole()).length === indexes.length && (await whole(replaced)).length === 0 && (await unfilled()) === 0
  while (!(await isDone())) await delay(20)
  stopping.abort()
  await Promise.all(kept)
  return { info: log.info.mock.calls.flat(), warn: log.warn.mock.calls.flat() }
}

const spoil = (name: string) =>
  database.knex.raw('update pg_index set indisvalid = false where indexrelid = to_regclass(?)', [name])

describe('tables with users', () => {
  it('are migrated while processes of the version before log in and write', { timeout: 30_000 }, async () => {
    const ids = await asBefore(600)
    let writing = true
    let logins = 0
    const before = open(home.connection, { dbPoolMax: 10 })
    const login = (n: number) =>
      before.knex.transaction(async (tx) => {
        const id = ids[n % ids.length] as string
        await tx('users').where({ id }).forNoKeyUpdate().select('id')
        await tx('users').where({ id }).update({ last_login_at: new Date(), updated_at: new Date() })
        logins++
      })
    const insert = async () => {
      const { id, username, email, fullName: full_name, role, status, createdAt } = newUser()
      const times = { created_at: createdAt, updated_at: createdAt }
      await before.knex('users').insert({ id, username, email, full_name, role, status, can_write: true, ...times })
    }
    const loops = Array.from({ length: 8 }, async (_, loop) => {
      for (let n = loop; writing; n += 8) await (loop < 6 ? login(n) : insert())
    })
    const migrated = delay(200).then(() => database.migrate())
    // An error in a loop ends the test, too.
    await Promise.race([migrated, ...loops])
    await migrated
    const then = logins
    while (logins < then + 50) await Promise.race([delay(10), ...loops])
    expect(await whole()).toEqual([])
    expect(await database.store.users.highestHashCost()).toBeUndefined()
    expect((await database.store.users.count({ search: 'Größe' })).total).toBe(600)
    expect((await database.store.users.count({ search: 'öß' })).total).toBe(600)

    const upkeep = keptUp(database)
    while ((await whole()).length < indexes.length) await Promise.race([delay(10), ...loops])
    writing = false
    await Promise.all(loops)
    await before.close()
    const { info, warn } = await upkeep
    expect(info[0]).toBe(
      'indexes are being built while the service serves: users_by_hash_cost, users_search_keyless, users_search, ' +
        'users_search_deleted, users_by_id, users_by_creation, users_by_username, users_by_email, users_deleted_by_id, ' +
        'users_deleted_by_creation, users_deleted_by_username, users_deleted_by_email',
    )
    expect(warn).toEqual([])
    expect(await database.store.users.highestHashCost()).toBe(11)
    expect((await database.store.users.count({ search: 'GRÖSSE' })).total).toBe(600)
    expect((await database.store.users.count({ search: 'ÖS' })).total).toBe(600)
  })

  it('get their indexes from one of several instances', async () => {
    await asBefore(300)
    await database.migrate()
    const services = [1, 2, 3].map(() => open(home.connection))
    const { info, warn } = await keptUp(...services)
    expect(info.filter((line) => line.includes('indexes'))).toHaveLength(1)
    expect(warn).toEqual([])
    await Promise.all(services.map((service) => service.close()))
  })

  it('are not filled before the index that finds who is to be filled is there', async () => {
    await asBefore(300)
    await database.migrate()
    // As long as this one is at work, no index becomes whole.
    const other = open(home.connection)
    const stopping = new AbortController()
    const log = { info: vi.fn(), warn: vi.fn() }
    let kept: Promise<void> | undefined
    await other.knex.transaction(async (tx) => {
      await tx('users').limit(1).update({ updated_at: new Date() })
      kept = database.keepUp(stopping.signal, log)
      await delay(500)
      expect(await unfilled()).toBe(300)
      // Longer than a lock may be waited for elsewhere.
      await delay(2000)
    })
    while ((await unfilled()) > 0) await delay(20)
    expect(await whole()).toEqual(indexes)
    expect(log.warn).not.toHaveBeenCalled()
    stopping.abort()
    await kept
    await other.close()
  })
})

describe('an index', () => {
  beforeEach(async () => {
    await database.migrate()
    await database.store.users.insert(newUser({ passwordHash: `$2b$12$${'x'.repeat(53)}` }))
  })

  it('is there at once where there are no users', async () => {
    expect(await whole()).toEqual(indexes)
    expect(await whole(replaced)).toEqual([])
    expect(await keptUp(database)).toEqual({ info: [], warn: [] })
  })

  it.each(indexes)('%s that is not whole is rebuilt', async (name) => {
    await spoil(name)
    expect(await database.store.users.highestHashCost()).toBe(name === 'users_by_hash_cost' ? undefined : 12)
    const { info, warn } = await keptUp(database)
    expect(info).toEqual([`indexes are being built while the service serves: ${name}`])
    expect(warn).toEqual([])
    expect(await database.store.users.highestHashCost()).toBe(12)
  })

  it('is left unfinished by a service that is stopped, and built by the next one', async () => {
    await database.knex.raw('drop index users_by_hash_cost')
    const stopping = new AbortController()
    const log = { info: vi.fn(), warn: vi.fn() }
    const other = open(home.connection)
    await other.knex.transaction(async (tx) => {
      await tx('users').update({ updated_at: new Date() })
      const kept = database.keepUp(stopping.signal, log)
      const there = () => database.knex.raw("select to_regclass('users_by_hash_cost') as there")
      while (!(await there()).rows[0].there) await delay(20)
      stopping.abort()
      await kept
    })
    expect(await whole()).not.toContain('users_by_hash_cost')
    expect(log.warn).not.toHaveBeenCalled()
    expect((await keptUp(database)).warn).toEqual([])
    await other.close()
  })
})
