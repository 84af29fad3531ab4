import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { contractVersion, createApp, NotServing } from './app.ts'
import { type Config, processEnvironment, product, readConfig } from './config.ts'
import { readSources } from './docs/sources.ts'
import { createIds } from './domain/id.ts'
import { createPasswords, type Passwords } from './domain/passwords/password.ts'
import { openSigningKeys } from './domain/sessions/signing-keys.ts'
import type { Store } from './domain/store.ts'
import { makeFirstAdministrator } from './domain/users/first-administrator.ts'
import { createDrainingServer } from './drain.ts'
import { AddressError, explain } from './process/explain.ts'
import { firstPasswordFile, keepFirstPassword, makePassword, reviewFirstPassword } from './process/first-password.ts'
import { createLog } from './process/log.ts'
import { createOutput } from './process/output.ts'
import { addressOf, type FirstPassword, firstSteps } from './process/welcome.ts'
import { openDataFolder } from './store/data-folder.ts'
import { openDatabase } from './store/database.ts'

/** How long requests in flight may take when the service is asked to stop. */
const drainMs = 10_000

/** How long a start that is given up, and then the database, may take to let go, in milliseconds. */
const closeMs = 3000

/** How long a slow reader of the last lines is waited for, in milliseconds. */
const settleMs = 500

/** For people at the start: on standard error, so that the log on standard output never holds the first password. */
const screen = createOutput(process.stderr, (lost, cause) => `(${lost} messages could not be shown: ${cause})\n`)
const tell = (line: string) => screen.write(`${line}\n`)

const stopping = new AbortController()
let askedAt = 0
/** The embedded server while it starts. Left halfway, the programs that make it would outlive this process for a moment. */
let opening: Promise<unknown> = Promise.resolve()
/** What is open, to be closed in reverse. */
const closers: (() => Promise<unknown>)[] = []

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) {
      // Ctrl-C reaches this process twice when npm runs it: from the terminal, and from npm. The embedded server sees the end of this process and stops by itself.
      if (performance.now() - askedAt > 150) process.exit(1)
      return
    }
    askedAt = performance.now()
    tell(`Stopping (${signal}); a second signal ends at once.`)
    stopping.abort()
  })
}

try {
  const stopped = new Promise((resolve) => stopping.signal.addEventListener('abort', resolve))
  const started = start(readConfig(processEnvironment(tell)))
  await Promise.race([started, stopped])
  await stopped
  await Promise.race([opening, delay(drainMs, undefined, { ref: false })])
  // A start can wait long, for a recovery or for another instance that migrates: then it is left, and what it has half done undoes itself.
  await Promise.race([started.catch(() => {}), delay(closeMs, undefined, { ref: false })])
  await close()
  await screen.settled(settleMs)
  process.exit(0)
} catch (error) {
  await close()
  tell(explain(error))
  await screen.settled(settleMs)
  process.exit(1)
}

async function start(config: Config): Promise<void> {
  const { log, settled } = createLog(config.logLevel, process.stdout)
  closers.push(() => settled(settleMs))
  tell(`Janus ${product.version} is starting.`)
  const connection = config.databaseUrl ?? (await startOwnPostgres(config))
  const database = openDatabase({ ...config, connection, log: { warn: (line) => log.warn(line) } })
  // A query that hangs must not hold the end.
  closers.push(() => Promise.race([database.close(), delay(closeMs, undefined, { ref: false })]))
  await database.migrate((migration) => tell(`  preparing the tables: ${migration}`))

  if (stopping.signal.aborted) return

  const now = () => new Date()
  const { store } = database
  const { keyEncryptionKey, bcryptCost, hashQueue, hashConcurrency } = config
  const passwords = createPasswords({
    cost: bcryptCost,
    queue: hashQueue,
    concurrency: hashConcurrency,
    storedCost: () => store.users.highestHashCost(),
  })
  const keys = await openSigningKeys({ store, now, ...(keyEncryptionKey && { keyEncryptionKey }) })

  let ready = (): Promise<readonly string[]> => Promise.reject(new NotServing('starting'))
  const app = await createApp({
    settings: config,
    store,
    passwords,
    keys,
    product,
    ready: () => ready(),
    docs: readSources(),
    log,
    now,
  })
  const { server, drain } = createDrainingServer(app.callback(), contractVersion, {
    keepAliveMs: config.keepAliveSeconds * 1000,
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new AddressError(cause.message, { cause })))
    server.listen(config.port, config.host, resolve)
  })
  closers.push(() => {
    ready = () => Promise.reject(new NotServing('draining'))
    return drain(drainMs)
  })
  // Only now: had the address been taken, its password would have been lost unseen.
  const first = await makeAdministrator(config, store, passwords)
  ready = () => database.ready()
  void database.keepUp(stopping.signal, { info: (line) => log.info(line), warn: (line) => log.warn(line) })
  const own = addressOf(config.host, (server.address() as AddressInfo).port)
  if (config.publicUrl) tell(`Listening at ${own}, for the proxy in front.`)
  tell(firstSteps(config.publicUrl ?? own, config.admin.username, first))
  // It can wait: a hash takes its time. What has just been written needs no look.
  if (!(typeof first === 'object' && 'file' in first))
    reviewPassword(config, store, passwords).catch(({ message }) =>
      log.warn(`the first password was not looked at: ${message}`),
    )
}

async function startOwnPostgres({ dataDir, dbPoolMax }: Config) {
  // Room for the pool, for a migration, and for somebody who looks.
  const maxConnections = dbPoolMax + 10
  const progress = (line: string) => tell(`  ${line}`)
  const starting = import('@janus/embedded-postgres').then(({ startEmbedded }) =>
    startEmbedded({ dataDir, openFolder: openDataFolder, maxConnections, progress, warn: tell }),
  )
  opening = starting.catch(() => {})
  const embedded = await starting
  closers.push(() => embedded.stop())
  return embedded.connection
}

/** @returns where the password is that was made, if one was; 'given' if it came from the configuration; undefined when there was somebody already */
async function makeAdministrator(
  { admin: { password: given, ...who }, dataDir }: Config,
  store: Store,
  passwords: Passwords,
): Promise<FirstPassword> {
  const now = () => new Date()
  const file = firstPasswordFile(dataDir)
  const shown = given ?? makePassword()
  // Standard error may be a file, a journal or a container's log, which many may read.
  const inFile = given === undefined && !process.stderr.isTTY
  const password = async () => (inFile ? keepFirstPassword(file) : shown)
  const made = await makeFirstAdministrator({ store, passwords, newId: createIds({ now }), now }, { ...who, password })
  if (!made) return undefined
  if (given !== undefined) return 'given'
  return inFile ? { file } : { password: shown }
}

async function reviewPassword({ admin, dataDir }: Config, store: Store, passwords: Passwords): Promise<void> {
  const file = firstPasswordFile(dataDir)
  const outcome = await reviewFirstPassword(file, { store, passwords, username: admin.username })
  if (outcome === 'removed') tell(`The first password is no longer in use: ${file} is removed.`)
  if (outcome === 'good')
    tell(`The first password is still in use, and in ${file}: change it, and the next start removes the file.`)
}

async function close(): Promise<void> {
  for (const closer of closers.splice(0).reverse()) await closer().catch((error) => tell(explain(error)))
}
