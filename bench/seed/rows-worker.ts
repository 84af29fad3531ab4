/** The thread that makes rows up, so that the database is the one that is waited for. */
import { parentPort, workerData } from 'node:worker_threads'
import { makeUpUsers } from '../../tools/made-up-users.ts'
import { copyLine } from './copy.ts'

export interface RowsWanted {
  readonly count: number
  readonly size: number
  readonly passwordHash: string
  /** When they are made; of each thread another moment, since it is a part of every username. */
  readonly now: Date
  /** The number of the first of them in the database. */
  readonly first: number
}

/** So many rows as COPY has them. */
export interface Chunk {
  readonly columns: readonly string[]
  readonly rows: number
  readonly text: Uint8Array
}

const { count, size, passwordHash, now, first } = workerData as RowsWanted
const next = makeUpUsers(count, passwordHash, now, first)

parentPort?.on('message', () => {
  const rows = next(size)
  const chunk: Chunk = {
    columns: Object.keys(rows[0] ?? {}),
    rows: rows.length,
    // Row by row: a text of all would be copied once more.
    text: Buffer.concat(rows.map((row) => Buffer.from(copyLine(row)))),
  }
  parentPort?.postMessage(chunk)
})
