import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/store/database.ts'
import { emptyDatabase, freshDatabase, newUser, open } from '../support/database.ts'

const opened: { close(): Promise<unknown> }[] = []
let home: Awaited<ReturnType<typeof freshDatabase>>

const another = (options = {}): Database => {
  const database = open(home.connection, options)
  opened.unshift(database)
  return database
}

beforeEach(async () => {
  home = await freshDatabase()
  opened.unshift(home)
})
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

const altering = '20261127113900-must-change-password'

/** As an update finds it whose migration alters a table that is in use. */
async function takeBack(database: Database): Promise<void> {
  await database.knex.raw('alter table users drop column must_change_password')
  await database.knex('knex_migrations').where({ name: altering }).delete()
}

/** When the transactions began that have been seen to wait for a lock on users. */
function watchWaiters(database: Database): { seen: Set<string>; stop(): Promise<void> } {
  const seen = new Set<string>()
  let watching = true
  const watch = async () => {
    while (watching) {
      const { rows } = await database.knex.raw(
        `select xact_start::text as began from pg_locks join pg_stat_activity using (pid)
         where not granted and relation = 'users'::regclass and mode = 'AccessExclusiveLock'`,
      )
      for (const { began } of rows) seen.add(began)
      await delay(50)
    }
  }
  const watched = watch()
  return {
    seen,
    stop: () => {
      watching = false
      return watched
    },
  }
}

describe('a migration that meets a long-running query of an old process', () => {
  it('tries again and again, says for whom it waits, and lets everybody read and write meanwhile', async () => {
    const [database, old, serving, watching] = [another(), another(), another(), another()]
    await takeBack(database)
    const before = () =>
      serving.knex.raw(
        `insert into users (id, username, email, full_name, role, status, can_write, created_at, updated_at)
         select gen_random_uuid(), name, name || '@example.com', '', 'user', 'active', true, now(), now()
         from (select gen_random_uuid()::text as name) as made`,
      )
    const waited: string[] = []
    const ran: string[] = []
    const waiters = watchWaiters(watching)
    let migrated: Promise<void> | undefined
    await old.knex.transaction(async (tx) => {
      await tx.raw('select count(*) from users')
      migrated = database.migrate((name) => ran.push(name), { onWait: (why) => waited.push(why) })
      // Who serves waits two seconds for a lock, then fails: this one never does.
      while (waiters.seen.size < 2) {
        await serving.knex.raw('select count(*) from users')
        await before()
      }
    })
    await migrated
    await waiters.stop()
    expect(ran).toEqual([altering])
    expect(waited).toHaveLength(1)
    expect(waited[0]).toMatch(
      /^a migration waits for a lock, lets everybody else go first and is tried again; held for long: process \d+ \(janus, idle in transaction, for \d+ s\) on users\. It goes on when they end/,
    )
    const user = await database.store.users.insert(newUser({ mustChangePassword: true }))
    expect(await database.store.users.find(user.id)).toEqual(user)
  })

  it('is given up by a start that is stopped', async () => {
    const [database, old] = [another(), another()]
    await takeBack(database)
    const stopping = new AbortController()
    await old.knex.transaction(async (tx) => {
      await tx.raw('select count(*) from users')
      const onWait = () => stopping.abort(new Error('stopped'))
      await expect(database.migrate(undefined, { signal: stopping.signal, onWait })).rejects.toThrow(/abort/)
    })
  })
})

describe('a start that waits for another that migrates', () => {
  it('holds up nobody who builds an index, and goes on when the other is gone', async () => {
    const empty = await emptyDatabase()
    opened.push(empty)
    const [starter, other] = [open(empty.connection), open(empty.connection)]
    opened.unshift(starter, other)
    await other.knex.raw('create table built (id int)')
    const ran: string[] = []
    const waiting = Promise.withResolvers<string>()
    let started: Promise<void> | undefined
    await other.knex.transaction(async (tx) => {
      await tx.raw('select pg_advisory_xact_lock(7310872931472)')
      started = starter.migrate((name) => ran.push(name), { onWait: waiting.resolve })
      expect(await waiting.promise).toBe('another instance is preparing the tables; waiting for it')
      expect(ran).toEqual([])
      await other.knex.raw('create index concurrently on built (id)')
    })
    await started
    expect(ran[0]).toBe('0001-users')
    expect((await starter.knex('knex_migrations').pluck('batch')).every((batch) => batch === 1)).toBe(true)
  })
})

describe('migrations of an update', () => {
  it('are a transaction each: those before one that fails stay, and are not run again', async () => {
    const database = another()
    await database.knex.raw('drop function refuse_unless; alter table users drop column must_change_password')
    await database.knex('knex_migrations').whereIn('name', ['20261127100000-standing', altering]).delete()
    await database.knex.raw('alter table users add column must_change_password int')
    const ran: string[] = []
    await expect(database.migrate((name) => ran.push(name))).rejects.toThrow('must_change_password')
    expect(ran).toEqual(['20261127100000-standing', altering])
    await database.knex.raw('alter table users drop column must_change_password')
    await database.migrate((name) => ran.push(name))
    expect(ran).toEqual(['20261127100000-standing', altering, altering])
    // `migrate:rollback` takes back the last batch.
    const last = await database.knex('knex_migrations').orderBy('id', 'desc').first('name', 'batch')
    expect(last).toMatchObject({ name: altering, batch: 3 })
  })
})
