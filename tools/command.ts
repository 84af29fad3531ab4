import { existsSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { type Config, processEnvironment, readConfig } from '../src/config.ts'
import type { Origin } from '../src/domain/caller.ts'
import { createExecute, type Execute } from '../src/domain/command.ts'
import { createIds, toUlid } from '../src/domain/id.ts'
import { explain, StartError } from '../src/process/explain.ts'
import { openDataFolder } from '../src/store/data-folder.ts'
import { type Database, openDatabase } from '../src/store/database.ts'

/** What a command works with; all of it is closed at its end. */
export interface Tools {
  readonly config: Config
  /** With the tables of this version. */
  readonly database: Database
  /** A line for whoever sits before the terminal, on standard error. */
  readonly tell: (line: string) => void
}

/** Ends the process for a command line that means nothing: says what would, exit code 2. */
export function usage(line: string): never {
  process.stderr.write(`${line}\n`)
  process.exit(2)
}

/** A command that cannot do what it is asked; the message says why. Exit code 1. */
export class CommandError extends StartError {}

/** The operator as the origin of a command, as the audit trail shows it. */
export function operatorOrigin(words: string): Origin {
  return {
    requestId: toUlid(createIds({ now: () => new Date() })()),
    address: '',
    userAgent: `npm run ${words}, by ${ownName()} on ${hostname()}`,
    operator: true,
  }
}

function ownName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.()}`
  }
}

/** Executes commands of the domain; what happened stands in the audit trail. */
export const executeOn = ({ database }: Tools): Execute =>
  createExecute({ store: database.store, now: () => new Date(), publish: () => {} })

export interface CommandOptions {
  /** Whether it makes the embedded database where there is none. */
  readonly makesDatabase?: boolean
  /** How long a statement of its may take, as a multiple of DB_STATEMENT_TIMEOUT_MS. */
  readonly patience?: number
  /** Whether the tables are brought up to date first; unless it says otherwise. */
  readonly migrates?: boolean
}

/**
 * Runs a command on the database of the configuration, as the owner of its tables where
 * MIGRATION_DATABASE_URL names one: that of DATABASE_URL, or the embedded one of DATA_DIR, whether the service runs on it or not. What fails is a sentence on standard error and
 * the exit code 1.
 */
export async function runCommand(work: (tools: Tools) => Promise<void>, options: CommandOptions = {}): Promise<void> {
  try {
    await withTools(work, options)
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    process.exitCode = 1
  }
}

async function withTools(
  work: (tools: Tools) => Promise<void>,
  { makesDatabase = false, patience = 1, migrates = true }: CommandOptions,
): Promise<void> {
  const tell = (line: string) => void process.stderr.write(`${line}\n`)
  const config = readConfig(processEnvironment(tell))
  await using opened = new AsyncDisposableStack()
  let connection: Parameters<typeof openDatabase>[0]['connection'] | undefined =
    config.migrationDatabaseUrl ?? config.databaseUrl
  if (connection === undefined) {
    const { dataDir } = config
    if (!makesDatabase && !existsSync(join(dataDir, 'postgres')))
      throw new CommandError(
        `There is no database in ${dataDir} that this user could open. Run this in the folder of the service and as its user, or set DATA_DIR or DATABASE_URL as it does.`,
      )
    const { joinEmbedded } = await import('@janus/embedded-postgres')
    const server = await joinEmbedded({ dataDir, openFolder: openDataFolder, progress: tell })
    opened.defer(() => server.stop())
    connection = server.connection
  }
  const database = openDatabase({
    connection,
    dbPoolMax: 1,
    dbStatementTimeoutMs: patience * config.dbStatementTimeoutMs,
    dbPrepared: config.dbPrepared,
    databasePasswordFile: config.databasePasswordFile,
    // What fails is thrown.
    log: { info: () => {}, warn: () => {} },
  })
  opened.defer(() => database.close())
  if (migrates) await database.migrate((migration) => tell(`preparing the tables: ${migration}`), { onWait: tell })
  await work({ config, database, tell })
}
