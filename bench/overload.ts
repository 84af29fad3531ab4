/**
 * `npm run bench:overload`: 200 clients log in at once, over and over, at cost 12. Meanwhile
 * `/health` is asked, and users are read, of Janus and, beside the same logins, of the floor.
 *
 *   --rounds 3    how often each is measured, in turn
 *   --seconds 10  how long a round asks
 */
import { parseArgs } from 'node:util'
import { command, say } from './command.ts'
import type { Group } from './load/job.ts'
import { groupOf } from './measure/rounds.ts'
import { median, quantile, shuffled } from './measure/statistics.ts'
import { startSubjects } from './measure/subjects.ts'
import type { Subject, World } from './measure/world.ts'
import { circumstances, writeResults } from './report/results.ts'
import { type Finding, figure, findingsTable, isMet, table } from './report/table.ts'
import { login, paths } from './requests.ts'
import { overloadGoals } from './scenarios.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '10' } },
})
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)]
const logins = 200
/** As Janus has it unless told otherwise. */
const cost = 12

/** One round: milliseconds, requests per second, and what was no success. */
interface Overload {
  readonly health: number
  readonly reads: number
  readonly loginRate: number
  readonly loginsSlowest: number
  readonly failures: number
  readonly failure: string | undefined
}

await command(async (signal) => {
  const { DATABASE_URL: databaseUrl } = process.env
  const options = { databaseUrl, users: 3000, cost, say, signal }
  const { world, subjects, of } = await startSubjects(options, ['janus', 'floor'], 8)
  try {
    const taken = new Map<Subject, Overload[]>(subjects.map((subject) => [subject, []]))
    for (let round = 0; round < rounds; round++)
      for (const subject of shuffled(subjects)) {
        signal.throwIfAborted()
        const overload = await measure(world, subject)
        say(`${subject.name}: reads p99 ${figure(overload.reads)} ms beside ${logins} logins`)
        taken.get(subject)?.push(overload)
      }
    return report(world, taken.get(of('janus')) ?? [], taken.get(of('floor')) ?? [])
  } finally {
    await world.stop()
  }
})

async function measure(world: World, subject: Subject): Promise<Overload> {
  const health: Group = { name: 'health', connections: [[{ method: 'GET', path: '/health' }]] }
  const asked = subject.name === 'janus' ? [health] : []
  const groups = [
    groupOf(
      'get',
      paths((id) => `/users/${id}`),
      subject,
      8,
    ),
    groupOf('login', login, subject, logins),
    ...asked,
  ]
  const started = performance.now()
  const [reads, loggedIn, lived] = await world.load.run({ url: subject.server.url, seconds, groups })
  const failed = [reads, loggedIn, lived].find((outcome) => outcome?.failure)
  return {
    health: quantile(lived?.ms ?? [], 0.99),
    reads: quantile(reads?.ms ?? [], 0.99),
    loginRate: ((loggedIn?.count ?? 0) / (performance.now() - started)) * 1000,
    loginsSlowest: loggedIn?.ms.at(-1) ?? Number.NaN,
    failures: [reads, loggedIn, lived].reduce((sum, outcome) => sum + (outcome?.failures ?? 0), 0),
    failure: failed?.failure,
  }
}

function report(world: World, janus: readonly Overload[], floor: readonly Overload[]): boolean {
  const of = (rounds: readonly Overload[], key: 'health' | 'reads' | 'loginRate' | 'loginsSlowest') =>
    median(rounds.map((round) => round[key]))
  const findings: Finding[] = [
    {
      what: `/health beside ${logins} logins, p99`,
      measured: of(janus, 'health'),
      unit: ' ms',
      goal: overloadGoals.health,
    },
    {
      what: `reads beside ${logins} logins, p99, ÷ the floor's`,
      measured: of(janus, 'reads') / of(floor, 'reads'),
      unit: ' ×',
      goal: overloadGoals.reads,
    },
  ]
  const row = (name: string, rounds: readonly Overload[]) => [
    name,
    figure(of(rounds, 'reads')),
    figure(of(rounds, 'loginRate')),
    figure(of(rounds, 'loginsSlowest') / 1000),
    String(rounds.reduce((sum, { failures }) => sum + failures, 0)),
  ]
  const head = ['', 'reads p99, ms', 'logins a second', 'slowest login, s', 'no success']
  const tables = [findingsTable(findings), table(head, [row('janus', janus), row('floor', floor)])]
  const failure = [...janus, ...floor].find((round) => round.failure)?.failure
  if (failure) say(`The first that was no success: ${failure}`)
  const load = `${logins} connections that log in, 8 that read, one that asks /health; ${rounds} rounds of ${seconds} s; bcrypt cost ${cost}`
  const facts = circumstances('npm run bench:overload', world.postgres.version, [load])
  process.stdout.write(`\n${tables.join('\n\n')}\n`)
  writeResults('overload', ['## Beside 200 logins', facts, ...tables].join('\n\n'))
  return findings.every(isMet) && failure === undefined
}
