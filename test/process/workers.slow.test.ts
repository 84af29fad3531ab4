import { loadavg } from 'node:os'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Request } from '../../bench/load/job.ts'
import { type Load, startLoad } from '../../bench/load/start.ts'
import { processorTimes, spent, treeOf } from '../../bench/measure/processor-time.ts'
import { freshDatabase, onServer } from '../support/database.ts'
import { inFull, writeFigures } from '../support/figures.ts'
import { cleanUp, program, start, urlOf } from './janus.ts'

/*
 * What a read costs with one process, with two workers, and with two services started apart on the
 * same database, in turn: processor time, since on a machine of two cores the load and the database
 * take what a second process would need.
 */

/** Rounds, and requests of each connection in one of them and before all of them, for V8. */
const [rounds, each, before] = inFull ? [15, 100, 1500] : [1, 20, 20]
/** To each process that serves, each of a user of its own: of one user, few are worked at at once. */
const connections = 8
const password = 'correct horse battery'
const ways = ['one process', 'two workers', 'two services'] as const
type Way = (typeof ways)[number]

let load: Load
let home: Awaited<ReturnType<typeof freshDatabase>>
/** Of a way, whom each half of the connections asks: one load asks both, or theirs would keep step. */
let services: Record<Way, readonly Server[]>
let requests: Request[][]

beforeAll(async () => {
  load = startLoad()
  home = await freshDatabase()
  const [one, two] = [await serve('1'), await serve('2')]
  services = { 'one process': [one], 'two workers': [two, two], 'two services': [one, await serve('1')] }
  const admin = await login(one.url, 'admin')
  const ids: string[] = []
  for (let n = 0; n < connections; n++) {
    const user = { username: `reader-${n}`, email: `reader-${n}@example.com`, password, role: 'admin' }
    ids.push((await post(`${one.url}/users:create`, user, admin)).user.id)
  }
  requests = await Promise.all(
    ids.map(async (_, n) => {
      const headers = { Authorization: `Bearer ${await login(one.url, `reader-${n}`)}` }
      return ids.map((id) => ({ method: 'GET', path: `/users/${id}`, headers }))
    }),
  )
})
afterAll(async () => {
  load?.end()
  await cleanUp()
  await home?.close()
})

interface Server {
  readonly pid: number
  readonly url: string
}

/**
 * Of our session, as Linux gives the processor to sessions (sched_autogroup): two of them would have
 * twice as much of a busy machine. Its log goes nowhere.
 */
async function serve(WORKERS: string): Promise<Server> {
  const env = {
    DATABASE_URL: urlOf(home.connection),
    NODE_ENV: 'production',
    ADMIN_PASSWORD: password,
    RATE_LIMIT_PER_MINUTE: '1000000',
    WORKERS,
  }
  const command = `exec "${process.execPath}" --max-semi-space-size=8 "${program}" >/dev/null`
  const janus = await start(env, ['/bin/sh', '-c', command])
  return { pid: janus.pid, url: await janus.url }
}

async function post(url: string, body: unknown, token?: string): Promise<any> {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.status).toBeLessThan(300)
  return answer.json()
}

const login = async (url: string, username: string): Promise<string> =>
  (await post(`${url}/auth:login`, { username, password })).access_token

const parts = ['serving', 'first', 'database', 'load'] as const

/** Microseconds of processor time for a request, and requests per second. */
type Cost = Record<(typeof parts)[number] | 'rate', number>

async function measure(way: Way, atMost: number): Promise<Cost> {
  const pids = [...new Set(services[way].map(({ pid }) => pid))]
  const ofPart = {
    serving: way === 'two workers' ? pids.flatMap(treeOf).filter((pid) => !pids.includes(pid)) : pids.flatMap(treeOf),
    first: way === 'two workers' ? pids : [],
    database: await backends(),
    load: [load.pid],
  }
  const look = () => parts.map((part) => processorTimes(ofPart[part]))
  const [atFirst, began] = [look(), performance.now()]
  const [{ url }] = services[way] as [Server]
  const groups = services[way].map(({ url }) => ({ name: 'read', url, connections: requests }))
  const outcomes = await load.run({ url, seconds: 300, atMost, groups })
  const [atLast, ended] = [look(), performance.now()]
  for (const { failure } of outcomes) expect(failure).toBeUndefined()
  const count = outcomes.reduce((sum, outcome) => sum + outcome.count, 0)
  const costs = parts.map((part, n) => [part, spent(atFirst[n] ?? new Map(), atLast[n] ?? new Map()) / count])
  return { ...Object.fromEntries(costs), rate: (count / (ended - began)) * 1000 }
}

/** Processes of the server that serve clients; none where it is on another machine. */
const backends = () =>
  onServer(async (client) => {
    const { rows } = await client.query("select pid from pg_stat_activity where backend_type = 'client backend'")
    return rows.map(({ pid }) => pid as number)
  })

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number

it('a read costs a worker what it costs a service beside another', { timeout: 20 * 60_000 }, async () => {
  for (const way of ways) await measure(way, before)
  const found = new Map<Way, Cost[]>(ways.map((way) => [way, []]))
  for (let round = 0; round < rounds; round++)
    for (const way of round % 2 ? ways.toReversed() : ways) found.get(way)?.push(await measure(way, each))
  const of = (way: Way, key: keyof Cost) => median((found.get(way) ?? []).map((cost) => cost[key]))
  const ratio = (key: keyof Cost, to: Way) => (of('two workers', key) / of(to, key)).toFixed(2)
  process.stdout.write(`a read costs a worker ${ratio('serving', 'two services')} times what it costs a service\n`)
  const row = (way: Way) => [way, ...parts.map((part) => `${of(way, part).toFixed(0)} µs`), of(way, 'rate').toFixed(0)]
  const shares = (way: Way) => parts.map((part) => `${((of(way, part) * of(way, 'rate')) / 10_000).toFixed(0)} %`)
  writeFigures(
    'workers',
    `# One process and two workers
* \`GET /users/{id}\` by ${connections} connections for each process that serves, the limit of requests on:
  medians of ${rounds} rounds of ${each} requests of each connection, in turn, after ${before} of each
* processor time of a request: of those who serve, of the first process (which hands out connections
  and writes the log), of PostgreSQL, of the load; then what each took of one core
* "two services" are two processes of \`WORKERS=1\`, started apart on one database
* load average of the machine at the end: ${loadavg()[0]?.toFixed(0)}, most of it others'

| | serving | first | PostgreSQL | load | requests a second | serving | first | PostgreSQL | load |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |
${ways.map((way) => `| ${[...row(way), ...shares(way)].join(' | ')} |`).join('\n')}

A read costs a worker ${ratio('serving', 'two services')} times what it costs one of two services, and ${ratio('serving', 'one process')} times what it
costs a process that is alone; the first process adds ${of('two workers', 'first').toFixed(0)} µs. With two workers ${ratio('rate', 'one process')} times as many
are answered as with one process, which says nothing of two free cores: this machine has two in all,
and PostgreSQL, the load and others took theirs. Of two services, the first has answered twice as
many by then, and is the warmer for it.`,
  )
})
