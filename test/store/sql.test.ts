import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Connection } from '../../src/store/connection.ts'
import type { Database } from '../../src/store/database.ts'
import { sharesOf } from '../../src/store/sql/pools.ts'
import { ask, builder, type Call } from '../../src/store/sql/statement.ts'
import { freshDatabase, newUser, open } from '../support/database.ts'
import { startFront } from '../support/front.ts'
import { startPgbouncer } from '../support/pgbouncer.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>

beforeAll(async () => {
  home = await freshDatabase()
})
afterAll(() => home?.close())

const rows = (text: string): Call<Record<string, unknown>[]> => ask(builder.raw(text), ({ rows }) => [...rows])
const slowly = (seconds: number): Call<unknown> => ({ ...rows(`select pg_sleep(${seconds})`), heavy: true })

/** Names of what the connections of a pool of one keep prepared. */
const prepared = async ({ sql }: Database) =>
  (await sql.run(rows(`select name from pg_prepared_statements where name like 'janus\\_%'`))).length

type Way = (upstream: Connection) => Promise<{ connection: Connection; stop(): Promise<void> }>
const pgbouncer =
  (ini: Record<string, string>): Way =>
  async (upstream) => {
    const { connection, close } = await startPgbouncer({ upstream, ini })
    return { connection, stop: close }
  }

describe.each<[string, Way]>([
  ['whose sessions are ours', startFront],
  ['behind a pooler that refuses timeouts', (upstream) => startFront(upstream, { refuse: 'statement_timeout' })],
  ['behind PgBouncer as it is installed', pgbouncer({ ignore_startup_parameters: '' })],
  ['behind PgBouncer that passes over what we ask', pgbouncer({})],
])('a batch, on a server %s', (_, reach) => {
  let front: Awaited<ReturnType<Way>>
  let database: Database

  beforeAll(async () => {
    front = await reach(home.connection)
    database = open(front.connection)
  })
  afterAll(async () => {
    await database?.close()
    await front?.stop()
  })

  it('is written whole or not at all', async () => {
    const [first, second] = [newUser(), newUser()]
    const taken = newUser({ username: first.username })
    const writes = [first, taken].map((user) => ['users', 'insert', user] as const)
    await expect(database.store.batch(writes)).rejects.toMatchObject({ reason: 'username_taken' })
    expect(await database.store.users.find(first.id)).toBeUndefined()
    await database.store.batch([first, second].map((user) => ['users', 'insert', user] as const))
    expect(await database.store.batch([first, second].map(({ id }) => ['users', 'find', id] as const))).toMatchObject([
      { id: first.id },
      { id: second.id },
    ])
  })

  it('is one round trip, whose statements each see what was committed before', async () => {
    const user = await database.store.users.insert(newUser())
    const held = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const holder = database.store.transaction(async (tx) => {
      await tx.users.lock(user.id)
      held.resolve()
      await release.promise
      await tx.users.change(user, { fullName: 'Seen', updatedAt: new Date() })
    })
    await held.promise
    const trips: number[] = []
    const stop = database.sql.observe((steps) => trips.push(steps.length))
    const waiting = database.store.batch([
      ['users', 'lock', user.id],
      ['users', 'find', user.id],
    ])
    await expect.poll(() => trips.length).toBe(1)
    stop()
    release.resolve()
    await holder
    expect((await waiting)[1]).toMatchObject({ fullName: 'Seen' })
  })
})

