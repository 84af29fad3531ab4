import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

const running = new Set<ChildProcess>()

/** A server that listens. */
export interface Server {
  readonly pid: number
  readonly url: string
  /** Milliseconds from its start until it said where it answers. */
  readonly startMs: number
  stop(): Promise<void>
}

/**
 * Starts a program of Node and waits until it says on standard error where it answers. Its standard
 * output, where the log goes, is thrown away.
 *
 * @throws Error with what it said, if it ends before
 */
export async function startServer(
  args: readonly string[],
  env: Record<string, string>,
  cwd = process.cwd(),
): Promise<Server> {
  const started = performance.now()
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Out of the terminal's group: Ctrl-C is for the bench, which stops what it has started.
    detached: true,
  })
  running.add(child)
  const ended = once(child, 'exit').finally(() => running.delete(child))
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      said += chunk
      const address = /answers at (http:\S+)/.exec(said)?.[1]
      if (address) resolve(address)
    })
    void ended.then(() => reject(new Error(`${args[0]} ended: ${said}`)))
  })
  return {
    pid: child.pid as number,
    url,
    startMs: performance.now() - started,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Ends what still runs; for the end of the bench, however that comes. */
export async function stopServers(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
      await ended
      clearTimeout(timer)
    }),
  )
}
