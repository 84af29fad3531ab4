import { setTimeout as delay } from 'node:timers/promises'
import type { Child } from './child.ts'
import { complaint, EmbeddedError, remedy } from './failure.ts'
import { clearLeftover } from './leftover.ts'
import { becomesReady, type Server, startPostmaster, stopPostmaster } from './postmaster.ts'

/** A server that comes back until it is stopped. */
export interface Keeper {
  /** Resolves within 2 s. */
  stop(): Promise<void>
  /** Resolves when the server is really gone, at once or some time after `stop`. */
  readonly gone: Promise<void>
}

// An earlier server that is not quite gone: a backend may work on for a while after the death of
// its postmaster.
const occupied = /lock file ".*" already exists|is still in use/
const patience = 10_000

/** Starts the server, and again whenever it ends unasked. */
export async function keepRunning(
  server: Server,
  warn: (line: string) => void,
  meanwhile: () => void = () => {},
): Promise<Keeper> {
  let postmaster: Child | undefined
  let stopping = false
  const stopped = Promise.withResolvers<void>()

  await launch().catch(async (error) => {
    await stop()
    throw error
  })
  void guard()
  return { stop, gone: stopped.promise }

  async function launch(): Promise<void> {
    for (const deadline = performance.now() + patience; ; await pause(100)) {
      await server.owner.confirm()
      await clearLeftover(server.cluster)
      if (stopping) return
      postmaster = startPostmaster(server)
      meanwhile()
      if (await becomesReady(postmaster, server)) return
      await postmaster.ended
      if (stopping) return
      const isOccupied = postmaster.lines.some((line) => occupied.test(line))
      if (!isOccupied || performance.now() > deadline) throw notStarting(postmaster, isOccupied, server.cluster.folder)
    }
  }

  async function guard(): Promise<void> {
    let wait = 100
    while (postmaster) {
      const since = performance.now()
      const how = await postmaster.ended
      if (stopping) return
      // A killed one had no time to say why: its last complaint would be about something else.
      const reason = how.startsWith('signal') ? how : `${how}: ${complaint(postmaster.lines)}`
      warn(`PostgreSQL stopped unexpectedly (${reason}); starting it again`)
      if (performance.now() - since > 60_000) wait = 100
      await pause(wait)
      wait = Math.min(2 * wait, 10_000)
      // What failed is told in the next round, as the postmaster has ended by then.
      await launch().catch(() => postmaster?.kill('SIGQUIT'))
    }
  }

  async function stop(): Promise<void> {
    stopping = true
    if (postmaster) await stopPostmaster(postmaster)
    void Promise.resolve(postmaster?.ended).then(() => stopped.resolve())
  }
}

function pause(ms: number): Promise<void> {
  return delay(ms, undefined, { ref: false })
}

function notStarting(postmaster: Child, isOccupied: boolean, folder: string): EmbeddedError {
  const reason = complaint(postmaster.lines)
  const hint = isOccupied
    ? ' Something of an earlier run is left: wait for it or stop it. (In a container, let an init reap the dead: docker run --init.) '
    : ' '
  return new EmbeddedError(`PostgreSQL does not start: ${reason}.${hint}${remedy(reason, folder)}`)
}
