import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DomainError } from '../../src/domain/errors.ts'
import { isUnavailable } from '../../src/store/conflicts.ts'
import { quietLog } from '../../src/store/database.ts'
import { ask, builder } from '../../src/store/sql/statement.ts'
import { emptyDatabase, freshDatabase, newUser, open } from '../support/database.ts'
import { startFront } from '../support/front.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>

beforeAll(async () => {
  home = await freshDatabase()
})
afterAll(() => home?.close())

const unavailable = { name: 'DomainError', reason: 'unavailable', facts: { retryAfter: 1 } }

describe('unavailable', () => {
  it('is what a server that stops is, in and out of a transaction, until it is back', async () => {
    const front = await startFront(home.connection)
    const database = open(front.connection)
    const { store } = database
    const user = await store.users.insert(newUser())
    const broken = store.transaction(async (tx) => {
      await tx.users.lock(user.id)
      await front.stop()
      return tx.users.find(user.id)
    })
    await expect(broken).rejects.toMatchObject(unavailable)
    for (const call of [
      () => store.users.find(user.id),
      () => store.users.count({}),
      () => store.transaction((tx) => tx.users.find(user.id)),
      () => store.sessions.find(user.id),
      () => store.signingKeys.list(),
    ]) {
      await expect(call()).rejects.toMatchObject(unavailable)
    }
    await expect(database.ready()).rejects.toThrow()
    await front.start()
    expect(await store.users.find(user.id)).toEqual(user)
    await database.ready()
    await database.close()
    await front.stop()
  })

  it('is a server that ends our connections', async () => {
    const database = open(home.connection, { dbPoolMax: 1 })
    const other = open(home.connection)
    const asked = database.store.transaction(async (tx) => {
      await tx.users.count({})
      await other.knex.raw(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      await tx.users.count({})
    })
    await expect(asked).rejects.toMatchObject(unavailable)
    expect((await database.store.users.count({})).total).toBeGreaterThanOrEqual(0)
    await Promise.all([database.close(), other.close()])
  })

  it('is a statement that takes too long, and one that waits too long for a lock', async () => {
    const database = open(home.connection, { dbStatementTimeoutMs: 300 })
    const user = await database.store.users.insert(newUser())
    const holder = open(home.connection)
    await holder.store.transaction(async (tx) => {
      await tx.users.lock(user.id)
      const began = Date.now()
      await expect(database.store.users.recordLogin(user.id, new Date())).rejects.toMatchObject(unavailable)
      expect(Date.now() - began).toBeLessThan(1500)
      const patient = open(home.connection)
      const waited = patient.store.users.recordLogin(user.id, new Date()).catch((error) => error)
      expect(await waited).toMatchObject({ ...unavailable, cause: { code: '55P03' } })
      await patient.close()
    })
    await expect(database.knex.raw('select pg_sleep(1)')).rejects.toMatchObject({ code: '57014' })
    await Promise.all([database.close(), holder.close()])
  })

  it('is a database that only reads, as after a failover', async () => {
    const database = open(home.connection, { dbPoolMax: 1 })
    await database.sql.run(ask(builder.raw('set default_transaction_read_only = on'), () => undefined))
    const failure = await database.store.users.insert(newUser()).catch((error) => error)
    expect(failure).toMatchObject({ ...unavailable, cause: { code: '25006' } })
    await database.close()
  })

  it('is a pool that has no connection left, or is closing', async () => {
    const database = open(home.connection, { dbPoolMax: 1 })
    await database.store.transaction(async () => {
      await expect(database.store.users.count({})).rejects.toMatchObject(unavailable)
    })
    await database.close()
    await expect(database.store.users.count({})).rejects.toMatchObject(unavailable)
  })

  it('is a deadlock for one of the two', async () => {
    const database = open(home.connection)
    const { store } = database
    const [a, b] = [await store.users.insert(newUser()), await store.users.insert(newUser())]
    let holding = 0
    const bothHold = Promise.withResolvers<void>()
    const both = (first: string, second: string) =>
      store.transaction(async (tx) => {
        await tx.users.lock(first)
        holding += 1
        if (holding === 2) bothHold.resolve()
        await bothHold.promise
        await tx.users.lock(second)
      })
    const ends = await Promise.allSettled([both(a.id, b.id), both(b.id, a.id)])
    const failures = ends.filter((end) => end.status === 'rejected')
    expect(failures).toHaveLength(1)
    expect(failures[0]?.reason).toMatchObject(unavailable)
    await database.close()
  })

  it.each([
    '08006',
    '53100',
    '53300',
    '57P01',
    '57P03',
    '40001',
    '25P03',
    'ECONNREFUSED',
    'EPIPE',
    'ENOENT',
    'ETIMEDOUT',
    'EAI_AGAIN',
    'EMFILE',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('is the code %s', (code) => expect(isUnavailable(Object.assign(new Error('x'), { code }))).toBe(true))

  it.each([
    'Connection terminated unexpectedly',
    'Connection ended unexpectedly',
    'timeout expired',
    'aborted',
    'The server does not support SSL connections',
  ])('is the message "%s"', (message) => expect(isUnavailable(new Error(message))).toBe(true))

  it.each(['23505', '23514', '42P01', '42501', '22P02', '25P02'])('is not the code %s', (code) => {
    expect(isUnavailable(Object.assign(new Error('timeout expired'), { code }))).toBe(false)
  })

  it('is not that an address is taken, or that a file is missing', () => {
    const failure = (code: string, syscall: string) => Object.assign(new Error('x'), { code, syscall })
    expect(isUnavailable(failure('EADDRINUSE', 'listen'))).toBe(false)
    expect(isUnavailable(failure('ENOENT', 'open'))).toBe(false)
    expect(isUnavailable(failure('EMFILE', 'connect'))).toBe(true)
  })

  it('is no fault of ours', async () => {
    const database = open(home.connection)
    const failure = await database.store.users.find('no-uuid').catch((error) => error)
    expect(failure).toMatchObject({ code: '22P02' })
    expect(failure).not.toBeInstanceOf(DomainError)
    await database.close()
  })
})

describe('the way of migrations', () => {
  it('leads to the database that is served, or nothing is made', async () => {
    const other = await emptyDatabase()
    const database = open(home.connection, { migrations: other.connection })
    await expect(database.migrate()).rejects.toThrow(
      /^MIGRATION_DATABASE_URL leads to another database than DATABASE_URL/,
    )
    await database.close()
    const there = open(other.connection)
    expect(await there.sql.run(ask(builder.raw("select to_regclass('users') as users"), ({ rows }) => rows))).toEqual([
      { users: null },
    ])
    await there.close()
    await other.close()
    const same = open(home.connection, { migrations: JSON.parse(JSON.stringify(home.connection)) })
    await same.migrate()
    await same.close()
  })
})

describe('the log', () => {
  it('tells one line of one failure, then how many were like it', () => {
    let now = 0
    const lines: string[] = []
    const log = quietLog(
      (line) => lines.push(line),
      () => now,
    )
    for (let i = 0; i < 5; i++) log.warn(`Acquire connection error: Error: no\n    at somewhere`)
    now = 20_000
    log.error('again')
    log.debug('never')
    expect(lines).toEqual(['Acquire connection error: Error: no', 'again (4 more were not shown)'])
  })

  it('stays short during an outage', async () => {
    const warn = vi.fn()
    const connection = { host: '127.0.0.1', port: 1, user: 'nobody', database: 'none' }
    const database = open(connection, { log: { info: () => {}, warn } })
    for (let i = 0; i < 20; i++) await expect(database.store.users.count({})).rejects.toMatchObject(unavailable)
    expect(warn.mock.calls.length).toBeLessThanOrEqual(1)
    await database.close()
  })
})
