import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Account } from './account.ts'

/**
 * A program that ends with us, and that never keeps Node alive: who waits for it, waits in `awake`.
 */
export interface Child {
  readonly running: boolean
  /** The last lines of its standard error. */
  readonly lines: readonly string[]
  /** How it ended: 'exit code 1', 'signal SIGKILL'. */
  readonly ended: Promise<string>
  endsWithin(ms: number): Promise<boolean>
  kill(signal: NodeJS.Signals): void
}

// A watchdog holds the far end of a pipe: when Node dies, however it dies, the pipe ends without a
// line and the watchdog interrupts the program. It is forked before `exec`, so `$$` stays the pid
// of the program, which is also the pid that Node knows; and it is forked twice, because PostgreSQL
// takes the death of a child that it does not know for a crash.
const leash = '( (read -r _ <&3 || kill -INT $$) </dev/null >/dev/null 2>&1 & ); exec "$@" 3<&-'

const kept = 50

/** Starts a program in a folder. */
export function start(
  command: string[],
  folder: string,
  account: Account,
  onLine: (line: string) => void = () => {},
): Child {
  const lines: string[] = []
  let running = true
  // A new session (`detached`), so that Ctrl-C at the terminal reaches Node alone. Nothing of our
  // environment, as PGDATA, PGOPTIONS or LD_PRELOAD would reach PostgreSQL with it.
  const child = spawn('/bin/sh', ['-c', leash, 'sh', ...command], {
    ...account,
    cwd: folder,
    // With a time zone: initdb would compare the system's with all that there are.
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [stderr, pipe] = [child.stderr as Socket, child.stdio[3] as Socket]
  child.unref()
  stderr.unref()
  pipe.on('error', () => {}).unref()
  createInterface(stderr).on('line', (line) => {
    lines.push(line)
    if (lines.length > kept) lines.shift()
    onLine(line)
  })
  const ended = new Promise<string>((resolve) => {
    // Also emitted of a signal that could not be sent; only without a pid it tells that nothing was
    // started.
    child.on('error', (error) => child.pid === undefined && end(error.message))
    child.once('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`))
    function end(how: string) {
      running = false
      // The line tells the watchdog to go: from now on the pid may belong to somebody else.
      pipe.end('\n')
      // The last lines may still be in the pipe, and orphans of the program may hold it open for
      // long.
      void Promise.race([new Promise((closed) => child.once('close', closed)), delay(100)]).then(() => resolve(how))
    }
  })
  return {
    get running() {
      return running
    },
    lines,
    ended,
    endsWithin: (ms) => Promise.race([ended.then(() => true), delay(ms, false, { ref: false })]),
    kill: (signal) => void child.kill(signal),
  }
}

/** Keeps Node alive while something is awaited. */
export async function awake<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => {}, 60_000)
  return work.finally(() => clearInterval(timer))
}
