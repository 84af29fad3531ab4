import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type Config, processEnvironment, product, readConfig } from './config.ts'
import { findSources } from './docs/files.ts'
import { openAuditKey } from './domain/audit/keys.ts'
import { createPasswords } from './domain/passwords/password.ts'
import { openSigningKeys } from './domain/sessions/signing-keys.ts'
import { explain, StartError } from './process/explain.ts'
import { makeAdministrator, reviewFirstPassword } from './process/first-password.ts'
import { createLog } from './process/log.ts'
import { createOutput } from './process/output.ts'
import { startSealing } from './process/sealing.ts'
import { stopOnSignal } from './process/signals.ts'
import { addressOf, firstSteps } from './process/welcome.ts'
import { createDrainingServer } from './server/draining-server.ts'
import { openDataFolder } from './store/data-folder.ts'

/** How long requests in flight may take when the service is asked to stop, in milliseconds. */
const drainMs = 10_000

/**
 * How long a start that is given up, and then the database, may take to let go, in milliseconds.
 */
const closeMs = 3000

/** How long a slow reader of the last lines is waited for, in milliseconds. */
const settleMs = 500

// For people at the start: on standard error, so that the log on standard output never holds the
// first password.
const screen = createOutput(process.stderr, (lost, cause) => `(${lost} messages could not be shown: ${cause})\n`)
const print = (line: string) => screen.write(`${line}\n`)
const stop = stopOnSignal(print)

const exitCode = await serve().then(
  () => 0,
  (error) => {
    print(explain(error))
    return 1
  },
)
await screen.settled(settleMs)
process.exit(exitCode)

/**
 * Serves until a signal asks to stop. What was opened is closed in reverse order, however this
 * ends.
 */
async function serve(): Promise<void> {
  await using opened = new AsyncDisposableStack()
  // What fails to close holds up nothing else.
  const onClose: OnClose = (close) => opened.defer(() => close().then(undefined, (error) => print(explain(error))))
  const stopped = once(stop, 'abort')
  const started = start(readConfig(processEnvironment(print)), onClose)
  await Promise.race([started, stopped])
  await stopped
  // A start can wait long, for a recovery or for another instance that migrates: then it is left,
  // and what it has half done undoes itself.
  await within(
    closeMs,
    started.catch(() => {}),
  )
}

/** Takes what is to be done at the end; throws once the end has come. */
type OnClose = (close: () => Promise<unknown>) => void

async function start(config: Config, onClose: OnClose): Promise<void> {
  const { log, settled } = createLog(config.logLevel, process.stdout)
  onClose(() => settled(settleMs))

  print(`Janus ${product.version} is starting.`)
  const connection = config.databaseUrl ?? (await startOwnPostgres(config, onClose))
  stop.throwIfAborted()
  const [{ createApp, createEarlyFailures, NotServing, readContract }, { openDatabase }] = await loadService()

  const warn = (line: string) => log.warn(line)
  const database = openDatabase({ ...config, connection, migrations: config.migrationDatabaseUrl, log: { warn } })
  // A query that hangs must not hold the end.
  onClose(() => within(closeMs, database.close()))
  await database.migrate((migration) => print(`  preparing the tables: ${migration}`), {
    signal: stop,
    onWait: (why) => print(`  ${why}`),
  })
  stop.throwIfAborted()

  const now = () => new Date()
  const { store, standbys } = database
  const passwords = createPasswords({
    cost: config.bcryptCost,
    queue: config.hashQueue,
    concurrency: config.hashConcurrency,
    storedCost: () => store.users.highestHashCost(),
  })
  const [keys, auditKey] = await Promise.all([
    openSigningKeys({ ...config, store, now, warn }),
    openAuditKey({ ...config, store, now }),
  ])
  const sealing = await startSealing({ store, key: auditKey, now, log })
  // After the last request, and before the database.
  onClose(() => within(closeMs, sealing.stop()))

  let state: 'starting' | 'serving' | 'draining' = 'starting'
  const ready = () => (state === 'serving' ? database.ready() : Promise.reject(new NotServing(state)))
  const contract = await readContract()
  const app = await createApp({
    contract,
    settings: config,
    store,
    standbys,
    connections: database.connections,
    passwords,
    keys,
    nameKey: auditKey.nameKey,
    product,
    ready,
    docs: findSources(),
    log,
    onEvent: sealing.wake,
    now,
    // As long as the database may take to let go.
    onClose: (close) => onClose(() => within(closeMs, close())),
  })
  const { server, drain } = createDrainingServer(app.callback(), createEarlyFailures(contract), {
    keepAliveMs: config.keepAliveSeconds * 1000,
    bodyBytes: config.bodyLimit,
  })
  await listen(server, config)
  onClose(() => {
    state = 'draining'
    return drain(drainMs, config.shutdownDelaySeconds * 1000)
  })

  // Only now: had the address been taken, its password would have been lost unseen.
  const first = await makeAdministrator(config, { store, passwords, now })
  state = 'serving'
  void database.keepUp(stop, { info: (line) => log.info(line), warn })
  const own = addressOf(config.host, (server.address() as AddressInfo).port)
  if (config.publicUrl) print(`Listening at ${own}, for the proxy in front.`)
  print(firstSteps(config.publicUrl ?? own, config.admin.username, first))
  // It can wait: a hash takes its time. What has just been written needs no look.
  if (!(typeof first === 'object' && 'file' in first))
    reviewFirstPassword(config, { store, passwords }, print).catch(({ message }) =>
      warn(`the first password was not looked at: ${message}`),
    )
}

/** Most of what a start loads: while the embedded server starts, where that is the database. */
function loadService() {
  return Promise.all([import('./app.ts'), import('./store/database.ts')])
}

/**
 * The embedded server; its package is loaded here alone, since a database of one's own does
 * without.
 */
async function startOwnPostgres({ dataDir, dbPoolMax }: Config, onClose: OnClose) {
  const { startEmbedded } = await import('@janus/embedded-postgres')
  const progress = (line: string) => print(`  ${line}`)
  // Room for the pool, for a migration, and for somebody who looks.
  const maxConnections = dbPoolMax + 10
  // What fails to load is told where it is waited for.
  const meanwhile = () => void loadService().catch(() => {})
  const starting = startEmbedded({
    dataDir,
    openFolder: openDataFolder,
    maxConnections,
    progress,
    meanwhile,
    warn: print,
  })
  // Left halfway, the programs that make it would outlive this process for a moment.
  const ended = starting.catch(() => undefined)
  onClose(async () => (await within(drainMs, ended))?.stop())
  return (await starting).connection
}

/** @throws StartError when the address cannot be listened at */
function listen(server: Server, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      reject(
        new StartError(
          code === 'EADDRINUSE'
            ? `The address is taken: ${message}. Stop what listens there, or set PORT or HOST.`
            : `The address is not to be had: ${message}. Set PORT or HOST.`,
        ),
      ),
    )
    server.listen(port, host, resolve)
  })
}

/** What comes of the work; undefined where that takes longer, in milliseconds. */
function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  return Promise.race([work, delay(ms, undefined)])
}
