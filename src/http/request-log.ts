import type { Logger } from 'pino'
import { ClientGone } from '../domain/waiter.ts'
import { createQuiet } from '../process/quiet.ts'
import { NotServing } from './site.ts'

export interface LoggedRequest {
  readonly requestId: string
  readonly method: string
  /** Its template; undefined where there is no such path. */
  readonly path: string | undefined
  readonly status: number
  readonly ms: number
}

/**
 * A line for each request. What is not available for now is no fault of ours: a warning that names
 * its cause, one a second at most, since in a flood or an outage each request would have one; and
 * nothing at a start or an end.
 */
export function createRequestLog(log: Logger) {
  const quiet = createQuiet(1000)
  return (entry: LoggedRequest, error: unknown): void => {
    if (error instanceof NotServing) return
    if (error instanceof ClientGone) log.info({ ...entry, status: undefined }, 'the client went away')
    else if (entry.status === 503) {
      const hidden = quiet()
      if (hidden !== undefined)
        log.warn({ ...entry, cause: causeOf(error), ...(hidden > 0 && { hidden }) }, 'not available')
    } else if (entry.status >= 500)
      log.error({ ...entry, ...(error !== undefined && { err: error }) }, 'request failed')
    else log.info(entry, 'request')
  }
}

/**
 * What lies behind a failure, in one line: the database's words without the query, which stand
 * before them.
 */
function causeOf(error: unknown): string | undefined {
  const { message, code } = ((error as Error | undefined)?.cause ?? error ?? {}) as NodeJS.ErrnoException
  return (message || code)
    ?.replace(/^.* - /s, '')
    .split('\n', 1)[0]
    ?.slice(0, 300)
}
