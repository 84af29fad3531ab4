import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { cleanUp, type Janus, makeFolder, program, start } from '../process/janus.ts'
import { inFull, writeFigures } from '../support/figures.ts'
import { startHaproxy } from '../support/haproxy.ts'
import { type Node, type Replication, startReplication } from '../support/replication.ts'
import { faultsOf, runLoad } from './load.ts'
import { invariantsOf, prepareUsers } from './users.ts'

/** How often the primary is killed; `npm run test:slow` has the long form. */
const failovers = inFull ? 6 : 1
const writers = 16

let servers: Replication | undefined
const figures: string[] = []

afterEach(async () => {
  await cleanUp()
  await servers?.close()
})
afterAll(() =>
  writeFigures(
    'failover',
    `# Failover
* a primary and a standby of PostgreSQL 15, \`synchronous_commit = remote_apply\`; ${writers} clients read
  and write in both styles through one process, the primary is killed (SIGKILL of all its processes) and
  the standby promoted a second later, again and again
* served again: from the end of \`pg_ctl promote\` to the first answer of the last client, 503 apart

| DATABASE_URL | failovers | acknowledged writes | lost or doubled | served again after | longest wait for an answer | 503 meanwhile |
| --- | --: | --: | --: | --: | --: | --: |
${figures.join('\n')}`,
  ),
)

const synchronous = ['synchronous_standby_names=*', 'synchronous_commit=remote_apply']
const env = {
  ADMIN_PASSWORD: 'correct horse battery',
  ADMIN_ROLE: 'super_admin',
  RATE_LIMIT_PER_MINUTE: '0',
  BCRYPT_COST: '10',
}

/**
 * Kills the primary under load and promotes the standby, so many times; what was the primary comes
 * back, first as if nothing had happened, then as a standby of the other one.
 */
async function fail(janus: Janus, nodes: readonly [Node, Node], onPromoted: (primary: Node) => void = () => {}) {
  const { token, users } = await prepareUsers(janus)
  const url = await janus.url
  let [primary, standby] = nodes
  const times: number[] = []
  let over = false
  const load = runLoad({ urlOf: () => url, token, users, clients: writers, isOver: () => over })
  const promotions: number[] = []
  for (let n = 0; n < failovers; n++) {
    await delay(1500)
    await primary.kill()
    await delay(1000)
    await standby.promote()
    promotions.push(performance.now())
    onPromoted(standby)
    await delay(2000)
    // Somebody starts what was the primary as if nothing had happened: its writes would be lost.
    await primary.start()
    await delay(500)
    await primary.stop('immediate')
    if (n + 1 < failovers) await primary.follow(standby, ...synchronous)
    if (n + 1 < failovers)
      await standby.sql("alter system set synchronous_standby_names = '*'; select pg_reload_conf()")
    ;[primary, standby] = [standby, primary]
  }
  over = true
  const seen = await load
  for (const at of promotions) {
    const first = seen.served.map((moments) => moments.find((moment) => moment > at) ?? Number.POSITIVE_INFINITY)
    times.push(Math.max(...first) - at)
  }
  const live = (await primary.sql('select username from users where deleted_at is null')).map((row) => row.username)
  return { seen, times, faults: [...faultsOf(seen, users, live), ...(await invariantsOf(primary))] }
}

function keepFigures(name: string, { seen, times }: Awaited<ReturnType<typeof fail>>): void {
  const writes = [...seen.histories.values()]
    .flat()
    .filter(({ kind, ended }) => kind === 'write' && ended < Number.POSITIVE_INFINITY).length
  const all = writes + [...seen.created.values()].filter(Boolean).length
  const [best, worst] = [Math.min(...times), Math.max(...times)].map((ms) => (ms / 1000).toFixed(1))
  figures.push(
    `| ${name} | ${times.length} | ${all} | 0 | ${best} to ${worst} s | ${(seen.longestMs / 1000).toFixed(1)} s | ${seen.answers[503] ?? 0} |`,
  )
}

/** What Patroni answers beside each server: whether it is the primary. */
async function startCheck(node: Node) {
  const server = createServer(async (_, response) => {
    const isPrimary = await node.sql('select not pg_is_in_recovery() as is').then(
      ([row]) => row?.is === true,
      () => false,
    )
    response.writeHead(isPrimary ? 200 : 503).end()
  })
  // HAProxy asks at the address of the server.
  await new Promise<void>((resolve) => server.listen(0, node.host, resolve))
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

describe('a primary that is killed, and a standby that is promoted', () => {
  it('lose no write, and all is served again without a restart: several hosts', { timeout: 300_000 }, async () => {
    servers = await startReplication(1, synchronous)
    const [one, other] = servers.nodes as [Node, Node]
    const hosts = `${one.host}:${one.port},${other.host}:${other.port}`
    const DATABASE_URL = `postgres://janus@${hosts}/postgres?target_session_attrs=read-write`
    const janus = await start({ ...env, DATABASE_URL })
    const failed = await fail(janus, [one, other])
    expect(failed.faults).toEqual([])
    expect(Math.max(...failed.times)).toBeLessThan(5000)
    expect(failed.seen.longestMs).toBeLessThan(15_000)
    expect(janus.stdout()).toContain(`the database server that takes writes is now ${other.host}`)
    expect(await janus.stop()).toEqual({ code: 0, signal: null })
    keepFigures('two hosts', failed)
  })

  it('do so behind a name that leads to another address then', { timeout: 300_000 }, async () => {
    servers = await startReplication(1, synchronous)
    const [one, other] = servers.nodes as [Node, Node]
    // Only the process that is started here sees this file as /etc/hosts.
    const hosts = join(await makeFolder(), 'hosts')
    const point = (node: Node) => writeFileSync(hosts, `${node.host} database.test\n`)
    point(one)
    const DATABASE_URL = `postgres://janus@database.test:${one.port}/postgres?target_session_attrs=read-write`
    const inside = 'mount --bind "$0" /etc/hosts && exec "$@"'
    const namespace = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user']
    const command = ['unshare', ...namespace, 'sh', '-c', inside, hosts, process.execPath, program] as const
    const janus = await start({ ...env, DATABASE_URL }, [...command])
    const failed = await fail(janus, [one, other], point)
    expect(failed.faults).toEqual([])
    expect(Math.max(...failed.times)).toBeLessThan(5000)
    keepFigures('a name', failed)
  })

  it('do so behind a proxy that asks who is the primary', { timeout: 300_000 }, async () => {
    servers = await startReplication(1, synchronous)
    const [one, other] = servers.nodes as [Node, Node]
    const checks = await Promise.all([one, other].map(startCheck))
    const [first, second] = checks.map(({ port }) => port)
    const proxy = await startHaproxy(
      readFileSync(new URL('../../docs/haproxy-postgres.cfg', import.meta.url), 'utf8')
        .replace('server a 127.0.0.1:5432 check port 8008', `server a ${one.host}:${one.port} check port ${first}`)
        .replace(
          'server b 127.0.0.2:5432 check port 8009',
          `server b ${other.host}:${other.port} check port ${second}`,
        ),
    )
    try {
      const port = new URL(proxy.url).port
      const DATABASE_URL = `postgres://janus@127.0.0.1:${port}/postgres?target_session_attrs=read-write`
      const failed = await fail(await start({ ...env, DATABASE_URL }), [one, other])
      expect(failed.faults).toEqual([])
      expect(Math.max(...failed.times)).toBeLessThan(5000)
      keepFigures('HAProxy', failed)
    } finally {
      await cleanUp()
      await proxy.stop()
      for (const check of checks) check.close()
    }
  })
})
