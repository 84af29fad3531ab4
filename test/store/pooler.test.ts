import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPool } from '../../src/store/sql/pool.ts'
import { ask, builder, type Call } from '../../src/store/sql/statement.ts'
import { emptyDatabase, freshDatabase, newUser, onServer, open } from '../support/database.ts'
import { outcome } from '../support/outcome.ts'
import { ignore_startup_parameters, startPgbouncer } from '../support/pgbouncer.ts'
import { startService } from '../support/service.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>

beforeAll(async () => {
  home = await freshDatabase()
})
afterAll(() => home?.close())

const rows = (text: string): Call<Record<string, unknown>[]> => ask(builder.raw(text), ({ rows }) => [...rows])
const limits = /alter role \w+ set statement_timeout = 5000; alter role \w+ set lock_timeout = 2000/

describe('a start through PgBouncer', () => {
  it.each([
    ['as it is installed', '', /\(unsupported startup parameter: statement_timeout\)/],
    ['that passes over all of them', ignore_startup_parameters, /\(it passes over start-up parameters\)/],
  ])('%s makes the tables, serves, and says which limits to set', async (_, ignored, why) => {
    const empty = await emptyDatabase()
    const pooler = await startPgbouncer({
      upstream: empty.connection,
      ini: { ignore_startup_parameters: ignored },
    })
    const said: string[] = []
    const database = open(pooler.connection, { log: { info: () => {}, warn: (line) => void said.push(line) } })
    await database.migrate()
    await Promise.all(Array.from({ length: 60 }, () => database.store.users.insert(newUser())))
    // One that is missing is built beside serving.
    await database.knex.raw('drop index users_by_id')
    const stopping = new AbortController()
    const kept = database.keepUp(stopping.signal, { info: () => {}, warn: (line) => void said.push(line) })
    await expect
      .poll(() => database.sql.run(rows("select to_regclass('users_by_id') as there")))
      .toEqual([{ there: 'users_by_id' }])
    stopping.abort()
    await kept
    expect(await database.store.users.count({})).toMatchObject({ total: 60 })
    expect(said).toEqual([expect.stringMatching(why)])
    expect(said[0]).toMatch(limits)
    await database.close()
    await pooler.close()
    await empty.close()
  })

  it('says nothing where the role has limits', async () => {
    const said: string[] = []
    const { database: name } = home.connection as { database: string }
    const set = (how: string) => onServer((client) => client.query(`alter database ${name} ${how}`))
    for (const limit of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'])
      await set(`set ${limit} = '3s'`)
    const pooler = await startPgbouncer({ upstream: home.connection })
    const database = open(pooler.connection, { log: { info: () => {}, warn: (line) => void said.push(line) } })
    await database.ready()
    await database.close()
    await set('reset all')
    await pooler.close()
    expect(said).toEqual([])
  })
})

describe('statements that stay prepared in sessions which are shared after all', () => {
  it('are never taken for one another, and are given up', async () => {
    const pooler = await startPgbouncer({ upstream: home.connection, ini: { default_pool_size: 2 } })
    const pools = [1, 2].map(() =>
      openPool({
        settings: async () => ({ ...(pooler.connection as object), ownSession: true }),
        max: 4,
        answerTimeoutMs: 5000,
        prepared: true,
        onError: () => {},
      }),
    )
    const asked = Array.from({ length: 400 }, (_, n) => pools[n % 2]?.run(rows(`select ${n % 20} as n`)))
    expect(await Promise.all(asked)).toEqual(asked.map((_, n) => [{ n: n % 20 }]))
    for (const pool of pools) await pool.close()
    await pooler.close()
  })
})

describe('PgBouncer that', () => {
  it('is restarted is waited for: 503 with Retry-After, then all is well', async () => {
    const pooler = await startPgbouncer({ upstream: home.connection })
    const service = await startService({ connection: pooler.connection })
    const { token } = await service.as('admin')
    await pooler.stop()
    const refused = await service.call('GET', '/users', { token })
    expect(refused.status).toBe(503)
    expect(refused.headers['retry-after']).toBe('1')
    expect((await service.call('GET', '/users:list', { token })).status).toBe(503)
    await pooler.start()
    expect(outcome(await service.call('GET', '/users', { token }))).toBe('200')
    expect(outcome(await service.call('GET', '/users:list', { token }))).toBe('200')
    await service.close()
    await pooler.close()
  })

  it('ends a transaction that does nothing says so to its caller alone', async () => {
    const pooler = await startPgbouncer({ upstream: home.connection, ini: { idle_transaction_timeout: 1 } })
    const { store, close } = open(pooler.connection)
    const user = await store.users.insert(newUser())
    const idle = store.transaction(async (tx) => {
      await tx.users.change(user, { fullName: 'Never', updatedAt: new Date() })
      await new Promise((resolve) => setTimeout(resolve, 2500))
      await tx.users.find(user.id)
    })
    await expect(idle).rejects.toMatchObject({ reason: 'unavailable' })
    expect(await store.users.find(user.id)).toEqual(user)
    await close()
    await pooler.close()
  })

  it('has no session left in time says so, and serves again', async () => {
    const ini = { default_pool_size: 1, query_wait_timeout: 1 }
    const pooler = await startPgbouncer({ upstream: home.connection, ini })
    const { store, close } = open(pooler.connection)
    const user = await store.users.insert(newUser())
    const waited = Promise.withResolvers<unknown>()
    await store.transaction(async (tx) => {
      await tx.users.lock(user.id)
      store.users.find(user.id).catch(waited.resolve)
      expect(await waited.promise).toMatchObject({ reason: 'unavailable' })
    })
    expect(await store.users.find(user.id)).toEqual(user)
    await close()
    await pooler.close()
  })
})
