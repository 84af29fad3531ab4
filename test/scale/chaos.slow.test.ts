import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { cleanUp, freePort, type Janus, start, urlOf } from '../process/janus.ts'
import { migrated } from '../support/database.ts'
import { inFull, writeFigures } from '../support/figures.ts'
import { startFront } from '../support/front.ts'
import { type Haproxy, startHaproxy } from '../support/haproxy.ts'
import { type Node, type Replication, startReplication } from '../support/replication.ts'
import { faultsOf, runLoad } from './load.ts'
import { invariantsOf, prepareUsers } from './users.ts'

/** How many short faults there are, and how many that last; `npm run test:slow` has the long form. */
const shortFaults = inFull ? 60 : 5
const longFaults = inFull ? 5 : 0
/** Longer than any wait, timer or pause of ours. */
const longMs = 120_000
/** In milliseconds from the end of such a fault, how soon each client has an answer again. */
const recoveryMs = 10_000
const instances = 3

let servers: Replication
let proxy: Haproxy | undefined
const links: Awaited<ReturnType<typeof startFront>>[] = []

afterAll(async () => {
  await cleanUp()
  await proxy?.stop()
  for (const link of links) await link.stop()
  await servers?.close()
})

const env = {
  ADMIN_PASSWORD: 'correct horse battery',
  ADMIN_ROLE: 'super_admin',
  RATE_LIMIT_PER_MINUTE: '0',
  TRUST_PROXY: '1',
  LOG_LEVEL: 'warn',
}

/** Three instances behind the proxy of `docs/haproxy.cfg`, each with a link of its own to the database. */
async function startAll(database: Node) {
  const ports: number[] = []
  for (let n = 0; n < instances; n++) {
    links.push(await startFront(database.url))
    ports.push(await freePort())
  }
  const run = (n: number) => {
    const link = links[n] as (typeof links)[number]
    return start({ ...env, PORT: String(ports[n]), DATABASE_URL: urlOf(link.connection) })
  }
  const processes: Janus[] = []
  for (let n = 0; n < instances; n++) processes.push(await run(n))
  await Promise.all(processes.map(({ url }) => url))
  const config = readFileSync(new URL('../../docs/haproxy.cfg', import.meta.url), 'utf8')
  const list = ports.map((port, n) => `  server janus-${n + 1} 127.0.0.1:${port}`).join('\n')
  proxy = await startHaproxy(config.replace(/ {2}server janus-1[\s\S]*/, list))
  return { processes, run, url: proxy.url }
}

it(
  'three processes are one, whatever becomes of them and of their database',
  async () => {
    servers = await startReplication(0)
    const [database] = servers.nodes as [Node]
    await migrated(database.url)
    const { processes, run, url } = await startAll(database)
    const { token, users } = await prepareUsers(processes[0] as Janus)
    const some = () => Math.floor(Math.random() * instances)
    let lasts = () => (inFull ? 1000 + Math.random() * 9000 : 1500)
    const forAWhile = () => delay(lasts())
    const faults: Record<string, () => Promise<void>> = {
      'the database was killed': async () => {
        await database.kill()
        await forAWhile()
        await database.start()
      },
      'the database was frozen': async () => {
        database.freeze()
        await forAWhile()
        database.thaw()
      },
      'one process was cut off from it': async () => {
        const link = links[some()]
        link?.cut()
        await forAWhile()
        link?.heal()
      },
      'all were cut off from it': async () => {
        for (const link of links) link.cut()
        await forAWhile()
        for (const link of links) link.heal()
      },
      'a process was killed': async () => {
        const n = some()
        processes[n]?.process.kill('SIGKILL')
        await processes[n]?.ended
        await forAWhile()
        processes[n] = await run(n)
        await processes[n]?.url
      },
    }
    let over = false
    const load = runLoad({ urlOf: () => url, token, users, clients: 12, isOver: () => over, pauseMs: 20 })
    const names = Object.keys(faults)
    for (let n = 0; n < shortFaults; n++) {
      await delay(1500)
      await faults[names[n % names.length] as string]?.()
    }
    lasts = () => longMs
    const ends: number[] = []
    for (let n = 0; n < longFaults; n++) {
      await delay(1500)
      await faults[names[n % names.length] as string]?.()
      ends.push(performance.now())
      await delay(recoveryMs)
    }
    await delay(1500)
    over = true
    const seen = await load
    const again = ends.map((end) =>
      Math.max(...seen.served.map((at) => (at.find((time) => time > end) ?? Number.POSITIVE_INFINITY) - end)),
    )
    expect(again.filter((wait) => wait > recoveryMs)).toEqual([])
    const live = (await database.sql('select username from users where deleted_at is null')).map((row) => row.username)
    expect([...faultsOf([seen], users, live), ...(await invariantsOf(database))]).toEqual([])
    expect(seen.longestMs).toBeLessThan(30_000)
    const operations = [...seen.histories.values()].flat()
    const known = operations.filter(({ ended }) => ended < Number.POSITIVE_INFINITY).length
    expect(known).toBeGreaterThan(30)
    writeFigures(
      'chaos',
      `# Many processes, one truth
* ${instances} processes behind HAProxy (\`docs/haproxy.cfg\`), one PostgreSQL 15; 12 clients make users, and
  read and change the emails of the same ${users.length} users in both styles, while things fail in
  turn, ${shortFaults} times for 1 to 10 s, then ${longFaults} times for ${longMs / 60_000} min: ${names.join(',\n  ')}
* at the end: each acknowledged user is there once, the history of each user's email is linearizable,
  an administrator is left, names are unique, the counters are what is counted, and each user has the
  event of their making

| faults | reads and writes with an answer | writes of unknown end | users made | faults found | longest wait | all served again after a long one |
| --: | --: | --: | --: | --: | --: | --: |
| ${shortFaults + longFaults} | ${known} | ${operations.length - known} | ${[...seen.created.values()].filter(Boolean).length} | 0 | ${(seen.longestMs / 1000).toFixed(1)} s | ${(Math.max(...again) / 1000).toFixed(1)} s |`,
    )
  },
  30 * 60_000,
)
