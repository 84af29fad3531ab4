import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { openAuditKey } from './domain/audit/keys.ts'
import { createPasswords } from './domain/passwords/password.ts'
import { closeMs, type OnClose, within } from './process/run.ts'
import type { Connection } from './store/connection.ts'
import { openDatabase } from './store/database.ts'
import type { Waiting } from './store/migrations.ts'

export type Parts = Awaited<ReturnType<typeof openParts>>

export interface PartsDeps {
  readonly log: Logger
  readonly stop: AbortSignal
  readonly onClose: OnClose
  /** Called with the name of each migration before it runs. */
  readonly progress?: (migration: string) => void
  /** Called with what the migrations wait for. */
  readonly onWait?: Waiting['onWait']
}

/**
 * What every process of the service works with: the database, whose tables are brought up to date,
 * and what is made of its rows.
 *
 * @throws what the database throws; SigningKeyError
 */
export async function openParts(
  config: Config,
  connection: Connection,
  { log, stop, onClose, progress, onWait }: PartsDeps,
) {
  const now = () => new Date()
  const database = openDatabase({
    ...config,
    connection,
    migrations: config.migrationDatabaseUrl,
    log: { info: (line) => log.info(line), warn: (line) => log.warn(line) },
  })
  // A query that hangs must not hold the end.
  onClose(() => within(closeMs, database.close()))
  await database.migrate(progress, { signal: stop, ...(onWait && { onWait }) })
  const { store } = database
  const passwords = createPasswords({
    cost: config.bcryptCost,
    queue: config.hashQueue,
    concurrency: config.hashConcurrency,
    storedCost: () => store.users.highestHashCost(),
  })
  return { log, now, database, store, passwords, auditKey: await openAuditKey({ ...config, store, now }) }
}
