import type { Group } from '../load/job.ts'
import type { Requests } from '../requests.ts'
import type { Name, Scenario } from '../scenarios.ts'
import { processorTimes, spent, treeOf } from './processor-time.ts'
import { median, quantile, shuffled, spread } from './statistics.ts'
import type { Subject, World } from './world.ts'

/** What a round of a scenario has cost. */
export interface Sample {
  /** Processor time of the server for a request, in microseconds. */
  readonly server: number
  /** Of the database. */
  readonly database: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly failures: number
  readonly failure?: string
}

export interface RoundOptions {
  readonly rounds: number
  /** Of a round. */
  readonly seconds: number
  readonly connections: number
  readonly signal?: AbortSignal
  readonly onRound?: () => void
}

/** Sends a group for a while and says what its requests have cost. */
export async function sample(world: World, { server }: Subject, groups: Group[], seconds: number): Promise<Sample> {
  const [before, databaseBefore] = [processorTimes(treeOf(server.pid)), await world.postgres.backendTimes()]
  const outcomes = await world.load.run({ url: server.url, seconds, groups })
  const [after, databaseAfter] = [processorTimes(treeOf(server.pid)), await world.postgres.backendTimes()]
  const count = outcomes.reduce((sum, outcome) => sum + outcome.count, 0)
  const [first] = outcomes
  const failed = outcomes.find(({ failure }) => failure)
  return {
    server: spent(before, after) / count,
    database: spent(databaseBefore, databaseAfter) / count,
    p50: quantile(first?.ms ?? [], 0.5),
    p99: quantile(first?.ms ?? [], 0.99),
    failures: outcomes.reduce((sum, outcome) => sum + outcome.failures, 0),
    ...(failed?.failure && { failure: failed.failure }),
  }
}

export const groupOf = (name: string, requests: Requests, { material }: Subject, connections: number): Group => ({
  name,
  connections: Array.from({ length: connections }, (_, n) => requests(material, n)),
})

export type Samples = ReadonlyMap<Name, readonly Sample[]>

/**
 * Rounds of one scenario: in each, every subject once, in an order of chance. What disturbs the
 * machine for a while so meets all of them.
 */
export async function measureScenario(
  world: World,
  scenario: Scenario,
  subjects: readonly Subject[],
  { rounds, seconds, connections, signal, onRound }: RoundOptions,
): Promise<Samples> {
  const samples = new Map<Name, Sample[]>()
  const length = seconds * (scenario.longer ?? 1)
  for (let round = -1; round < rounds; round++) {
    for (const subject of shuffled(subjects)) {
      signal?.throwIfAborted()
      const requests = requestsOf(scenario, subject.name)
      if (!requests) continue
      const groups = [groupOf(scenario.key, requests, subject, connections)]
      const taken = await sample(world, subject, groups, round < 0 ? Math.min(length, 1.5) : length)
      // The first round is for the compilers of V8.
      if (round >= 0) samples.set(subject.name, [...(samples.get(subject.name) ?? []), taken])
    }
    onRound?.()
  }
  return samples
}

function requestsOf({ key, requests, floor = requests, peer, against }: Scenario, name: Name): Requests | undefined {
  if (name === 'better-auth') return peer
  if (name === 'raw bcrypt') return against === name ? () => [{ method: 'POST', path: `/${key}` }] : undefined
  if (name === 'floor') return against === name ? floor : undefined
  return requests
}

/** What a request costs by the scenario's measure. */
export const costOf = ({ withDatabase }: Pick<Scenario, 'withDatabase'>, { server, database }: Sample): number =>
  withDatabase ? server + database : server

/** How many times as dear one is as the other: the median over the rounds, and how far they differ. */
export function ratioOf(scenario: Scenario, samples: Samples, name: Name, to: Name): { ratio: number; noise: number } {
  const others = samples.get(to) ?? []
  const ratios = (samples.get(name) ?? []).flatMap((one, round) => {
    const other = others[round]
    return other ? [costOf(scenario, one) / costOf(scenario, other)] : []
  })
  return { ratio: median(ratios), noise: spread(ratios) }
}
