import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { writeAccess } from './access.ts'
import { chooseAccount } from './account.ts'
import { findBinaries } from './binaries.ts'
import { awake } from './child.ts'
import { clusterFolder, openCluster } from './cluster.ts'
import { codeOf, EmbeddedError, remedy } from './failure.ts'
import { joinRunning, openConnection } from './join.ts'
import { keepRunning } from './keeper.ts'
import { TakenError, takeOwnership } from './owner.ts'
import type { Connection } from './postmaster.ts'

export { EmbeddedError } from './failure.ts'

/** A running PostgreSQL of our own. */
export interface EmbeddedPostgres {
  /**
   * For `pg`: host is the folder of the socket. Stays valid when the server has to be started
   * again.
   */
  readonly connection: Connection
  /** Stops the server: fast shutdown, immediate after 1.5 s; resolves within 2 s. Idempotent. */
  stop(): Promise<void>
}

/** What a start of the embedded PostgreSQL asks for. */
export interface EmbeddedOptions {
  /** Where the database lives. */
  dataDir: string
  /** Makes the folder, unless it is there; by default for its owner alone. */
  openFolder?: (dataDir: string) => Promise<unknown>
  /** Gets one short sentence per step. */
  progress: (line: string) => void
  /** Gets a sentence when the server had to be started again. */
  warn?: (line: string) => void
  /** Called when a program of PostgreSQL is at work, and this process would only wait for it. */
  meanwhile?: () => void
  /** How many clients the server takes. */
  maxConnections?: number
  /** For tests: where the package with the programs lies. */
  packageRoot?: string
}

/** Starts the bundled PostgreSQL on a data folder. It ends with this process, however that ends. */
export function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  return orExplain(options, begin(options))
}

/**
 * For a command beside the service: the server that another process runs on the data folder, or
 * where there is none, one that is started, and stopped by `stop`. One that was joined is left
 * running, and goes when its own process stops it.
 */
export async function joinEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir)
  for (;;) {
    const joined = await orExplain(options, joinRunning(dataDir, options.progress))
    if (joined) return { connection: joined.connection, stop: async () => joined.close() }
    try {
      return await startEmbedded(options)
    } catch (error) {
      // Another start was quicker: it is joined.
      if (!(error instanceof TakenError)) throw error
    }
  }
}

/**
 * For a further process of a service that runs the server: its connection, by a path that is good in
 * this process.
 */
export function connectionOf(dataDir: string): Connection {
  return openConnection(clusterFolder(resolve(dataDir))).connection
}

async function begin(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { progress, warn = () => {}, meanwhile = () => {}, maxConnections = 60, openFolder = makeFolder } = options
  const dataDir = resolve(options.dataDir)
  await openFolder(dataDir)
  // The right to the folder waits a moment for others; programs that run can be found meanwhile.
  const finding = chooseAccount(clusterFolder(dataDir)).then(async (account) => ({
    account,
    binaries: await findBinaries(account, progress, options.packageRoot),
  }))
  finding.catch(() => {})
  const owner = await takeOwnership(dataDir)
  try {
    const { account, binaries } = await finding
    const cluster = await openCluster(
      dataDir,
      binaries,
      account,
      () => {
        progress(`creating the database in ${options.dataDir} (first start, takes a few seconds)`)
      },
      meanwhile,
    )
    const { connection, close } = openConnection(cluster.folder)
    const access = await writeAccess(cluster, account)
    progress(`starting PostgreSQL ${binaries.version}`)
    const server = { owner, account, binaries, cluster, connection, maxConnections, access, progress }
    const keeper = await keepRunning(server, warn, meanwhile)
    void keeper.gone.then(close).then(owner.release)
    let stopped: Promise<void> | undefined
    return {
      connection,
      stop() {
        stopped ??= awake(keeper.stop())
        return stopped
      },
    }
  } catch (error) {
    owner.release()
    throw error
  }
}

function orExplain<T>({ dataDir }: EmbeddedOptions, work: Promise<T>): Promise<T> {
  return awake(work).catch((error) => {
    throw error instanceof EmbeddedError ? error : explained(error, dataDir)
  })
}

function makeFolder(path: string): Promise<unknown> {
  return mkdir(path, { recursive: true, mode: 0o700 })
}

function explained(cause: unknown, dataDir: string): EmbeddedError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const failed = codeOf(cause) === undefined ? 'failed' : `cannot use ${dataDir}`
  return new EmbeddedError(`The embedded PostgreSQL ${failed}: ${reason}. ${remedy(reason, dataDir)}`, { cause })
}
