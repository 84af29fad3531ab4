import { explain } from '../src/process/explain.ts'
import { install } from './install.ts'
import { stopServers } from './measure/processes.ts'

export const say = (line: string): void => void process.stderr.write(`${line}\n`)

/**
 * Runs a command of the bench: with its packages installed, on Linux (processor time is read from
 * /proc), and ended by Ctrl-C with everything that it has started.
 *
 * @param work returns whether it went well
 */
export async function command(work: (signal: AbortSignal) => Promise<boolean>): Promise<void> {
  const interrupted = new AbortController()
  const stop = () => {
    if (interrupted.signal.aborted) void stopServers().finally(() => process.exit(130))
    say('\nEnding what was started; once more ends it at once.')
    interrupted.abort(new Error('The bench was interrupted.'))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    if (process.platform !== 'linux') throw new Error('The bench reads processor time from /proc: it needs Linux.')
    await install(say)
    process.exitCode = (await work(interrupted.signal)) ? 0 : 1
  } catch (error) {
    const isExpected = error === interrupted.signal.reason || (error instanceof Error && error.constructor === Error)
    say(isExpected ? (error as Error).message : explain(error))
    process.exitCode = interrupted.signal.aborted ? 130 : 1
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}
