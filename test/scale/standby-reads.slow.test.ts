import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { cleanUp, start } from '../process/janus.ts'
import { inFull, writeFigures } from '../support/figures.ts'
import { eventually } from '../support/processes.ts'
import { type Node, type Replication, startReplication } from '../support/replication.ts'
import { send } from '../support/wire.ts'

/** How long it is read for, in milliseconds; `npm run test:slow` has the long form. */
const loadMs = inFull ? 60_000 : 3000
const clients = 10

let servers: Replication

afterAll(async () => {
  await cleanUp()
  await servers?.close()
})

const lists = ['/users:list', '/users?page=2', '/users?search=read', '/users/stats', '/audit:list']

it('most lists, searches and statistics leave the primary', { timeout: 10 * 60_000 }, async () => {
  servers = await startReplication(1)
  const [primary, standby] = servers.nodes as [Node, Node]
  const janus = await start({
    DATABASE_URL: `postgres://janus@${primary.host}:${primary.port},${standby.host}:${standby.port}/postgres`,
    // As one would: what is primary at the moment is no standby.
    DATABASE_REPLICA_URLS: `${primary.url},${standby.url}`,
    ADMIN_PASSWORD: 'correct horse battery',
    ADMIN_ROLE: 'super_admin',
    RATE_LIMIT_PER_MINUTE: '0',
  })
  const json = { username: 'admin', password: 'correct horse battery' }
  const tokens: string[] = []
  for (let n = 0; n < clients; n++) tokens.push((await janus.call('POST', '/auth:login', { json })).body.access_token)
  // Long ago: a login is a write.
  await primary.sql("update sessions set created_at = created_at - interval '1 minute'")
  await eventually(() => janus.stdout().includes('lists are read from the standby'))

  const url = await janus.url
  let over = false
  const answers = { reads: 0, writes: 0 }
  const load = tokens.map(async (token, client) => {
    const agent = new Agent({ keepAlive: true })
    for (let n = 0; !over; n++) {
      // One in five makes a user now and then, and does not miss it.
      if (client % 5 === 0 && n % 100 === 0) {
        const username = `reader-${client}-${n}`
        const json = { username, email: `${username}@example.com`, password: 'a long password', role: 'user' }
        expect((await send(agent, url, 'POST', '/users:create', { token, json })).status).toBe(201)
        const found = await send(agent, url, 'GET', `/users?search=${username}`, { token })
        expect(found.body.data.map((user: { username: string }) => user.username)).toEqual([username])
        answers.writes++
        answers.reads++
      }
      const { status } = await send(agent, url, 'GET', lists[n % lists.length] as string, { token })
      expect(status).toBe(200)
      answers.reads++
      await delay(5)
    }
    agent.destroy()
  })
  await delay(loadMs)
  over = true
  await Promise.all(load)
  expect(await janus.stop()).toEqual({ code: 0, signal: null })
  const told = [...janus.stdout().matchAll(/"standby":(\d+),"primary":(\d+)/g)]
  const [fromStandby, fromPrimary] = [1, 2].map((at) => told.reduce((sum, line) => sum + Number(line[at]), 0)) as [
    number,
    number,
  ]
  expect(fromStandby + fromPrimary).toBe(answers.reads)
  expect(fromStandby).toBeGreaterThan(fromPrimary)
  writeFigures(
    'standby-reads',
    `# Reads that leave the primary
* a primary and a standby of PostgreSQL 15, one process; ${clients} sessions read lists, searches, statistics and
  the audit trail in both styles for ${loadMs / 1000} s, and two of them make a user now and then, so that most of
  what these two read comes from the primary

| reads | from the standby | from the primary | share that left the primary | users made, each found at once by who made them |
| --: | --: | --: | --: | --: |
| ${answers.reads} | ${fromStandby} | ${fromPrimary} | ${Math.round((100 * fromStandby) / answers.reads)} % | ${answers.writes} |`,
  )
})
