import { readdirSync, readFileSync } from 'node:fs'

/** A process and what it has started, as far as it still runs. */
export function treeOf(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`)
  return [
    pid,
    ...children
      .split(' ')
      .filter(Boolean)
      .flatMap((child) => treeOf(Number(child))),
  ]
}

/**
 * Processor time of each process so far, in microseconds: the sum over its threads, which the
 * kernel knows to the nanosecond. Threads that have ended are lost: Node's pools never end theirs.
 */
export function processorTimes(pids: readonly number[]): Map<number, number> {
  return new Map(pids.map((pid) => [pid, timeOf(pid)]))
}

/** What was spent between two looks; a process that came meanwhile counts from its beginning. */
export function spent(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  let sum = 0
  for (const [pid, time] of after) sum += Math.max(0, time - (before.get(pid) ?? 0))
  return sum
}

function timeOf(pid: number): number {
  let threads: string[]
  try {
    threads = readdirSync(`/proc/${pid}/task`)
  } catch {
    return 0
  }
  return threads.reduce((sum, thread) => {
    const [ns = '0'] = read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')
    return sum + Number(ns) / 1000
  }, 0)
}

/** Resident memory of the processes, in megabytes. */
export function residentMegabytes(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0))
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
