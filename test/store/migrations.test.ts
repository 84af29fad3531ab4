import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrationSource } from '../../src/store/migrations.ts'
import { emptyDatabase, newUser, open } from '../support/database.ts'

let home: Awaited<ReturnType<typeof emptyDatabase>>

beforeEach(async () => {
  home = await emptyDatabase()
})
afterEach(() => home?.close())

const all = await migrationSource.getMigrations([])

async function migrateAs(starter: ReturnType<typeof open>) {
  const ran: string[] = []
  await starter.migrate((name) => ran.push(name))
  return ran
}

describe('migrations', () => {
  it('run once from nothing, and not again', async () => {
    const database = open(home.connection)
    expect(await migrateAs(database)).toEqual(all)
    expect(await migrateAs(database)).toEqual([])
    const user = await database.store.users.insert(newUser())
    expect(await database.store.users.find(user.id)).toEqual(user)
    await database.close()
  })

  it('run once when several instances start together', async () => {
    const starters = [open(home.connection), open(home.connection), open(home.connection)]
    const ran = await Promise.all(starters.map(migrateAs))
    expect(ran.flat()).toEqual(all)
    await Promise.all(starters.map((starter) => starter.close()))
  })

  it('are not stopped by the lock of someone who died', async () => {
    const first = open(home.connection)
    await first.migrate()
    await first.knex('knex_migrations').where({ name: '0002-sessions' }).delete()
    await first.knex.raw('drop table refresh_tokens, sessions, login_failures, signing_keys')
    await first.knex('knex_migrations_lock').update({ is_locked: 1 })
    const starters = [open(home.connection), open(home.connection), open(home.connection)]
    const ran = await Promise.all(starters.map(migrateAs))
    expect(ran.flat()).toEqual(['0002-sessions'])
    expect(await first.knex('knex_migrations_lock').select('is_locked')).toEqual([{ is_locked: 0 }])
    await Promise.all([first, ...starters].map((starter) => starter.close()))
  })

  it('leave nothing behind when one fails', async () => {
    const database = open(home.connection)
    // In the way of the last migration.
    await database.knex.raw('create table signing_keys (id int)')
    await expect(database.migrate()).rejects.toThrow('signing_keys')
    expect(await database.knex.schema.hasTable('users')).toBe(false)
    await database.knex.raw('drop table signing_keys')
    expect(await migrateAs(database)).toEqual(all)
    await database.close()
  })

  it('take longer than a statement may', async () => {
    const database = open(home.connection, { dbStatementTimeoutMs: 200 })
    const slow = open(home.connection)
    let held: Promise<string[]> | undefined
    await slow.knex.transaction(async (tx) => {
      await tx.raw("select pg_advisory_xact_lock('7310872931472')")
      held = migrateAs(database)
      await new Promise((resolve) => setTimeout(resolve, 600))
    })
    expect(await held).toEqual(all)
    expect((await database.knex.raw('show statement_timeout')).rows).toEqual([{ statement_timeout: '200ms' }])
    await Promise.all([database.close(), slow.close()])
  })

  it('are left alone by an older version of the service that starts beside a newer one', async () => {
    const database = open(home.connection)
    await database.migrate()
    const names = () => database.knex('knex_migrations').orderBy('id').pluck('name')
    await database
      .knex('knex_migrations')
      .insert({ name: '20991231235959-later', batch: 2, migration_time: new Date() })
    expect(await migrateAs(database)).toEqual([])
    expect(await names()).toEqual([...all, '20991231235959-later'])
    await database.close()
  })

  it('still run when one that was written later has run already: two branches were merged', async () => {
    const database = open(home.connection)
    await database.migrate()
    await database.knex('knex_migrations').where({ name: '0005-search' }).update({ name: '20991231235959-later' })
    await expect(database.migrate()).rejects.toThrow(/search/)
    await database.close()
  })

  it('can be taken back, to the last table', async () => {
    const database = open(home.connection)
    await database.migrate()
    await database.knex.migrate.rollback({ migrationSource }, true)
    const { rows } = await database.knex.raw(
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not like 'knex%'
       union all select proname from pg_proc where pronamespace = 'public'::regnamespace and proname in ('search_fold', 'search_grams', 'count_users',
         'keep_counters_to_their_trigger', 'search_as_before')`,
    )
    expect(rows).toEqual([])
    await database.close()
  })

  it('fold letters alike on a database whose locale knows none', async () => {
    const plain = await emptyDatabase("locale_provider libc lc_collate 'C' lc_ctype 'C' encoding 'UTF8'")
    const database = open(plain.connection)
    await database.migrate()
    const { rows } = await database.knex.raw("select search_fold('ÉЖＡΟΔΟΣ') as folded, search_grams('éЖa') as grams")
    expect(rows).toEqual([{ folded: 'éжａοδοσ', grams: ['éЖ', 'Жa', 'é', 'Ж'] }])
    await database.close()
    await plain.close()
  })
})
