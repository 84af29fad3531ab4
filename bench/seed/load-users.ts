import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import pg from 'pg'
import { createPasswords } from '../../src/domain/passwords/password.ts'
import { openDatabase } from '../../src/store/database.ts'
import { takeNumbers } from '../../src/store/users/search-segments.ts'
import { copyFrom } from './copy.ts'
import type { Chunk, RowsWanted } from './rows-worker.ts'

/** The password of everybody who is made up. */
export const password = 'correct horse battery'

/**
 * Rows of one COPY, which is a transaction: the counters are brought up to date once for each, and
 * keep their rows in memory until then.
 */
const chunkRows = 10_000

export interface Loading {
  readonly databaseUrl: string
  readonly count: number
  /** Of bcrypt. */
  readonly cost: number
  readonly progress?: (done: number) => void
  readonly signal?: AbortSignal
}

/**
 * Makes up so many users and copies them in, with all indexes and counters in place; then
 * `analyze`.
 *
 * @returns rows per second, of the copying alone
 * @throws what `signal` aborts with
 */
export async function loadUsers({ databaseUrl, count, cost, progress, signal }: Loading): Promise<number> {
  const first = await takeFirst(databaseUrl, count)
  const passwordHash = await createPasswords({ cost, queue: 1 }).hash(password)
  const makers = startMakers(count, first, passwordHash)
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'bench' })
  try {
    await client.connect()
    const started = performance.now()
    let done = 0
    for await (const { columns, rows, text } of makers.chunks()) {
      signal?.throwIfAborted()
      await copyFrom(client, `users (${columns.join(', ')})`, Buffer.from(text.buffer, text.byteOffset, text.length))
      done += rows
      progress?.(done)
    }
    const seconds = (performance.now() - started) / 1000
    await client.query('vacuum (analyze) users')
    await client.query('analyze')
    return count / seconds
  } finally {
    await client.end()
    await makers.end()
  }
}

/** Two threads that make rows up, each half of them over the whole time, and always a chunk ahead. */
function startMakers(count: number, first: number, passwordHash: string) {
  const now = Date.now()
  const half = count - (count >> 1)
  const makers = [half, count - half].filter(Boolean).map((share, n) => {
    const its = { count: share, now: new Date(now + n), first: first + n * half }
    const workerData: RowsWanted = { ...its, size: chunkRows, passwordHash }
    const worker = new Worker(new URL('rows-worker.ts', import.meta.url), { workerData })
    let left = share
    const next = async (): Promise<Chunk> => {
      worker.postMessage('next')
      const [chunk] = (await once(worker, 'message')) as [Chunk]
      left -= chunk.rows
      return chunk
    }
    return { worker, next, isDone: () => left === 0 }
  })
  return {
    async *chunks(): AsyncGenerator<Chunk> {
      const ahead = makers.map((maker) => ({ maker, coming: maker.next() }))
      for (const { coming } of ahead) coming.catch(() => {})
      for (let one = ahead.shift(); one; one = ahead.shift()) {
        const chunk = await one.coming
        if (!one.maker.isDone()) ahead.push({ maker: one.maker, coming: one.maker.next() })
        yield chunk
      }
    },
    end: () => Promise.all(makers.map(({ worker }) => worker.terminate())),
  }
}

/** Makes the tables what they are now, and takes a number for each user. @returns the first */
async function takeFirst(connection: string, count: number): Promise<number> {
  const settings = { dbPoolMax: 1, dbStatementTimeoutMs: 60_000, dbPrepared: true }
  const database = openDatabase({ connection, ...settings, log: { info: () => {}, warn: () => {} } })
  try {
    await database.migrate()
    return (await takeNumbers(database.knex, count)) - count + 1
  } finally {
    await database.close()
  }
}