describe('a statement', () => {
  it('stays prepared on its connection, once', async () => {
    const database = open(home.connection, { dbPoolMax: 1 })
    const { id } = newUser()
    for (let n = 0; n < 3; n++) await database.store.batch([1, 2].map(() => ['users', 'find', id] as const))
    const before = await prepared(database)
    await database.store.users.find(id)
    expect(await prepared(database)).toBe(before)
    await database.close()
  })

  it('does not where that is switched off', async () => {
    const database = open(home.connection, { dbPoolMax: 1, dbPrepared: false })
    const user = await database.store.users.insert(newUser())
    expect(await database.store.users.find(user.id)).toEqual(user)
    expect(await prepared(database)).toBe(0)
    await database.close()
  })

  it('is prepared anew where the server has forgotten it, or has another table', async () => {
    const database = open(home.connection, { dbPoolMax: 1 })
    const user = await database.store.users.insert(newUser())
    await database.store.users.find(user.id)
    await database.sql.run(rows('deallocate all'))
    expect(await database.store.users.find(user.id)).toEqual(user)
    await database.sql.run(rows('create table shape as select 1 as one'))
    const look = rows('select * from shape')
    expect(await database.sql.run(look)).toEqual([{ one: 1 }])
    await database.sql.run(rows('alter table shape add column two text'))
    expect(await database.sql.run(look)).toEqual([{ one: 1, two: null }])
    await database.close()
  })

  it('has a name as long as there are some, so that nothing grows', async () => {
    const database = open(home.connection, { dbPoolMax: 1 })
    for (let n = 0; n < 300; n++) expect(await database.sql.run(rows(`select ${n} as n`))).toEqual([{ n }])
    expect(await prepared(database)).toBeLessThanOrEqual(256)
    await database.close()
  })
})

describe('what may take long', () => {
  it('has connections of its own, and keeps nobody else waiting', async () => {
    const database = open(home.connection)
    const searching = Promise.allSettled(Array.from({ length: 12 }, () => database.sql.run(slowly(0.4))))
    await database.store.users.count({})
    const done = await Promise.race([searching.then(() => 'all'), database.store.users.count({}).then(() => 'counted')])
    expect(done).toBe('counted')
    await searching
    await database.close()
  })

  it('ends soon', async () => {
    const database = open(home.connection)
    await expect(database.sql.run(slowly(30))).rejects.toMatchObject({ code: '57014' })
    await database.close()
  }, 15_000)
})

describe('connections', () => {
  it.each([
    [1, { serving: 1, heavy: 0, upkeep: 2 }],
    [3, { serving: 2, heavy: 1, upkeep: 2 }],
    [6, { serving: 3, heavy: 1, upkeep: 2 }],
    [10, { serving: 6, heavy: 2, upkeep: 2 }],
    [40, { serving: 30, heavy: 8, upkeep: 2 }],
  ])('of %i are divided as %j', (max, shares) => expect(sharesOf(max)).toEqual(shares))

  it('are never more than DB_POOL_MAX, whatever is asked', async () => {
    const database = open(home.connection, { dbPoolMax: 6 })
    const stopping = new AbortController()
    const kept = database.keepUp(stopping.signal, { info: () => {}, warn: () => {} })
    const calls = Array.from({ length: 40 }, (_, n) =>
      n % 2 ? database.sql.run(slowly(0.02)) : database.sql.run(rows('select pg_sleep(0.02)')),
    )
    const counting = `select count(*)::int as n from pg_stat_activity
      where datname = current_database() and application_name = 'janus'`
    const [{ n } = { n: 0 }] = await database.sql.run(rows(counting))
    await Promise.all(calls)
    const [later = { n: 0 }] = await database.sql.run(rows(counting))
    expect(Math.max(Number(n), Number(later.n))).toBeLessThanOrEqual(6)
    expect(Number(later.n)).toBeGreaterThan(2)
    stopping.abort()
    await kept
    await database.close()
  })

  it('that a silent network has are given up, also by whoever closes meanwhile', async () => {
    const front = await startFront(home.connection)
    const database = open(front.connection, { dbStatementTimeoutMs: 100 })
    await database.sql.run(rows('select 1'))
    front.silence()
    const answer = database.sql.run(rows('select 2'))
    await Promise.all([database.close(), expect(answer).rejects.toThrow('Query read timeout')])
    await front.stop()
  }, 10_000)
})
