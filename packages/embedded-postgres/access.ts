import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { Account } from './account.ts'
import type { Cluster } from './cluster.ts'
import { EmbeddedError, orWayOut } from './failure.ts'

/** The role that owns everything in the cluster. */
export const role = 'janus'

/**
 * Writes who may connect, anew at every start: the user that runs Janus, known by the kernel's word
 * on the other end of the socket (PostgreSQL calls it peer authentication), and nobody else. The
 * account that runs the server gives no right to it, since all daemons of a `nobody` share it. A
 * cluster that trusted everybody is bound by it as well.
 *
 * @returns the settings of the server that name the files
 */
export async function writeAccess(cluster: Cluster, account: Account): Promise<Record<string, string>> {
  const files = {
    hba_file: ['janus_hba.conf', `local all ${role} peer map=${role}\n`],
    ident_file: ['janus_ident.conf', `${role} "${ownName().replaceAll('"', '""')}" ${role}\n`],
  } as const
  const settings: Record<string, string> = {}
  for (const [setting, [name, text]] of Object.entries(files)) {
    await replace(cluster.folder, name, text, account)
    settings[setting] = join(cluster.seenAs, name)
  }
  return settings
}

/** Exclusively made and renamed: who can write here could aim a link of that name at /etc. */
async function replace(folder: string, name: string, text: string, { uid, gid }: Account): Promise<void> {
  const draft = join(folder, `${name}.${randomUUID()}`)
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      if (uid !== undefined && gid !== undefined) await handle.chown(uid, gid)
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, join(folder, name))
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    throw error
  }
}

function ownName(): string {
  try {
    return userInfo().username
  } catch {
    throw new EmbeddedError(
      `PostgreSQL knows its clients by name, and the user that runs Janus (uid ${process.getuid?.()}) has none. Give it one in /etc/passwd, ${orWayOut}`,
    )
  }
}
