import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Job, Outcome } from './job.ts'

export type Load = ReturnType<typeof startLoad>

/** A process of its own that sends requests: its work is nobody else's processor time. */
export function startLoad() {
  const child = fork(fileURLToPath(new URL('generator.ts', import.meta.url)))
  const ended = new AbortController()
  child.once('exit', () => ended.abort(new Error('the generator of the load has ended')))
  return {
    /** Sends; a job at a time. @throws Error where a connection breaks */
    async run(job: Job): Promise<Outcome[]> {
      child.send(job)
      const [{ outcomes, error }] = await once(child, 'message', { signal: ended.signal })
      if (error) throw new Error(`${job.url}: ${error}`)
      return outcomes
    },
    pid: child.pid as number,
    end: () => void child.kill('SIGKILL'),
  }
}
