import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Database } from '../../src/store/database.ts'
import { changeUser, freshDatabase, newUser, open } from '../support/database.ts'

const name = 'users_by_creation'

let home: Awaited<ReturnType<typeof freshDatabase>>
let database: Database
let serving: Database

beforeAll(async () => {
  home = await freshDatabase()
  database = open(home.connection)
  serving = open(home.connection)
})
afterAll(async () => {
  await Promise.all([database?.close(), serving?.close()])
  await home?.close()
})

/** True and false while it is there: whether it is whole. */
async function isWhole(): Promise<boolean | undefined> {
  const { rows } = await database.knex.raw('select indisvalid from pg_index where indexrelid = to_regclass(?)', [name])
  return rows[0]?.indisvalid
}

it('an index whose build was killed is dropped and built anew by the next upkeep, while everybody reads and writes', async () => {
  const user = await database.store.users.insert(newUser())
  await database.knex.raw(`drop index ${name}`)
  let going = true
  let served = 0
  const serve = async () => {
    for (; going; served++) {
      await serving.store.users.insert(newUser())
      await changeUser(serving.store, user.id, { fullName: `name ${served}`, updatedAt: new Date() })
      expect((await serving.store.users.find(user.id))?.fullName).toBe(`name ${served}`)
      expect((await serving.store.users.count({})).total).toBeGreaterThan(1)
    }
  }
  const loop = serve()
  const serveMore = async () => {
    for (const then = served; served < then + 5; ) await Promise.race([delay(5), loop])
  }

  const upkeep = () => {
    const stopping = new AbortController()
    const log = { info: vi.fn(), warn: vi.fn() }
    const kept = database.keepUp(stopping.signal, log)
    return {
      log,
      end: () => {
        stopping.abort()
        return kept
      },
    }
  }
  const first = upkeep()
  const old = open(home.connection)
  // As long as this transaction is open, no build ends.
  await old.knex.transaction(async (tx) => {
    await tx('users')
      .where({ id: (await database.store.users.insert(newUser())).id })
      .forNoKeyUpdate()
    while ((await isWhole()) === undefined) await Promise.race([delay(20), loop])
    await serveMore()
    const { rows } = await database.knex.raw('select pg_terminate_backend(pid) from pg_stat_progress_create_index')
    expect(rows).toHaveLength(1)
    await vi.waitUntil(() => first.log.warn.mock.calls.length > 0, { timeout: 20_000 })
    expect(first.log.warn).toHaveBeenCalledWith(
      expect.stringContaining('indexes could not be built and will be tried again'),
    )
    expect(await isWhole()).toBe(false)
    await serveMore()
  })
  await first.end()

  const next = upkeep()
  while (!(await isWhole())) await Promise.race([delay(20), loop])
  await serveMore()
  going = false
  await loop
  await next.end()
  expect(next.log.warn).not.toHaveBeenCalled()
  await old.close()
})
