import cluster, { type Worker } from 'node:cluster'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { createShares, type ShareAsked, type ShareGranted } from '../http/shared-rate-limit.ts'
import type { Serving } from '../service.ts'
import { StartError } from './explain.ts'
import { hungSeconds, watchWorker } from './hung-worker.ts'
import { splitLines } from './lines.ts'
import { closeMs, drainMs, type OnClose, within } from './run.ts'
import { closeUnaccepted } from './unaccepted.ts'

/** What a worker is told. */
export type ToWorker =
  | { readonly start: { readonly config: Config; readonly isTTY: boolean } }
  | { readonly begin: true }
  | { readonly stop: true }
  | { readonly granted: ShareGranted; readonly number: number }
  /** Answered with `alive`, unless it hangs. */
  | { readonly areYouAlive: true }

/** What a worker tells. */
export type FromWorker =
  /** It listens to what it is told: before, that would be lost. */
  | { readonly ready: true }
  | { readonly listening: number }
  /** A sentence: why it cannot start. */
  | { readonly failed: string }
  | { readonly asked: ShareAsked; readonly number: number }
  | { readonly alive: true }

/** Milliseconds from a stop, and the delay before it, after which what is left is killed. */
const stopMs = drainMs + 5000

/** A worker that ends sooner has died young; in milliseconds. */
const youngMs = 30_000

/**
 * Milliseconds until another takes the place of a worker: none at first, and more for each that
 * died young in turn.
 */
export const pauseAfter = (deaths: number) => (deaths < 2 ? 0 : Math.min(10_000, 100 * 2 ** (deaths - 2)))

interface Running {
  readonly worker: Worker
  readonly pid: number | undefined
  readonly startedAt: number
  readonly listening: Promise<number>
  /** How it ended, once all that it has written has been read. */
  readonly ended: Promise<string>
}

/**
 * Starts processes that serve over one address, and another for each that ends, until the service
 * stops. Connections are handed to them in turn.
 *
 * @param forward takes whole lines of their logs
 * @param stop is passed on to them, also while they start
 * @throws StartError with the sentence of a worker that cannot start
 */
export async function startWorkers(
  config: Config,
  {
    log,
    forward,
    isTTY,
    stop,
    onClose,
  }: {
    readonly log: Logger
    readonly forward: (lines: readonly string[]) => void
    readonly isTTY: boolean
    readonly stop: AbortSignal
    readonly onClose: OnClose
  },
): Promise<Serving> {
  cluster.schedulingPolicy = cluster.SCHED_RR
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('../../bin/worker.js', import.meta.url)),
    args: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const share = createShares(config, () => new Date())
  const running = new Set<Running>()
  const closing = new AbortController()
  const stopping = AbortSignal.any([stop, closing.signal])
  let isServing = false

  function launch(): Running {
    const worker = cluster.fork()
    const { process: child } = worker
    const listening = Promise.withResolvers<number>()
    const ended = Promise.withResolvers<string>()
    const one = {
      worker,
      pid: child.pid,
      startedAt: performance.now(),
      listening: listening.promise,
      ended: ended.promise,
    }
    let failure: string | undefined
    let hangs: string | undefined
    worker.on('message', (message: FromWorker) => {
      if ('asked' in message) tell(worker, { granted: share(message.asked), number: message.number })
      else if ('ready' in message) {
        tell(worker, stopping.aborted ? { stop: true } : { start: { config, isTTY } })
        watchWorker(worker, (question) => tell(worker, question), hung)
      } else if ('failed' in message) failure = message.failed
      else if ('listening' in message) {
        if (isServing) tell(worker, { begin: true })
        listening.resolve(message.listening)
      }
    })
    function hung(): void {
      hangs = `it answered nobody for ${hungSeconds} s`
      child.kill('SIGKILL')
    }
    // Of a message that could not be sent, whose worker has gone; without a pid, none was started.
    worker.on('error', (error) => child.pid === undefined && end(error.message))
    child.once('close', (code, signal) => end(failure ?? hangs ?? (signal ? `signal ${signal}` : `exit code ${code}`)))
    function end(how: string): void {
      running.delete(one)
      ended.resolve(how)
      listening.reject(
        new StartError(failure ?? `A worker (process ${child.pid}) ended while it started: ${how}. Start again.`),
      )
    }
    // Where none could be started, for want of descriptors, there is nothing to send by.
    if (child.pid !== undefined) closeUnaccepted(child)
    if (child.stdout) splitLines(child.stdout, forward)
    listening.promise.catch(() => {})
    running.add(one)
    return one
  }

  /** Puts another in its place whenever it ends. */
  async function keep(one: Running): Promise<void> {
    for (let deaths = 0; ; one = await launchAtLast()) {
      const how = await one.ended
      if (stopping.aborted) return
      deaths = performance.now() - one.startedAt < youngMs ? deaths + 1 : 0
      const pause = pauseAfter(deaths)
      log.warn(`worker ${one.pid} ended (${how}); another takes its place ${pause > 0 ? `in ${pause} ms` : 'at once'}`)
      await delay(pause, undefined, { signal: stopping, ref: false }).catch(() => {})
      if (stopping.aborted) return
    }
  }

  /** Without memory for another process, `fork` throws: those that live go on meanwhile. */
  async function launchAtLast(): Promise<Running> {
    for (;;) {
      try {
        return launch()
      } catch (error) {
        log.warn(`a worker could not be started (${(error as Error).message}); it is tried again in ${youngMs / 3} ms`)
        await delay(youngMs / 3, undefined, { signal: stopping, ref: false })
      }
    }
  }

  stopping.addEventListener('abort', () => {
    for (const { worker } of running) tell(worker, { stop: true })
  })
  onClose(async () => {
    closing.abort()
    const all = Promise.all([...running].map(({ ended }) => ended))
    await within(stopMs + config.shutdownDelaySeconds * 1000, all)
    for (const { worker } of running) worker.process.kill('SIGKILL')
    await within(closeMs, all)
  })
  const first = Array.from({ length: config.workers }, launch)
  const [port = 0] = await Promise.all(first.map(({ listening }) => listening))
  for (const one of first) void keep(one).catch(() => {})
  return {
    port,
    begin() {
      isServing = true
      for (const { worker } of running) tell(worker, { begin: true })
    },
  }
}

/** What cannot be told is not needed any more: the end of the worker is seen by itself. */
function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, undefined, () => {})
}
