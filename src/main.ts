import { type Config, processEnvironment, product, readConfig } from './config.ts'
import { explain } from './process/explain.ts'
import { makeAdministrator, reviewFirstPassword } from './process/first-password.ts'
import { createLog } from './process/log.ts'
import { createOutput } from './process/output.ts'
import { closeMs, drainMs, type OnClose, runUntil, settleMs, within } from './process/run.ts'
import { startSealing } from './process/sealing.ts'
import { stopOnSignal } from './process/signals.ts'
import { addressOf, firstSteps } from './process/welcome.ts'
import { openDataFolder } from './store/data-folder.ts'

// For people at the start: on standard error, so that the log on standard output never holds the
// first password.
const screen = createOutput(process.stderr, (lost, cause) => `(${lost} messages could not be shown: ${cause})\n`)
const print = (line: string) => screen.write(`${line}\n`)
const stop = stopOnSignal(print)

const exitCode = await runUntil(stop, print, (onClose) => start(readConfig(processEnvironment(print)), onClose)).then(
  () => 0,
  (error) => {
    print(explain(error))
    return 1
  },
)
await screen.settled(settleMs)
process.exit(exitCode)

async function start(config: Config, onClose: OnClose): Promise<void> {
  const { log, settled, forward } = createLog(config.logLevel, process.stdout)
  onClose(() => settled(settleMs))

  print(`Janus ${product.version} is starting.`)
  const connection = config.databaseUrl ?? (await startOwnPostgres(config, onClose))
  stop.throwIfAborted()
  const [{ openParts }, listen] = await loadService(config)
  // Where others serve, nothing is read here that a standby could answer.
  const own = config.workers === 1 ? config : { ...config, databaseReplicaUrls: [] }
  const parts = await openParts(own, connection, {
    log,
    stop,
    onClose,
    progress: (migration) => print(`  preparing the tables: ${migration}`),
    onWait: (why) => print(`  ${why}`),
  })
  stop.throwIfAborted()
  const sealing = await startSealing({ ...parts, key: parts.auditKey })
  // After the last request, and before the database.
  onClose(() => within(closeMs, sealing.stop()))

  const { port, begin } =
    'startServing' in listen
      ? await listen.startServing(config, parts, { stop, onClose, onEvent: sealing.wake })
      : await listen.startWorkers(config, { log, forward, isTTY: process.stdout.isTTY, stop, onClose })
  // Else it would begin what it ends, and show a password as it goes.
  stop.throwIfAborted()
  // Only now: had the address been taken, its password would have been lost unseen.
  const first = await makeAdministrator(config, parts)
  begin()
  const address = addressOf(config.host, port)
  if (config.publicUrl) print(`Listening at ${address}, for the proxy in front.`)
  print(firstSteps(config.publicUrl ?? address, config.admin.username, first))
  // It can wait: a hash takes its time. What has just been written needs no look.
  if (!(typeof first === 'object' && 'file' in first))
    reviewFirstPassword(config, parts, print).catch(({ message }) =>
      log.warn(`the first password was not looked at: ${message}`),
    )
}

/**
 * Most of what a start loads: while the embedded server starts, where that is the database. Either
 * this process serves, or it has others that do.
 */
function loadService({ workers }: Config) {
  return Promise.all([import('./parts.ts'), workers === 1 ? import('./service.ts') : import('./process/workers.ts')])
}

/**
 * The embedded server; its package is loaded here alone, since a database of one's own does
 * without.
 */
async function startOwnPostgres(config: Config, onClose: OnClose) {
  const { dataDir, dbPoolMax, workers } = config
  const { startEmbedded } = await import('@janus/embedded-postgres')
  const progress = (line: string) => print(`  ${line}`)
  // Room for the pool of each process, for its upkeep, and for somebody who looks.
  const maxConnections = (workers === 1 ? 1 : workers + 1) * (dbPoolMax + 2) + 8
  // What fails to load is told where it is waited for.
  const meanwhile = () => void loadService(config).catch(() => {})
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
