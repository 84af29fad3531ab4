import { createRequire } from 'node:module'
import pino, { type Logger } from 'pino'
import type { prettyFactory } from 'pino-pretty'
import { createOutput, type Output, type Stream } from './output.ts'

const warn = pino.levels.values.warn as number

/**
 * The log on standard output: lines for people at a terminal, JSON elsewhere. Nothing secret is
 * ever handed to it. Where its lines cannot be written they are lost, and the next that can be says
 * how many. Lines without bad news wait a moment for others, but at a terminal: the system is asked
 * once for many.
 *
 * @param base what each line says besides, null for nothing
 * @returns `forward` takes lines that another process has made, each whole and with its end
 */
export function createLog(
  level: string,
  stdout: Stream,
  base: { readonly pid: number } | null = null,
): { log: Logger; settled: Output['settled']; forward(lines: readonly string[]): void } {
  const shape = stdout.isTTY ? loadPretty().prettyFactory(forPeople) : (line: string) => line
  const output = createOutput(stdout, (lost, cause) => {
    const msg = `${lost} ${lost === 1 ? 'line' : 'lines'} of this log could not be written (${cause})`
    return shape(`${JSON.stringify({ level: warn, time: new Date().toISOString(), lost, msg })}\n`)
  })
  const destination = {
    // Asks pino for the level of each line.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string) {
      output.write(shape(line), !stdout.isTTY && this.lastLevel < warn)
    },
  }
  const log = pino({ level, base, timestamp: pino.stdTimeFunctions.isoTime }, destination)
  const forward = (lines: readonly string[]) => {
    for (const [at, line] of lines.entries()) output.write(line, at < lines.length - 1)
  }
  return { log, settled: output.settled, forward }
}

/** Only for a terminal: without one it would be a tenth of what a start loads. */
const loadPretty = () => createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty')

const forPeople: Parameters<typeof prettyFactory>[0] = {
  colorize: true,
  ignore: 'pid,requestId,method,path,status,ms,lost',
  translateTime: 'SYS:HH:MM:ss',
  messageFormat: (entry, message) =>
    entry.status === undefined
      ? String(entry[message])
      : `${entry.method} ${entry.path ?? '(no such path)'} ${entry.status} ${entry.ms} ms  ${entry.requestId}`,
}
