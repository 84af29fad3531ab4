import { afterEach, beforeEach, expect, it } from 'vitest'
import { negotiate } from '../../src/store/connection.ts'
import { openPool, type Pool, type PoolSettings } from '../../src/store/sql/pool.ts'
import { ask, builder, type Call } from '../../src/store/sql/statement.ts'
import { freshDatabase } from '../support/database.ts'
import { startFront } from '../support/front.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let front: Awaited<ReturnType<typeof startFront>>
let pool: Pool

beforeEach(async () => {
  home = await freshDatabase()
  front = await startFront(home.connection)
})
afterEach(async () => {
  await pool.close()
  front.heal()
  await front.stop()
  await home.close()
})

function openOne(given: Partial<PoolSettings> = {}): Pool {
  return openPool({
    settings: () => negotiate(front.connection, { statementTimeoutMs: 20_000, warn: () => {} }),
    max: 1,
    answerTimeoutMs: 20_000,
    prepared: true,
    onError: () => {},
    ...given,
  })
}

const one: Call<unknown> = ask(builder.raw('select 1 as one'), ({ rows }) => rows[0]?.one)
const sleep: Call<unknown> = ask(builder.raw('select pg_sleep(15)'), () => undefined)

it('who waits for a connection of a server that is left gets one of the next', async () => {
  pool = openOne()
  await pool.run(one)
  const busy = pool.run(sleep).catch(({ message }) => message)
  const waiting = [pool.run(one), pool.run(one)]
  await expect.poll(() => pool.inUse()).toBe(1)
  pool.reopen()
  expect(await Promise.all(waiting)).toEqual([1, 1])
  expect(await busy).toMatch(/Connection terminated/)
})

it('who waits while the service ends is told so', async () => {
  pool = openOne()
  await pool.run(one)
  const busy = pool.run(ask(builder.raw('select pg_sleep(1)'), () => 'done'))
  const waiting = pool.run(one).catch(({ message }) => message)
  await expect.poll(() => pool.inUse()).toBe(1)
  await pool.close()
  expect([await busy, await waiting]).toEqual(['done', 'Unable to acquire a connection'])
  pool = openOne()
})

it('a connection that is not to be used is waited for by nobody, though its server is silent', async () => {
  pool = openOne({
    async verify() {
      front.cut()
      throw new Error('the server only reads')
    },
  })
  await expect(pool.run(one)).rejects.toThrow('the server only reads')
})
