import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { negotiate } from '../../src/store/connection.ts'
import { followServers, type Servers } from '../../src/store/servers.ts'
import { freshDatabase } from '../support/database.ts'
import { startFront } from '../support/front.ts'
import { type Node, startReplication } from '../support/replication.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let fronts: Awaited<ReturnType<typeof startFront>>[]
let servers: Servers
let moves = 0
let said: string[] = []

// Two addresses of one primary, as two proxies before it.
beforeEach(async () => {
  home = await freshDatabase()
  fronts = [await startFront(home.connection), await startFront(home.connection)]
  ;[moves, said] = [0, []]
  servers = followServers({
    servers: fronts.map(({ connection }) => {
      const settings = negotiate(connection, { statementTimeoutMs: 5000, warn: () => {} })
      return () => settings
    }),
    asks: true,
    log: (line) => said.push(line),
  })
  servers.onMove(() => moves++)
})
afterEach(async () => {
  servers.close()
  for (const front of fronts) front.heal()
  for (const front of fronts) await front.stop()
  await home.close()
})

const portNow = async () => (await servers.settings()).port
const portOf = (n: number) => fronts[n]?.connection.port

describe('of two addresses of one primary', () => {
  it('the first is taken, and kept whatever is looked at', async () => {
    expect(await portNow()).toBe(portOf(0))
    for (let n = 0; n < 3; n++) {
      servers.look()
      await delay(500)
    }
    expect([moves, said, await portNow()]).toEqual([0, [], portOf(0)])
  })

  it('the other one is taken when the first is gone, and kept when it comes back', async () => {
    await portNow()
    await fronts[0]?.stop()
    servers.look()
    await expect.poll(portNow).toBe(portOf(1))
    await fronts[0]?.start()
    await delay(500)
    servers.look()
    await delay(500)
    expect([moves, await portNow()]).toEqual([1, portOf(1)])
  })

  it('the other one is taken when the first swallows everything', async () => {
    await portNow()
    fronts[0]?.cut()
    servers.look()
    await expect.poll(portNow, { timeout: 10_000 }).toBe(portOf(1))
  })

  it('none is given up for a silence of both, and both for a refusal, until one is back', async () => {
    await portNow()
    for (const front of fronts) front.cut()
    servers.look()
    await delay(3000)
    expect([moves, await portNow()]).toEqual([0, portOf(0)])
    for (const front of fronts) front.heal()
    for (const front of fronts) await front.stop()
    await delay(500)
    servers.look()
    await expect.poll(() => servers.settings().then(String, ({ code }) => code)).toBe('08001')
    await fronts[1]?.start()
    await expect.poll(() => portNow().catch(() => undefined)).toBe(portOf(1))
    await fronts[0]?.start()
  })
})

it('of two that take writes the former primary is passed over, and told of', async () => {
  const pair = await startReplication(1)
  const [former, promoted] = pair.nodes as [Node, Node]
  await promoted.promote()
  const lines: string[] = []
  const both = followServers({
    servers: pair.nodes.map(
      ({ url }) =>
        () =>
          negotiate(url, { statementTimeoutMs: 5000, warn: () => {} }),
    ),
    asks: true,
    log: (line) => lines.push(line),
  })
  const { host } = await both.settings()
  expect(host).toBe(promoted.host)
  expect(lines).toEqual([
    `${former.host}:${former.port} takes writes, and is a former primary: stop it, or let it follow the present one`,
  ])

  // Nobody is there any more, each for a reason of its own.
  await promoted.stop('immediate')
  await former.sql('alter system set default_transaction_read_only = on')
  await former.sql('select pg_reload_conf()')
  both.look()
  const failure = await vi.waitUntil(
    () =>
      both.settings().then(
        () => undefined,
        (error) => error,
      ),
    { timeout: 10_000 },
  )
  expect(failure).toMatchObject({
    code: '08001',
    message: expect.stringMatching(
      new RegExp(`^${former.host}:${former.port} only reads; connect ECONNREFUSED ${promoted.host}`),
    ),
  })
  both.close()
  await pair.close()
}, 60_000)
