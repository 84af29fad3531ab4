import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Name } from '../scenarios.ts'
import { startServer } from './processes.ts'
import { residentMegabytes, treeOf } from './processor-time.ts'
import { median, shuffled } from './statistics.ts'
import type { World } from './world.ts'

/** How long a start takes, in seconds, and what it holds when nobody has asked anything, in MB. */
export interface Start {
  readonly seconds: number
  readonly idleMegabytes: number
}

/** Starts on a PostgreSQL that runs and whose tables are made: the medians, by name. */
export async function measureStarts(world: World, names: readonly Name[], rounds: number): Promise<Map<Name, Start>> {
  const taken = new Map<Name, { seconds: number[]; megabytes: number[] }>()
  for (let round = 0; round < rounds; round++)
    for (const name of shuffled(names)) {
      const server = await world.start(name)
      // What a start leaves for later has come by then.
      await delay(2000)
      const { seconds, megabytes } = taken.get(name) ?? { seconds: [], megabytes: [] }
      const now = residentMegabytes(treeOf(server.pid))
      taken.set(name, { seconds: [...seconds, server.startMs / 1000], megabytes: [...megabytes, now] })
      await server.stop()
    }
  return new Map(
    [...taken].map(([name, { seconds, megabytes }]) => [
      name,
      { seconds: median(seconds), idleMegabytes: median(megabytes) },
    ]),
  )
}

/** Starts of Janus with the embedded PostgreSQL, in seconds: in an empty folder, and there again. */
export async function measureEmbeddedStarts(rounds: number, signal: AbortSignal) {
  const first: number[] = []
  const again: number[] = []
  for (let round = 0; round < rounds; round++) {
    const folder = await mkdtemp(join(tmpdir(), 'janus-bench-start-'))
    const env = { NODE_ENV: 'production', DATA_DIR: join(folder, 'data'), ADMIN_PASSWORD: 'correct horse battery' }
    try {
      for (const times of [first, again]) {
        signal.throwIfAborted()
        const server = await startServer(
          ['--max-semi-space-size=8', fileURLToPath(new URL('../../bin/janus.js', import.meta.url))],
          env,
          folder,
        )
        times.push(server.startMs / 1000)
        await server.stop()
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return { first: median(first), again: median(again) }
}
