/** What went through the client, and what did not. */
export interface Tally {
  /** By method, such as `rpc.users.list`; 0 for one that was not called. */
  readonly calls: Record<string, number>
  /** Lists that were iterated. */
  iterations: number
  /** Requests that no method can make. */
  raw: number
}

export const noTally = (): Tally => ({ calls: {}, iterations: 0, raw: 0 })

/** Of all requests, how many have to be made by methods: what is no JSON is seldom. */
const leastShare = 0.9

export const called = ({ calls }: Tally): number => Object.values(calls).reduce((all, count) => all + count, 0)

/** Why a run has not proven the client; undefined where it has. */
export function shortfall(tally: Tally): string | undefined {
  const all = called(tally) + tally.raw
  if (called(tally) < leastShare * all || all === 0)
    return `${called(tally)} of ${all} requests went through the client: too few`
  return tally.iterations === 0 ? 'no list was iterated' : undefined
}

export function tallied(tally: Tally): string {
  const never = Object.keys(tally.calls).filter((id) => tally.calls[id] === 0)
  return [
    `through the client: ${called(tally)} requests, ${tally.iterations} iterations`,
    `not through it: ${tally.raw} requests`,
    `methods not called: ${never.join(', ') || 'none'}`,
  ].join('; ')
}
