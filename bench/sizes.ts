import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { say } from './command.ts'
import type { Outcome } from './load/job.ts'
import { quantile } from './measure/statistics.ts'
import { openWorld, type World } from './measure/world.ts'
import { latencySvg, type Series } from './report/latency-svg.ts'
import { progressBar } from './report/progress.ts'
import { circumstances, writeResults } from './report/results.ts'
import { figure, table } from './report/table.ts'
import { scenarios } from './scenarios.ts'
import { loadUsers } from './seed/load-users.ts'

const seconds = 2
const sizes = [1000, 10_000, 100_000, 1_000_000]

/**
 * The latency of each call, with one client, over more and more users: what grows with them is seen.
 * Writes `latency.svg` and a table.
 */
export async function measureSizes(upto: number, signal: AbortSignal): Promise<boolean> {
  const { DATABASE_URL: databaseUrl } = process.env
  const world = await openWorld({ databaseUrl, users: 0, cost: 10, say, signal })
  const chosen = scenarios.filter(({ key }) => key !== 'page-own')
  const series: Series[] = chosen.map(({ title }) => ({ title: title.replace(/, ÷.*/, ''), points: [] }))
  try {
    let users = 0
    for (const size of sizes.filter((one) => one <= upto)) {
      const loading = { databaseUrl: world.databaseUrl, count: size - users, cost: 10, signal }
      await loadUsers({ ...loading, progress: progressBar('users', size - users, process.stderr) })
      users = size
      const measured = await measureCalls(world, chosen, signal)
      for (const [n, { ms }] of measured.entries())
        series[n]?.points.push({ users, p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) })
      say(`${users} users: ${measured.map(({ name, ms }) => `${name} ${figure(quantile(ms, 0.5))} ms`).join(', ')}`)
    }
    writeFileSync(fileURLToPath(new URL('latency.svg', import.meta.url)), latencySvg(series))
    const reached = series[0]?.points.map((point) => point.users) ?? []
    const rows = series.map(({ title, points }) => [
      title,
      ...points.map(({ p50, p99 }) => `${figure(p50)} / ${figure(p99)}`),
    ])
    const written = table(['latency in ms, p50 / p99', ...reached.map((n) => n.toLocaleString('en'))], rows)
    process.stdout.write(`\n${written}\n`)
    const facts = circumstances('npm run bench -- --sizes', world.postgres.version, ['one client, bcrypt cost 10'])
    writeResults(
      'sizes',
      ['## Latency over the number of users', facts, '![latency of each call](latency.svg)', written].join('\n\n'),
    )
    return true
  } finally {
    await world.stop()
  }
}

async function measureCalls(world: World, chosen: typeof scenarios, signal: AbortSignal): Promise<Outcome[]> {
  const { server, material } = await world.subject('janus', 1)
  const outcomes: Outcome[] = []
  for (const { key, requests } of chosen) {
    signal.throwIfAborted()
    const groups = [{ name: key, connections: [requests(material, 0)] }]
    await world.load.run({ url: server.url, seconds: 0.5, groups })
    const [outcome] = await world.load.run({ url: server.url, seconds, groups })
    if (!outcome || outcome.failures > 0) say(`${key}: ${outcome?.failures} failed: ${outcome?.failure}`)
    if (outcome) outcomes.push(outcome)
  }
  await server.stop()
  return outcomes
}
