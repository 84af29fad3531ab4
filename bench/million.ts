/**
 * `npm run bench:million`: at so many users, what every list and many searches take one client, and
 * what a get takes beside 20 who search. On the database of DATABASE_URL, which is filled up to that
 * number, or one of its own.
 *
 *   --users 1000000   how many
 */
import { parseArgs } from 'node:util'
import { command, say } from './command.ts'
import { besideSearchers } from './measure/beside.ts'
import { openWorld, type World } from './measure/world.ts'
import { lists, type Probe, pagesOf, searches } from './million/pages.ts'
import { type Probed, probe, totalOf } from './million/probing.ts'
import { progressBar } from './report/progress.ts'
import { circumstances, writeResults } from './report/results.ts'
import { type Finding, figure, findingsTable, isMet, table } from './report/table.ts'
import { millionGoals } from './scenarios.ts'
import { loadUsers } from './seed/load-users.ts'

const { values } = parseArgs({ options: { users: { type: 'string', default: '1000000' } } })
const users = Number(values.users)
const cost = 10
/** The worst that are shown. */
const shown = 15

await command(async (signal) => {
  const { DATABASE_URL: databaseUrl } = process.env
  const world = await openWorld({ databaseUrl, existing: true, users: 0, cost, say, signal })
  try {
    const rate = await fill(world, signal)
    const subject = await world.subject('janus', 28)
    const probes: Probe[] = [{ title: 'statistics', path: '/users/stats', kind: 'statistics' }]
    for (const list of lists()) probes.push(...pagesOf(list, (await totalOf(subject, list.query)) ?? 0))
    const ofLists = probes.length
    probes.push(...searches())
    const probed: Probed[] = []
    const progress = progressBar('calls', probes.length, process.stderr)
    for (const one of probes) {
      signal.throwIfAborted()
      probed.push(await probe(world, subject, one, limitOf(one)))
      progress(probed.length)
    }
    say('get beside 20 who search one letter, and beside 20 who get')
    const beside = await besideSearchers(world, subject, 3, 5)
    report(world, probed.slice(0, ofLists), probed.slice(ofLists), beside, rate)
    return true
  } finally {
    await world.stop()
  }
})

const limitOf = ({ kind }: Probe): number =>
  kind === 'statistics'
    ? millionGoals.statistics
    : kind === 'first page'
      ? millionGoals.firstPage
      : millionGoals.anyPage

/** Adds what is missing. @returns rows per second, if any were */
async function fill(world: World, signal: AbortSignal): Promise<number | undefined> {
  const database = new URL(world.databaseUrl).pathname.slice(1)
  const counted = await world.postgres
    .query<{ n: number }>(database, 'select coalesce(sum(n), 0)::int as n from user_counts')
    .catch(() => [])
  const missing = users - (counted[0]?.n ?? 0)
  if (missing <= 0) return undefined
  const progress = progressBar('users', missing, process.stderr)
  return loadUsers({ databaseUrl: world.databaseUrl, count: missing, cost, signal, progress })
}

function report(
  world: World,
  ofLists: readonly Probed[],
  ofSearches: readonly Probed[],
  beside: { readonly searching: number; readonly getting: number },
  rate: number | undefined,
): void {
  const worst = (
    what: string,
    probed: readonly Probed[],
    kind: Probe['kind'],
    goal: number,
    by: 'p50' | 'p99' = 'p99',
  ): Finding => {
    const times = probed
      .filter((one) => one.kind === kind)
      .map((one) => (one.failure ? Number.POSITIVE_INFINITY : one[by]))
    return { what, measured: Math.max(...times), unit: ' ms', goal }
  }
  const findings: Finding[] = [
    worst('lists: the slowest first page, p99', ofLists, 'first page', millionGoals.firstPage),
    worst('lists: the slowest of all pages, p99', ofLists, 'any page', millionGoals.anyPage),
    worst('searches: the slowest first page, p99', ofSearches, 'first page', millionGoals.firstPage),
    worst('searches: the slowest of all pages, p99', ofSearches, 'any page', millionGoals.anyPage),
    worst('statistics, p50', ofLists, 'statistics', millionGoals.statistics, 'p50'),
    {
      what: 'get beside 20 who search ÷ beside 20 who get, p99',
      measured: beside.searching / beside.getting,
      unit: ' ×',
      goal: millionGoals.besideSearchers,
    },
  ]
  if (rate !== undefined)
    findings.push({
      what: 'COPY with all indexes and counters',
      measured: rate,
      unit: ' rows/s',
      goal: millionGoals.rowsPerSecond,
      atLeast: true,
    })
  const row = ({ title, p50, p99, database, failure }: Probed) => [
    title.replaceAll('|', '\\|'),
    figure(p50),
    figure(p99),
    failure ? failure.slice(0, 40).replaceAll('|', '\\|') : figure(database),
  ]
  const slowest = ofLists.toSorted((a, b) => b.p99 - a.p99).slice(0, shown)
  const head = ['one client, ms', 'p50', 'p99', 'of it the database']
  const sections = [
    findingsTable(findings),
    `get beside 20 who search: p99 ${figure(beside.searching)} ms; beside 20 who get: ${figure(beside.getting)} ms.`,
    `The slowest ${shown} of ${ofLists.length} pages (every role × status × order; first, middle, as deep as pages reach from either end, last):`,
    table(head, slowest.map(row)),
    'Searches:',
    table(head, ofSearches.map(row)),
  ]
  process.stdout.write(`\n${sections.join('\n\n')}\n`)
  const count = users.toLocaleString('en')
  const facts = circumstances(`npm run bench:million -- --users ${users}`, world.postgres.version)
  writeResults(`${users} users`, [`## At ${count} users`, facts, ...sections].join('\n\n'))
  if (!findings.every(isMet)) say('Not every goal is met.')
}
