import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import pg from 'pg'
import { createPasswords } from '../../src/domain/passwords/password.ts'
import { openDatabase } from '../../src/store/database.ts'
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
  await migrate(databaseUrl)
  const passwordHash = await createPasswords({ cost, queue: 1 }).hash(password)
  const makers = startMakers(count, passwordHash)
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
function startMakers(count: number, passwordHash: string) {
  const now = Date.now()
  const makers = [count - (count >> 1), count >> 1].filter(Boolean).map((share, n) => {
    const workerData: RowsWanted = { count: share, size: chunkRows, passwordHash, now: new Date(now + n) }
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

/** The tables as they are now. */
async function migrate(connection: string): Promise<void> {
  const settings = { dbPoolMax: 1, dbStatementTimeoutMs: 60_000, dbPrepared: true }
  const database = openDatabase({ connection, ...settings, log: { warn: () => {} } })
  await database.migrate().finally(() => database.close())
}
