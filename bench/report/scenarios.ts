import { ratioOf, type Sample, type Samples } from '../measure/rounds.ts'
import { median } from '../measure/statistics.ts'
import type { Name, Scenario } from '../scenarios.ts'
import { type Finding, figure, table } from './table.ts'

/** The ratios that have a goal. */
export function scenarioFindings(measured: ReadonlyMap<Scenario, Samples>): Finding[] {
  return [...measured].flatMap(([scenario, samples]) => {
    const { title, goal, against } = scenario
    if (goal === undefined) return []
    const { ratio, noise } = ratioOf(scenario, samples, 'janus', against)
    return [{ what: title, measured: ratio, unit: ' ×', goal, noise }]
  })
}

const columns: readonly [string, (sample: Sample) => number, (us: number) => string][] = [
  ['server', ({ server }) => server, figure],
  ['database', ({ database }) => database, figure],
  ['p50', ({ p50 }) => p50, figure],
  ['p99', ({ p99 }) => p99, figure],
]

/** What each call has cost each server: the medians of the rounds. */
export function scenariosTable(measured: ReadonlyMap<Scenario, Samples>): string {
  const names: readonly Name[] = ['janus', 'floor', 'better-auth']
  const head = ['processor time per request in µs, latency in ms', '÷ floor', '÷ better-auth', '÷ bcrypt']
  for (const name of names) head.push(...columns.map(([column]) => `${name}: ${column}`))
  const rows = [...measured].map(([scenario, samples]) => {
    const against = (name: Name) => {
      const { ratio, noise } = ratioOf(scenario, samples, 'janus', name)
      return Number.isFinite(ratio) ? `${figure(ratio)} ± ${Math.round(noise * 100)} %` : '-'
    }
    const cells = names.flatMap((name) =>
      columns.map(([, read, write]) => write(median((samples.get(name) ?? []).map(read)))),
    )
    return [scenario.title, against('floor'), against('better-auth'), against('raw bcrypt'), ...cells]
  })
  const failures = [...measured].flatMap(([{ title }, samples]) =>
    [...samples].flatMap(([name, all]) => {
      const failed = all.reduce((sum, sample) => sum + sample.failures, 0)
      return failed === 0
        ? []
        : [`${title}: ${failed} requests failed at ${name}: ${all.find((one) => one.failure)?.failure}`]
    }),
  )
  return [table(head, rows), ...failures].join('\n\n')
}
