import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
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

export function processesIn(folder: string): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Boolean)
  return pids.filter((pid) => linkOf(`/proc/${pid}/cwd`).startsWith(folder) && commandOf(pid) !== '')
}

export function watchdogOf(pid: number | undefined): number {
  const [watchdog] = processesNaming(nameOf(pid)).filter((other) => commandOf(other).startsWith('/bin/sh'))
  if (watchdog === undefined) throw new Error(`no watchdog of ${pid}`)
  return watchdog
}

/** Its watchdog stops it by itself, unless a failed test has killed that. */
export async function endServer(pid: number): Promise<void> {
  for (const deadline = Date.now() + 20_000; lives(pid) && Date.now() < deadline; ) await delay(20)
  if (lives(pid)) process.kill(pid, 'SIGINT')
  await eventually(() => !lives(pid))
}

export async function eventually(holds: () => boolean, explain = () => 'it did not happen in time'): Promise<void> {
  for (const deadline = Date.now() + 60_000; !holds(); await delay(20)) {
    if (Date.now() > deadline) throw new Error(explain())
  }
}
