/** What a client has done to one user's name, and what came of it; moments in milliseconds. */
export interface Operation {
  readonly kind: 'read' | 'write'
  /** What was written, or read. */
  readonly value: string
  readonly began: number
  /** Infinity for a write of which nobody knows whether it was made. */
  readonly ended: number
}

/**
 * Whether the history of one value could have been: each operation at some moment between its
 * beginning and its end, and each read seeing the write before it (linearizability, Herlihy and Wing
 * 1990). Users are independent of each other, so each has a history of its own. No value is written
 * twice, so a read says which write it saw, and no order has to be searched for: a write and its
 * reads are a cluster, and it is enough to hold the clusters against each other in pairs (Gibbons
 * and Korach 1997; Golab, Li and Shah 2011, 3).
 *
 * @param first what the value was before
 */
export function isLinearizable(history: readonly Operation[], first: string): boolean {
  const before: Operation = { kind: 'write', value: first, began: -1, ended: -1 }
  const clusters = new Map<string, Operation[]>()
  for (const write of [before, ...history].filter(({ kind }) => kind === 'write')) clusters.set(write.value, [write])
  for (const read of history.filter(({ kind }) => kind === 'read')) {
    const cluster = clusters.get(read.value)
    if (!cluster || read.ended < (cluster[0] as Operation).began) return false
    cluster.push(read)
  }
  const zones = [...clusters.values()]
    // Of a write that nobody acknowledged and nobody saw, nothing follows.
    .filter(([write, ...reads]) => reads.length > 0 || (write as Operation).ended < Number.POSITIVE_INFINITY)
    .map((cluster) => ({
      firstEnd: Math.min(...cluster.map(({ ended }) => ended)),
      lastBegin: Math.max(...cluster.map(({ began }) => began)),
    }))
  // From its first end to its last beginning the value was there for certain.
  const forward = zones.filter(({ firstEnd, lastBegin }) => firstEnd < lastBegin)
  const backward = zones.filter(({ firstEnd, lastBegin }) => firstEnd >= lastBegin)
  return forward.every(
    (zone) =>
      forward.every((other) => other === zone || other.firstEnd > zone.lastBegin || other.lastBegin < zone.firstEnd) &&
      backward.every((other) => !(other.lastBegin > zone.firstEnd && other.firstEnd < zone.lastBegin)),
  )
}
