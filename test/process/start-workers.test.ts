import pg from 'pg'
import pino from 'pino'
import { afterEach, expect, it, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { startWorkers } from '../../src/process/workers.ts'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/processes.ts'
import { ask, urlOf } from './janus.ts'

/* Workers that are started and told by this process, in a start that waits for a lock. */

const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  vi.useRealTimers()
  for (const close of closing.splice(0).toReversed()) await close()
})

/** Two workers that start; `go` lets them do so. */
async function startTwo(stop = new AbortController().signal) {
  const database = await freshDatabase()
  closing.push(database.close)
  const DATABASE_URL = urlOf(database.connection)
  const lock = new pg.Client(DATABASE_URL)
  await lock.connect()
  await lock.query('begin; lock table signing_keys')
  closing.push(() => lock.end())
  const starting = startWorkers(readConfig({ DATABASE_URL, PORT: '0', WORKERS: '2' }), {
    log: pino({ enabled: false }),
    forward() {},
    isTTY: false,
    stop,
    onClose: (close) => closing.push(close),
  })
  starting.catch(() => {})
  await eventually(async () => (await ask(DATABASE_URL, waiting)).length === 2)
  return { starting, go: () => lock.query('rollback') }
}

const waiting =
  "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ~ 'signing_keys'"

it('workers that start are told of a stop at once, not when all is closed', async () => {
  const stop = new AbortController()
  const { starting, go } = await startTwo(stop.signal)
  stop.abort()
  await go()
  // Nobody has closed anything yet: they have ended by themselves.
  await expect(starting).rejects.toThrow(
    /^A worker \(process \d+\) ended while it started: exit code 0\. Start again\.$/,
  )
})

it('a worker that hangs while it starts fails the start, with a sentence that says so', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const { starting } = await startTwo()
  // In one go: no answer can come in between.
  vi.advanceTimersByTime(35_000)
  await expect(starting).rejects.toThrow(
    /^A worker \(process \d+\) ended while it started: it answered nobody for 30 s\. Start again\.$/,
  )
})
