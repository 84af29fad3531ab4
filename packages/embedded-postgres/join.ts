import { setTimeout as delay } from 'node:timers/promises'
import { role } from './access.ts'
import { clusterFolder } from './cluster.ts'
import { codeOf, EmbeddedError } from './failure.ts'
import { holderOf } from './owner.ts'
import { type Connection, isPassing, visit } from './postmaster.ts'
import { reach } from './reach.ts'

/** Where clients of the cluster in a folder find its server, while the reach is open. */
export function openConnection(folder: string): { readonly connection: Connection; close(): void } {
  const { path, close } = reach(folder, '.s.PGSQL.5432')
  return { connection: { host: path, port: 5432, user: role, database: 'janus' }, close }
}

/**
 * The server of the data folder, run by another Node process; waits for one that is starting or
 * recovers, as long as that process lives.
 *
 * @returns undefined where no process holds the folder
 * @throws EmbeddedError where that process belongs to another user of the system
 */
export async function joinRunning(
  dataDir: string,
  progress: (line: string) => void,
): Promise<{ readonly connection: Connection; close(): void } | undefined> {
  for (let told = performance.now(); ; await delay(50)) {
    const holder = await holderOf(dataDir).catch((error) => refuseOther(error, dataDir))
    if (holder === undefined) return undefined
    let opened: ReturnType<typeof openConnection> | undefined
    try {
      opened = openConnection(clusterFolder(dataDir))
      await visit(opened.connection)
      return opened
    } catch (error) {
      opened?.close()
      // At its first start it has no database yet.
      if (codeOf(error) !== '3D000' && !isPassing(error)) refuseOther(error, dataDir)
    }
    if (performance.now() - told > 5000) {
      told = performance.now()
      progress(`still waiting for the PostgreSQL of process ${holder.split(' ')[0]}`)
    }
  }
}

/** The kernel's word decides (see `access.ts`), also on whoever may enter the folder, as root may. */
function refuseOther(error: unknown, dataDir: string): never {
  if (!/^(28000|EACCES|EPERM)$/.test(codeOf(error) ?? '')) throw error
  throw new EmbeddedError(
    `The Janus that runs on ${dataDir} is another user's, and its PostgreSQL lets in nobody else. Run this as that user.`,
    { cause: error },
  )
}
