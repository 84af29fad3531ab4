import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { openAuditKey } from './domain/audit/keys.ts'
import { createPasswords } from './domain/passwords/password.ts'
import { closeMs, type OnClose, within } from './process/run.ts'
import type { Connection } from './store/connection.ts'
import { openDatabase } from './store/database.ts'

export type Parts = Awaited<ReturnType<typeof openParts>>

/**
 * What every process of the service works with: the database, whose tables are brought up to date,
 * and what is made of its rows.
 *
 * @param progress is called with the name of each migration before it runs
 * @throws what the database throws; SigningKeyError
 */
export async function openParts(
  config: Config,
  connection: Connection,
  { log, progress, onClose }: { log: Logger; progress?: (migration: string) => void; onClose: OnClose },
) {
  const now = () => new Date()
  const database = openDatabase({ ...config, connection, log: { warn: (line) => log.warn(line) } })
  // A query that hangs must not hold the end.
  onClose(() => within(closeMs, database.close()))
  await database.migrate(progress)
  const { store } = database
  const passwords = createPasswords({
    cost: config.bcryptCost,
    queue: config.hashQueue,
    concurrency: config.hashConcurrency,
    storedCost: () => store.users.highestHashCost(),
  })
  return { log, now, database, store, passwords, auditKey: await openAuditKey({ ...config, store, now }) }
}
