import { execFile } from 'node:child_process'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Cluster } from './cluster.ts'
import { EmbeddedError, orWayOut } from './failure.ts'

/**
 * Clears what an earlier server left: itself, or a lock file that names it. To be called by the
 * owner of the folder only.
 */
export async function clearLeftover(cluster: Cluster): Promise<void> {
  const lock = await readFile(join(cluster.folder, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(lock, 10)
  if (!(pid > 1)) return
  const command = await commandOf(pid)
  if (command === undefined) return
  if (isServerOf(cluster, command)) await end(pid, cluster)
  // PostgreSQL asks only whether such a process lives. Without this, a pid that has gone to
  // somebody else, or a dead server that nobody has reaped, would lock the folder for ever. (It
  // knows orphans of a server by the shared memory.)
  else if (!(await mayServe(pid, command, cluster))) {
    await rm(join(cluster.folder, 'postmaster.pid'), { force: true })
    await rm(join(cluster.folder, '.s.PGSQL.5432.lock'), { force: true })
  }
}

async function end(pid: number, cluster: Cluster): Promise<void> {
  // Its watchdog may be stopping it already.
  if (await gone(3000)) return
  signal(pid, 'SIGINT')
  if (await gone(5000)) return
  signal(pid, 'SIGQUIT')
  if (await gone(8000)) return
  throw new EmbeddedError(
    `A PostgreSQL of an earlier run (process ${pid}) still holds ${cluster.folder} and cannot be stopped. Stop it, ${orWayOut}`,
  )

  async function gone(ms: number): Promise<boolean> {
    for (const deadline = performance.now() + ms; performance.now() < deadline; await delay(50)) {
      if (!isServerOf(cluster, (await commandOf(pid)) ?? [])) return true
    }
    return false
  }
}

/** The command line; empty for a process that is dead but not reaped, undefined for none. */
async function commandOf(pid: number): Promise<string[] | undefined> {
  // Not /proc/<pid>/cwd or exe: in a container, not even root may read those of another user.
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
    return line?.split('\0').filter(Boolean)
  }
  const listed = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => undefined)
  return listed?.stdout.trim().split(/\s+/)
}

function isServerOf(cluster: Cluster, command: string[]): boolean {
  return isServer(command) && command.includes(`cluster_name=${cluster.name}`)
}

function isServer(command: string[]): boolean {
  return /(^|\/)postgres$/.test(command[0] ?? '')
}

/**
 * Whether a process may be a server on the cluster that somebody started by hand: PostgreSQL shall
 * refuse then.
 */
async function mayServe(pid: number, command: string[], cluster: Cluster): Promise<boolean> {
  if (!isServer(command) || command.some((word) => word.startsWith('cluster_name=janus-'))) return false
  const [its, ours] = await Promise.all([stat(`/proc/${pid}/cwd`).catch(() => undefined), stat(cluster.folder)])
  return its === undefined || (its.dev === ours.dev && its.ino === ours.ino)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone, or not ours to stop, which the waiting finds out.
  }
}
