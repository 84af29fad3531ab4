import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { cleanUp, type Janus, makeFolder, program, start } from '../process/janus.ts'
import { inFull, writeFigures } from '../support/figures.ts'
import { startHaproxy } from '../support/haproxy.ts'
import { type Node, startReplication } from '../support/replication.ts'
import { faultsOf, runLoad, type Seen } from './load.ts'
import { invariantsOf, prepareUsers } from './users.ts'

/** How often the primary is killed; `npm run test:slow` has the long form. */
const failovers = inFull ? 8 : 1

const env = {
  ADMIN_PASSWORD: 'correct horse battery',
  ADMIN_ROLE: 'super_admin',
  RATE_LIMIT_PER_MINUTE: '0',
  LOG_LEVEL: 'warn',
}

const opened: (() => unknown)[] = []
afterAll(async () => {
  await cleanUp()
  for (const close of opened.reverse()) await close()
})

/** A way to the primary: a process that takes it, and what to do when another server was promoted. */
interface Way {
  readonly name: string
  readonly writers: number
  readonly janus: Janus
  readonly onPromoted?: (primary: Node) => void
}

const attributes = 'target_session_attrs=read-write'

async function byHosts([one, other]: readonly [Node, Node]): Promise<Way> {
  const DATABASE_URL = `postgres://janus@${one.host}:${one.port},${other.host}:${other.port}/postgres?${attributes}`
  return { name: 'two hosts', writers: 16, janus: await start({ ...env, DATABASE_URL }) }
}

/** A name that leads to another address once another server is the primary, as DNS has it. */
async function byName([one]: readonly [Node, Node]): Promise<Way> {
  // Only the process that is started here sees this file as /etc/hosts.
  const hosts = join(await makeFolder(), 'hosts')
  const onPromoted = ({ host }: Node) => writeFileSync(hosts, `${host} database.test\n`)
  onPromoted(one)
  const DATABASE_URL = `postgres://janus@database.test:${one.port}/postgres?${attributes}`
  const namespace = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user']
  const inside = ['sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', hosts, process.execPath, program]
  return {
    name: 'a name',
    writers: 4,
    janus: await start({ ...env, DATABASE_URL }, ['unshare', ...namespace, ...inside]),
    onPromoted,
  }
}

/** A proxy that asks each server whether it is the primary. */
async function byProxy([one, other]: readonly [Node, Node]): Promise<Way> {
  const [first, second] = [await startCheck(one), await startCheck(other)]
  const proxy = await startHaproxy(
    readFileSync(new URL('../../docs/haproxy-postgres.cfg', import.meta.url), 'utf8')
      .replace('server a 127.0.0.1:5432 check port 8008', `server a ${one.host}:${one.port} check port ${first}`)
      .replace('server b 127.0.0.2:5432 check port 8009', `server b ${other.host}:${other.port} check port ${second}`),
  )
  opened.push(proxy.stop)
  const DATABASE_URL = `postgres://janus@127.0.0.1:${new URL(proxy.url).port}/postgres?${attributes}`
  return { name: 'HAProxy', writers: 4, janus: await start({ ...env, DATABASE_URL }) }
}

/** What Patroni answers beside each server. @returns its port, at the address of the server */
async function startCheck(node: Node): Promise<number> {
  const server = createServer(async (_, response) => {
    const isPrimary = await node.sql('select not pg_is_in_recovery() as is').then(
      ([row]) => row?.is === true,
      () => false,
    )
    response.writeHead(isPrimary ? 200 : 503).end()
  })
  await new Promise<void>((resolve) => server.listen(0, node.host, resolve))
  opened.push(() => server.close())
  return (server.address() as AddressInfo).port
}

it(
  'a primary that is killed loses no write, and when a standby is promoted all is served again without a restart',
  async () => {
    const servers = await startReplication(1)
    opened.push(servers.close)
    const nodes = servers.nodes as [Node, Node]
    await nodes[0].waitForStandbys()
    const ways = [await byHosts(nodes), await byName(nodes), await byProxy(nodes)]
    const urls = await Promise.all(ways.map(({ janus }) => janus.url))
    const { token, users } = await prepareUsers(ways[0]?.janus as Janus)
    let over = false
    const isOver = () => over
    const loads = ways.map(({ writers }, n) =>
      runLoad({ urlOf: () => urls[n] as string, token, users, clients: writers, prefix: `made-${n}`, isOver }),
    )
    const promotions: number[] = []
    let [primary, standby] = nodes
    for (let n = 1; ; n++) {
      await delay(1000)
      await primary.kill()
      await delay(1000)
      await standby.promote()
      promotions.push(performance.now())
      for (const { onPromoted } of ways) onPromoted?.(standby)
      await delay(2000)
      // Somebody starts what was the primary as if nothing had happened: its writes would be lost.
      await primary.start()
      await delay(500)
      await primary.stop('immediate')
      if (n === failovers) break
      await primary.follow(standby)
      await standby.waitForStandbys()
      ;[primary, standby] = [standby, primary]
    }
    await delay(2000)
    over = true
    const seen = await Promise.all(loads)

    const live = (await standby.sql('select username from users where deleted_at is null')).map((row) => row.username)
    expect([...faultsOf(seen, users, live), ...(await invariantsOf(standby))]).toEqual([])
    const times = seen.map((each) => promotions.map((at) => servedAgain(each, at)))
    expect(times.map((each, n) => [ways[n]?.name, each.filter((ms) => ms > 5000)])).toEqual(
      ways.map(({ name }) => [name, []]),
    )
    expect(Math.max(...seen.map(({ longestMs }) => longestMs))).toBeLessThan(15_000)
    expect(ways[0]?.janus.stdout()).toContain(`the database server that takes writes is now ${nodes[1].host}`)
    writeFigures(
      'failover',
      `# Failover
* a primary and a standby of PostgreSQL 15, \`synchronous_commit = remote_apply\`; three processes, each with its
  clients, who read and write in both styles; the primary is killed (SIGKILL of all its processes), and
  the standby promoted a second later, again and again; what was the primary is started once more as if
  nothing had happened, and then follows the other one
* served again: from the end of \`pg_ctl promote\` to the first answer of the last client, 503 apart

| way to the primary | failovers | writers | acknowledged writes | lost or doubled | served again after | longest wait for an answer | 503 meanwhile |
| --- | --: | --: | --: | --: | --: | --: | --: |
${ways.map(({ name, writers }, n) => lineOf(name, writers, seen[n] as Seen, times[n] as number[])).join('\n')}`,
    )
  },
  30 * 60_000,
)

/** Milliseconds from a moment until each client had been answered with something other than 503. */
const servedAgain = ({ served }: Seen, at: number) =>
  Math.max(...served.map((moments) => moments.find((moment) => moment > at) ?? Number.POSITIVE_INFINITY)) - at

function lineOf(name: string, writers: number, seen: Seen, times: readonly number[]): string {
  const acknowledged =
    [...seen.created.values()].filter(Boolean).length +
    [...seen.histories.values()].flat().filter(({ kind, ended }) => kind === 'write' && Number.isFinite(ended)).length
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  const between = `${seconds(Math.min(...times))} to ${seconds(Math.max(...times))}`
  return `| ${[name, times.length, writers, acknowledged, 0, between, seconds(seen.longestMs), seen.answers[503] ?? 0].join(' | ')} |`
}
