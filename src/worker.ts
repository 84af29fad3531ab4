import type { Config } from './config.ts'
import { createSharedRateLimit, type ShareAsked, type ShareGranted } from './http/shared-rate-limit.ts'
import { openParts } from './parts.ts'
import { explain } from './process/explain.ts'
import { createLog } from './process/log.ts'
import { createOutput } from './process/output.ts'
import { type OnClose, runUntil, settleMs } from './process/run.ts'
import { stopOnSignal } from './process/signals.ts'
import type { FromWorker, ToWorker } from './process/workers.ts'
import { startServing } from './service.ts'

/*
 * One of several processes that serve (docs/decisions/0037): an instance that is told what to do by
 * the one that has started it, and that ends with it.
 */

const screen = createOutput(process.stderr, (lost, cause) => `(${lost} messages could not be shown: ${cause})\n`)
const print = (line: string) => screen.write(`${line}\n`)
const told = new AbortController()
// Who has started us says that it stops.
const stop = AbortSignal.any([told.signal, stopOnSignal(() => {})])
const given = Promise.withResolvers<{ readonly config: Config; readonly isTTY: boolean }>()
const mayBegin = Promise.withResolvers<void>()
const asking = new Map<number, (granted: ShareGranted) => void>()
let asked = 0

process.on('message', (message: ToWorker) => {
  if ('granted' in message) {
    asking.get(message.number)?.(message.granted)
    asking.delete(message.number)
  } else if ('areYouAlive' in message) tell({ alive: true })
  else if ('start' in message) given.resolve(message.start)
  else if ('begin' in message) mayBegin.resolve()
  else if ('stop' in message) {
    told.abort()
    // It may come in the place of the configuration, which is not waited for then.
    given.reject(stop.reason)
  }
})

tell({ ready: true })
const failure = await runUntil(stop, print, start).then(
  () => undefined,
  (error) => explain(error),
)
if (failure !== undefined) await new Promise((sent) => tell({ failed: failure }, sent))
await screen.settled(settleMs)
process.exit(failure === undefined ? 0 : 1)

async function start(onClose: OnClose): Promise<void> {
  const { config, isTTY } = await given.promise
  const { log, settled } = createLog(config.logLevel, { fd: process.stdout.fd, isTTY }, { pid: process.pid })
  onClose(() => settled(settleMs))
  const parts = await openParts(config, config.databaseUrl ?? (await connectionOf(config)), { log, stop, onClose })
  const rateLimit = createSharedRateLimit(config, askForShare, parts.now)
  const { port, begin } = await startServing(config, parts, { stop, onClose, rateLimit })
  void mayBegin.promise.then(begin)
  tell({ listening: port })
}

/** Each opens the way to it by itself: one through a descriptor is good in its own process alone. */
async function connectionOf({ dataDir }: Config) {
  return (await import('@janus/embedded-postgres')).connectionOf(dataDir)
}

function askForShare(share: ShareAsked): Promise<ShareGranted> {
  const number = ++asked
  return new Promise((resolve) => {
    asking.set(number, resolve)
    tell({ asked: share, number })
  })
}

function tell(message: FromWorker, sent: (error: Error | null) => void = () => {}): void {
  process.send?.(message, undefined, undefined, sent)
}
