import { loadavg } from 'node:os'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Request } from '../../bench/load/job.ts'
import { type Load, startLoad } from '../../bench/load/start.ts'
import { type Server, startServer, stopServers } from '../../bench/measure/processes.ts'
import { processorTimes, spent, treeOf } from '../../bench/measure/processor-time.ts'
import { freshDatabase, onServer } from '../support/database.ts'
import { inFull, writeFigures } from '../support/figures.ts'
import { program, urlOf } from './janus.ts'

/*
 * What a read costs with one process and with two workers, in turn, on the same database: processor
 * time, since on a machine of two cores the load and the database take what a second worker would
 * need.
 */
/** Rounds, and requests of each connection in one of them and before all of them, for V8. */
const [rounds, each, before] = inFull ? [15, 100, 1500] : [1, 20, 20]
const users = 8
const counts = [1, 2] as const
const password = 'correct horse battery'

let load: Load
let home: Awaited<ReturnType<typeof freshDatabase>>
const services = new Map<number, Server>()
let connections: Request[][]

beforeAll(async () => {
  load = startLoad()
  home = await freshDatabase()
  const env = {
    DATABASE_URL: urlOf(home.connection),
    NODE_ENV: 'production',
    BCRYPT_COST: '10',
    ADMIN_PASSWORD: password,
    RATE_LIMIT_PER_MINUTE: '1000000',
  }
  for (const count of counts)
    services.set(count, await startServer(['--max-semi-space-size=8', program], { ...env, WORKERS: String(count) }))
  const { url } = services.get(1) as Server
  const admin = await login(url, 'admin')
  const ids = await Promise.all(
    Array.from({ length: users }, async (_, n) => {
      const user = { username: `reader-${n}`, email: `reader-${n}@example.com`, password, role: 'admin' }
      return (await post(`${url}/users:create`, user, admin)).user.id as string
    }),
  )
  // Each with a user of its own: of one user, few requests are at the database at once.
  connections = await Promise.all(
    ids.map(async (_, n) => {
      const headers = { Authorization: `Bearer ${await login(url, `reader-${n}`)}` }
      return ids.map((id) => ({ method: 'GET', path: `/users/${id}`, headers }))
    }),
  )
})
afterAll(async () => {
  load?.end()
  await stopServers()
  await home?.close()
})

async function post(url: string, body: unknown, token?: string): Promise<any> {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.status).toBeLessThan(300)
  return answer.json()
}

const login = async (url: string, username: string): Promise<string> =>
  (await post(`${url}/auth:login`, { username, password })).access_token

/** Microseconds per request, and requests per second. */
interface Cost {
  readonly serving: number
  readonly first: number
  readonly database: number
  readonly load: number
  readonly rate: number
}

async function measure(count: number, atMost: number): Promise<Cost> {
  const { pid, url } = services.get(count) as Server
  const tree = treeOf(pid)
  const parts = {
    first: count === 1 ? [] : [pid],
    serving: count === 1 ? tree : tree.filter((each) => each !== pid),
    load: [load.pid],
    database: await backends(),
  }
  const look = () => Object.fromEntries(Object.entries(parts).map(([name, pids]) => [name, processorTimes(pids)]))
  const [atFirst, began] = [look(), performance.now()]
  // As many for each process: of more at once, a process does more in one turn of its loop, and each is cheaper.
  const groups = [{ name: 'read', connections: Array.from({ length: count }, () => connections).flat() }]
  const [outcome] = await load.run({ url, seconds: 300, atMost, groups })
  const [after, ended] = [look(), performance.now()]
  expect(outcome?.failure).toBeUndefined()
  const requests = outcome?.count ?? 0
  const costOf = (part: keyof typeof parts) =>
    spent(atFirst[part] as Map<number, number>, after[part] as Map<number, number>) / requests
  return {
    serving: costOf('serving'),
    first: costOf('first'),
    database: costOf('database'),
    load: costOf('load'),
    rate: (requests / (ended - began)) * 1000,
  }
}

/** Processes of the server that serve clients; none where it is on another machine. */
const backends = () =>
  onServer(async (client) => {
    const { rows } = await client.query("select pid from pg_stat_activity where backend_type = 'client backend'")
    return rows.map(({ pid }) => pid as number)
  })

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number

it('a read costs a worker of two what it costs a process alone', { timeout: 20 * 60_000 }, async () => {
  for (const count of counts) await measure(count, before)
  const found = new Map<number, Cost[]>(counts.map((count) => [count, []]))
  for (let round = 0; round < rounds; round++)
    for (const count of round % 2 ? counts.toReversed() : counts) found.get(count)?.push(await measure(count, each))
  const of = (count: number, part: keyof Cost) => median((found.get(count) ?? []).map((cost) => cost[part]))
  const ratio = of(2, 'serving') / of(1, 'serving')
  process.stdout.write(`a read costs a worker of two ${ratio.toFixed(2)} times what it costs a process alone\n`)
  const share = (count: number, part: keyof Cost) => `${Math.round((of(count, part) * of(count, 'rate')) / 10_000)} %`
  const row = (count: number) =>
    `| ${[
      count,
      ...(['serving', 'first', 'database', 'load'] as const).map((part) => `${of(count, part).toFixed(0)} µs`),
      of(count, 'rate').toFixed(0),
      ...(['serving', 'first', 'database', 'load'] as const).map((part) => share(count, part)),
    ].join(' | ')} |`
  writeFigures(
    'workers',
    `# One process and two workers
* \`GET /users/{id}\` by ${users} connections for each process, the limit of requests on: medians of ${rounds} rounds of
  ${each} requests of each connection, with one process and with two workers in turn, after ${before} of each
* processor time of a request, of those who serve, of the first process (which hands out connections
  and writes the log), of PostgreSQL and of the generator of the load; then what each took of one
  core

| workers | serving | first | PostgreSQL | load | requests a second | serving | first | PostgreSQL | load |
| --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
${counts.map(row).join('\n')}

A read costs those who serve ${ratio.toFixed(2)} times what it costs one process, and the first process
${of(2, 'first').toFixed(0)} µs more. With two workers ${(of(2, 'rate') / of(1, 'rate')).toFixed(2)} times as many are answered, which is no measure of two
cores for Janus: this machine has two in all, of which PostgreSQL, the load and others took the rest
(load average ${loadavg()[0]?.toFixed(0)}).`,
  )
})
