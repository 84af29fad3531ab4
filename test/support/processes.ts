import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export const onLinux = process.platform === 'linux'

export async function serverOf(dataDir: string): Promise<number | undefined> {
  const lock = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => '')
  return Number.parseInt(lock, 10) || undefined
}

export function lives(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try {
    process.kill(pid, 0)
    return !onLinux || commandOf(pid) !== ''
  } catch {
    return false
  }
}

export function commandOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

export function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function nameOf(pid: number | undefined): string {
  return /cluster_name=(janus-\w+)/.exec(commandOf(pid ?? ''))?.[1] ?? 'no server'
}

function processesNaming(text: string): number[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))
  return pids.filter((pid) => commandOf(pid).includes(text)).map(Number)
}

/** The processes at work in a folder or below it; by /proc, on Linux alone. */
export function processesIn(folder: string): number[] {
  if (!onLinux) return []
  const pids = readdirSync('/proc').map(Number).filter(Boolean)
  return pids.filter((pid) => linkOf(`/proc/${pid}/cwd`).startsWith(folder) && commandOf(pid) !== '')
}

/**
 * Removes a folder once nobody works in it: a server that still ends writes files into it. In a
 * container that hides where the processes of others are, it is tried again instead.
 */
export async function removeFolder(folder: string): Promise<void> {
  await eventually(
    () => processesIn(folder).length === 0,
    () => `still at work in ${folder}: ${processesIn(folder).map(commandOf).join(', ')}`,
  )
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 })
}

export function watchdogOf(pid: number | undefined): number {
  const [watchdog] = processesNaming(nameOf(pid)).filter((other) => commandOf(other).startsWith('/bin/sh'))
  if (watchdog === undefined) throw new Error(`no watchdog of ${pid}`)
  return watchdog
}

/** Their watchdog stops servers by itself, unless a failed test has killed that. */
export async function endServersIn(folder: string): Promise<void> {
  for (const deadline = Date.now() + 20_000; processesIn(folder).length > 0 && Date.now() < deadline; ) await delay(20)
  for (const pid of processesIn(folder)) process.kill(pid, 'SIGINT')
}

export async function eventually(
  holds: () => boolean | Promise<boolean>,
  explain = () => 'it did not happen in time',
): Promise<void> {
  for (const deadline = Date.now() + 60_000; !(await holds()); await delay(20)) {
    if (Date.now() > deadline) throw new Error(explain())
  }
}
