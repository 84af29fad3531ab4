/**
 * `npm run bench`: what Janus costs, ÷ what is written by hand. On a PostgreSQL of its own, or that
 * of DATABASE_URL.
 *
 *   --only get,list   these scenarios alone; nothing is written to RESULTS.md
 *   --rounds 5        how often each is measured
 *   --seconds 1.2     how long
 *   --sizes           instead: the latency of each call over 1k, 10k, 100k and 1M users, as an SVG
 *   --upto 1000000    the largest of these sizes
 */
import { parseArgs } from 'node:util'
import { command, say } from './command.ts'
import { besideLogins } from './measure/beside.ts'
import { residentMegabytes, treeOf } from './measure/processor-time.ts'
import { measureScenario, ratioOf, type Samples } from './measure/rounds.ts'
import { measureEmbeddedStarts, measureStarts } from './measure/starts.ts'
import { startSubjects } from './measure/subjects.ts'
import { circumstances, writeResults } from './report/results.ts'
import { scenarioFindings, scenariosTable } from './report/scenarios.ts'
import { type Finding, figure, findingsTable, isMet, table } from './report/table.ts'
import { otherGoals, type Scenario, scenarios } from './scenarios.ts'
import { measureSizes } from './sizes.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1.2' },
    sizes: { type: 'boolean', default: false },
    upto: { type: 'string', default: '1000000' },
  },
})
const users = 10_000
const connections = 8
/** As Janus has it unless told otherwise. */
const cost = 12

await command((signal) => (values.sizes ? measureSizes(Number(values.upto), signal) : runScenarios(signal)))

async function runScenarios(signal: AbortSignal): Promise<boolean> {
  const chosen = values.only?.split(',')
  const wanted = scenarios.filter(({ key }) => chosen?.includes(key) ?? true)
  if (wanted.length === 0) throw new Error(`There are: ${scenarios.map(({ key }) => key).join(', ')}`)
  const { rounds, seconds } = { rounds: Number(values.rounds), seconds: Number(values.seconds) }
  const names = ['janus', 'floor', 'better-auth', 'raw bcrypt'] as const
  const { DATABASE_URL: databaseUrl } = process.env
  const { world, subjects, of } = await startSubjects({ databaseUrl, users, cost, say, signal }, names, connections)
  try {
    const measured = new Map<Scenario, Samples>()
    for (const scenario of wanted) {
      const samples = await measureScenario(world, scenario, subjects, { rounds, seconds, connections, signal })
      measured.set(scenario, samples)
      const { ratio, noise } = ratioOf(scenario, samples, 'janus', scenario.against)
      say(`${scenario.title}: ${figure(ratio)} × ${scenario.against}, ± ${Math.round(noise * 100)} %`)
    }
    const findings = scenarioFindings(measured)
    const tables = [scenariosTable(measured)]
    if (!chosen) {
      const afterLoad = (name: 'janus' | 'floor') => residentMegabytes(treeOf(of(name).server.pid))
      const [janusLoaded, floorLoaded] = [afterLoad('janus'), afterLoad('floor')]
      say('reads beside 8 logins')
      const pair = [of('janus'), of('floor')]
      const beside = await besideLogins(world, pair, { rounds: Math.min(rounds, 3), seconds: 4, logins: 8, signal })
      const [janusP99 = 0, floorP99 = 0] = pair.map((subject) => beside.get(subject))
      for (const { server } of subjects) await server.stop()
      say('starts')
      const starts = await measureStarts(world, ['janus', 'floor', 'better-auth'], rounds)
      const embedded = await measureEmbeddedStarts(Math.min(rounds, 3), signal)
      const [janus, floor] = [starts.get('janus'), starts.get('floor')]
      if (!janus || !floor) throw new Error('no start was measured')
      const ratio = (what: string, measuredRatio: number, goal: number): Finding => ({
        what,
        measured: measuredRatio,
        unit: ' ×',
        goal,
      })
      findings.push(
        ratio('reads beside 8 logins, p99', janusP99 / floorP99, otherGoals.besideLogins),
        ratio('start on a running PostgreSQL', janus.seconds / floor.seconds, otherGoals.start),
        { what: 'start, embedded again', measured: embedded.again, unit: ' s', goal: otherGoals.startEmbedded },
        { what: 'start, embedded, very first', measured: embedded.first, unit: ' s', goal: otherGoals.startFirst },
        ratio('memory, idle', janus.idleMegabytes / floor.idleMegabytes, otherGoals.memoryIdle),
        ratio('memory, after load', janusLoaded / floorLoaded, otherGoals.memoryAfterLoad),
      )
      const startRow = (name: 'janus' | 'floor' | 'better-auth', more: string[]) => {
        const start = starts.get(name)
        return [name, figure(start?.seconds ?? Number.NaN), figure(start?.idleMegabytes ?? Number.NaN), ...more]
      }
      tables.push(
        table(
          ['', 'start, s', 'memory idle, MB', 'after load, MB', 'reads beside 8 logins, p99, ms'],
          [
            startRow('janus', [figure(janusLoaded), figure(janusP99)]),
            startRow('floor', [figure(floorLoaded), figure(floorP99)]),
            startRow('better-auth', ['-', '-']),
          ],
        ),
      )
    }
    const verdict = findingsTable(findings)
    process.stdout.write(`\n${tables.join('\n\n')}\n\n${verdict}\n`)
    const load = `${users} users, ${connections} connections, ${rounds} rounds of ${seconds} s, no line of a log, bcrypt cost ${cost}`
    const facts = circumstances('npm run bench', world.postgres.version, [load])
    if (!chosen) writeResults('scenarios', ['## Against the floor', facts, verdict, ...tables].join('\n\n'))
    return findings.every(isMet) || !chosen
  } finally {
    await world.stop()
  }
}
