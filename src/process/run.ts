import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { explain } from './explain.ts'

/** How long requests in flight may take when the service is asked to stop, in milliseconds. */
export const drainMs = 10_000

/**
 * How long a start that is given up, and then the database, may take to let go, in milliseconds.
 */
export const closeMs = 3000

/** How long a slow reader of the last lines is waited for, in milliseconds. */
export const settleMs = 500

/** Takes what is to be done at the end; throws once the end has come. */
export type OnClose = (close: () => Promise<unknown>) => void

/**
 * Starts, and waits until `stop` aborts. What was opened is closed in reverse order, however this
 * ends.
 *
 * @throws what `start` throws
 */
export async function runUntil(
  stop: AbortSignal,
  print: (line: string) => void,
  start: (onClose: OnClose) => Promise<void>,
): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const stopped = once(stop, 'abort')
  // What fails to close holds up nothing else.
  const started = start((close) => opened.defer(() => close().then(undefined, (error) => print(explain(error)))))
  await Promise.race([started, stopped])
  await stopped
  // A start can wait long, for a recovery or for another instance that migrates: then it is left,
  // and what it has half done undoes itself.
  await within(
    closeMs,
    started.catch(() => {}),
  )
}

/** What comes of the work; undefined where that takes longer, in milliseconds. */
export function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  return Promise.race([work, delay(ms, undefined)])
}
