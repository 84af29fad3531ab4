import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { EmbeddedError, orWayOut } from './failure.ts'

/**
 * Who runs PostgreSQL, as options of `spawn`: nothing means ourselves. (Node drops the
 * supplementary groups with the uid.)
 */
export interface Account {
  uid?: number
  gid?: number
}

/**
 * PostgreSQL refuses to run as root: root runs it as the owner of the cluster, or as `postgres`, or
 * as `nobody`.
 */
export async function chooseAccount(cluster: string): Promise<Account> {
  if (process.getuid?.() !== 0) return {}
  const owner = await stat(cluster).catch(() => undefined)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (!user) {
    throw new EmbeddedError(
      `PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody". Start Janus as an ordinary user, ${orWayOut}`,
    )
  }
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

/**
 * How the account names a folder that is also its working directory. It may be unable to enter the
 * parents (a clone below /root); /proc/self/cwd jumps past them, in PostgreSQL and in all its
 * children, as none of them ever changes it.
 */
export async function folderSeenBy(account: Account, folder: string): Promise<string> {
  if (account.uid === undefined) return folder
  const enter = ['-c', 'cd "$1"', 'sh', folder]
  const entered = await promisify(execFile)('/bin/sh', enter, { ...account, cwd: '/' }).catch(() => undefined)
  if (entered) return folder
  if (process.platform === 'linux') return '/proc/self/cwd'
  throw new EmbeddedError(
    `The user that runs PostgreSQL (uid ${account.uid}) cannot enter ${folder}. Choose another DATA_DIR, ${orWayOut}`,
  )
}
