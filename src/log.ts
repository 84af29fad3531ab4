import pino, { type Logger } from 'pino'
import pretty from 'pino-pretty'

/** The log on standard output: lines for people at a terminal, JSON elsewhere. Nothing secret is ever handed to it. */
export function createLog(level: string, isTerminal: boolean): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  if (!isTerminal) return pino(options)
  return pino(
    options,
    pretty({
      sync: true,
      colorize: true,
      ignore: 'requestId,method,path,status,ms',
      translateTime: 'SYS:HH:MM:ss',
      messageFormat: (entry, message) =>
        entry.status === undefined
          ? String(entry[message])
          : `${entry.method} ${entry.path ?? '(no such path)'} ${entry.status} ${entry.ms} ms  ${entry.requestId}`,
    }),
  )
}
