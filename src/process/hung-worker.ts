import type { Worker } from 'node:cluster'
import type { FromWorker, ToWorker } from './workers.ts'

/** Between two questions to a worker, in milliseconds. */
const everyMs = 5000

/** So many questions without an answer, and the worker hangs. */
const patience = 6

/** What a worker has not answered for, in seconds, when it counts as one that hangs. */
export const hungSeconds = (everyMs * patience) / 1000

/**
 * Asks a worker again and again whether it is still at work: one whose event loop stands still keeps
 * its connections, and answers nobody. Counted are questions, not what the clock says, which also
 * goes on while the whole machine sleeps.
 *
 * @param ask sends the question; the worker's answer is `{ alive: true }`
 * @param onHung is called once, when it has given no answer for {@link hungSeconds}
 */
export function watchWorker(worker: Worker, ask: (question: ToWorker) => void, onHung: () => void): void {
  let unanswered = 0
  worker.on('message', (message: FromWorker) => {
    if ('alive' in message) unanswered = 0
  })
  const timer = setInterval(() => {
    if (unanswered === patience) {
      clearInterval(timer)
      onHung()
      return
    }
    unanswered++
    ask({ areYouAlive: true })
  }, everyMs)
  timer.unref()
  worker.once('exit', () => clearInterval(timer))
}
