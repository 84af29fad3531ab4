import { readFileSync } from 'node:fs'
import { afterAll, expect, it, vi } from 'vitest'
import { ask, cleanUp, freePort, type Janus, start, urlOf } from '../process/janus.ts'
import { freshDatabase } from '../support/database.ts'
import { inFull, writeFigures } from '../support/figures.ts'
import { type Haproxy, startHaproxy } from '../support/haproxy.ts'
import { startLoad } from './load.ts'

/** `npm run test:slow` has the long form. */
const requests = inFull ? 50_000 : 2000
const clients = 12

/** As operators copy it. */
const config = readFileSync(new URL('../../docs/haproxy.cfg', import.meta.url), 'utf8')

const opened: (() => Promise<unknown>)[] = []

afterAll(async () => {
  await cleanUp()
  for (const close of opened.reverse()) await close()
})

/** Ends one instance, starts it anew, and waits until the proxy sends it requests again. */
async function restart(instance: Janus, env: Record<string, string>, isUp: () => Promise<boolean>): Promise<Janus> {
  expect(await instance.stop()).toEqual({ code: 0, signal: null })
  const next = await start(env)
  await next.url
  await vi.waitUntil(isUp, { timeout: 30_000, interval: 50 })
  return next
}

const isUp = (proxy: Haproxy, n: number) => async () => (await proxy.servers())[`janus-${n + 1}`] === 'UP'

it(
  'two instances behind HAProxy are restarted in turn under load, and no request fails, no write is lost or done twice',
  async () => {
    const home = await freshDatabase()
    opened.push(home.close)
    const ports = [await freePort(), await freePort()]
    const envs = ports.map((port) => ({
      DATABASE_URL: urlOf(home.connection),
      PORT: String(port),
      ADMIN_PASSWORD: 'correct horse battery',
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      TRUST_PROXY: '1',
      SHUTDOWN_DELAY_SECONDS: '2',
      RATE_LIMIT_PER_MINUTE: '0',
    }))
    const instances = await Promise.all(envs.map((env) => start(env)))
    await Promise.all(instances.map(({ url }) => url))
    const proxy = await startHaproxy(config.replace(':6006', `:${ports[0]}`).replace(':6007', `:${ports[1]}`))
    opened.push(proxy.stop)
    const json = { username: 'admin', password: envs[0]?.ADMIN_PASSWORD }
    const token = (await (instances[0] as Janus).call('POST', '/auth:login', { json })).body.access_token

    const began = performance.now()
    const { tally, stop } = startLoad(proxy.url, token, clients)
    let restarts = 0
    while (restarts < 2 || tally.requests < requests) {
      const n = restarts % 2
      instances[n] = await restart(instances[n] as Janus, envs[n] as (typeof envs)[number], isUp(proxy, n))
      restarts++
      if (tally.failures.length > 0) break
    }
    await stop()
    const seconds = (performance.now() - began) / 1000

    expect(tally.failures.slice(0, 5), proxy.said().slice(-1000)).toEqual([])
    // Each answered write is there, each once.
    const users = await ask(home.connection, 'select username, email, deleted_at from users')
    const found = new Map(users.map((user) => [user.username, user]))
    expect(users).toHaveLength(tally.made.size + 1)
    for (const [name, { answered, email, deleted }] of tally.made) {
      expect(answered).toBe(true)
      expect(found.get(name)).toMatchObject({ email })
      expect(found.get(name)?.deleted_at !== null).toBe(deleted)
    }
    const events = await ask(
      home.connection,
      `select action, count(*)::int as n from audit_events where actor_id is not null or action = 'session_refreshed' group by action`,
    )
    expect(Object.fromEntries(events.map(({ action, n }) => [action, n]))).toMatchObject(tally.events)
    process.stdout.write(
      `${restarts} restarts among ${tally.requests} requests in ${seconds.toFixed(0)} s: none failed\n`,
    )
    writeFigures(
      'rolling-restart',
      `# Restarting two instances in turn, behind HAProxy
* ${clients} clients on connections that are kept alive, through HAProxy with \`docs/haproxy.cfg\`, read and
  write in both styles; each instance in turn gets SIGTERM, is started anew, and the next one follows
  when HAProxy has it up
* failed: anything but the answer that was asked for, a connection that ends included; at the end every
  answered write is looked for in the tables and, once, in the audit trail

| restarts | requests | writes | seconds | failed | lost | done twice |
| --: | --: | --: | --: | --: | --: | --: |
| ${restarts} | ${tally.requests} | ${tally.writes} | ${seconds.toFixed(0)} | 0 | 0 | 0 |`,
    )
  },
  60 * 60_000,
)
