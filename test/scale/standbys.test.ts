import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../../src/store/database.ts'
import { ask, builder, type Call } from '../../src/store/sql/statement.ts'
import { positionsOf } from '../../src/store/wal-position.ts'
import { migrated, open } from '../support/database.ts'
import { type Node, type Replication, startReplication } from '../support/replication.ts'
import { type Service, startService } from '../support/service.ts'

let servers: Replication
let [primary, standby, late]: Node[] = []
let janus: Service
/** Who changes, and who looks on. */
let [writer, reader] = ['', '']

beforeAll(async () => {
  servers = await startReplication(2)
  ;[primary, standby, late] = servers.nodes
  await late?.sql("alter system set recovery_min_apply_delay = '10min'")
  await late?.sql('select pg_reload_conf()')
  await migrated(primary?.url ?? '')
  janus = await startService({
    connection: primary?.url ?? '',
    databaseReplicaUrls: [standby?.url ?? '', late?.url ?? ''],
    rateLimitPerMinute: 0,
  })
  writer = (await janus.as('super_admin')).token
  reader = (await janus.as('super_admin')).token
  // A login is a write too.
  janus.clock.advance(11)
}, 120_000)
afterAll(async () => {
  await janus?.close()
  await servers?.close()
}, 60_000)

let made = 0
async function make(): Promise<void> {
  const username = `made-by-writer-${++made}`
  const json = { username, email: `${username}@example.com`, password: 'a long password', role: 'user' }
  expect((await janus.call('POST', '/users:create', { json, token: writer })).status).toBe(201)
}

/** How many of those that were made each kind of list shows. */
async function shown(token: string): Promise<number[]> {
  const ask = async (path: string) => (await janus.call('GET', path, { token })).body
  const names = (users: { username: string }[]) => users.filter(({ username }) => username.startsWith('made-by')).length
  return [
    names((await ask('/users:list?limit=50')).users),
    names((await ask('/users?limit=50')).data),
    names((await ask('/users?search=made-by')).data),
    (await ask('/users/stats')).data.byRole.user,
  ]
}

const all = (count: number) => [count, count, count, count]
/** The reader's lists, in a moment. */
const readerSees = () => expect.poll(() => shown(reader), { interval: 200 })

/** What the standby replays from now on waits. */
async function pause(): Promise<void> {
  await readerSees().toEqual(all(made))
  await standby?.sql('select pg_wal_replay_pause()')
  await expect
    .poll(() => standby?.sql('select pg_get_wal_replay_pause_state() as state'))
    .toEqual([{ state: 'paused' }])
}

/** Whether the reader's lists come from the standby: what it replays late, they show late. */
async function isReadFrom(): Promise<boolean> {
  await pause()
  await make()
  // Whoever has written it sees it, wherever the others read.
  expect(await shown(writer)).toEqual(all(made))
  const seen = await shown(reader)
  await standby?.sql('select pg_wal_replay_resume()')
  return seen.every((count) => count === made - 1)
}

it('are read from, but not by who has just written', async () => {
  await expect.poll(isReadFrom, { interval: 500 }).toBe(true)
})

it('never say who calls, what they may, nor how a single user is', async () => {
  await pause()
  // Of these the standby knows nothing.
  const { user, token } = await janus.as('admin')
  expect((await janus.call('GET', `/users/${user.id}`, { token: reader })).status).toBe(200)
  expect((await janus.call('GET', '/auth:me', { token })).status).toBe(200)
  expect((await janus.call('GET', '/users:list', { token })).status).toBe(200)
  expect((await janus.call('GET', `/users/${user.id}/sessions`, { token: reader })).body.data).toHaveLength(1)
  const json = { action: 'revoke_sessions' }
  expect((await janus.call('POST', `/users:update?id=${user.id}`, { json, token: writer })).status).toBe(200)
  expect((await janus.call('GET', '/users:list', { token })).status).toBe(401)
})

it('are not asked while they are too far behind, and again when they have caught up', async () => {
  await make()
  await readerSees().toEqual(all(made))
  await standby?.sql('select pg_wal_replay_resume()')
  await expect.poll(isReadFrom, { interval: 500 }).toBe(true)
})

it('are as far as a primary that has nothing more to write, also at the beginning of a segment', async () => {
  const [one, other] = [primary, standby].map((node) => open(node?.url ?? ''))
  await primary?.sql('select pg_switch_wal()')
  const [there, here] = [one, other].map((database) => positionsOf((database as Database).sql))
  await expect.poll(async () => (await here?.())?.lsn === (await there?.())?.lsn, { timeout: 5000 }).toBe(true)
  expect(await here?.()).toMatchObject({ isStandby: true, database: (await there?.())?.database })
  await Promise.all([one?.close(), other?.close()])
})

it('of another database are never asked, and the primary itself is none', async () => {
  await primary?.sql('create database other')
  const said: string[] = []
  const log = { info: (line: string) => void said.push(`info ${line}`), warn: (line: string) => void said.push(line) }
  const there = (standby?.url ?? '').replace(/postgres$/, 'other')
  const database = open(primary?.url ?? '', { databaseReplicaUrls: [there, primary?.url ?? ''], log })
  await expect
    .poll(() => said.toSorted())
    .toEqual([
      expect.stringMatching(/^info no lists are read from 127\.0\.0\.1:\d+: it takes writes itself$/),
      expect.stringMatching(/^the standby 127\.0\.0\.2:\d+ is of another database: its reads go to the primary$/),
    ])
  expect(database.standbys?.has()).toBe(false)
  await database.close()
})

it('are asked on whatever waits at the primary, and at themselves', async () => {
  const database = open(primary?.url ?? '', { databaseReplicaUrls: [standby?.url ?? ''] })
  const standbys = database.standbys
  await expect.poll(() => standbys?.has()).toBe(true)
  const sleep: Call<unknown> = ask(builder.raw('select pg_sleep(1)'), () => undefined)
  const until = performance.now() + 8000
  let wasAlwaysAsked = true
  const clients = Array.from({ length: 24 }, async () => {
    while (performance.now() < until) {
      await database.sql.run(sleep).catch(() => {})
      wasAlwaysAsked &&= standbys?.has() ?? false
    }
  })
  await Promise.all(clients)
  expect(wasAlwaysAsked).toBe(true)

  const failed = (message: string) => standbys?.pick()?.failed(new Error('x', { cause: new Error(message) }))
  expect([failed('timeout exceeded when trying to connect'), standbys?.has()]).toEqual([true, true])
  expect([failed('Connection terminated unexpectedly'), standbys?.has()]).toEqual([false, false])
  await database.close()
})

it('that are minutes behind are never asked', async () => {
  expect(await late?.sql("select to_regclass('users') as users")).toEqual([{ users: null }])
  // Which is said, as it is of one that was never there: nobody would notice otherwise.
  const said: string[] = []
  const database = open(primary?.url ?? '', {
    databaseReplicaUrls: [late?.url ?? '', 'postgres://janus@127.0.0.1:1/postgres'],
    log: { info: () => {}, warn: (line) => void said.push(line) },
  })
  await expect
    .poll(() => said.toSorted())
    .toEqual([
      expect.stringMatching(/^the standby 127\.0\.0\.1:1 does not answer: .*ECONNREFUSED/),
      expect.stringMatching(/^the standby 127\.0\.0\.3:\d+ is too far behind: its reads go to the primary$/),
    ])
  await database.close()
})

it('fail nobody when they are stopped, and are no standbys once they are promoted', async () => {
  await readerSees().toEqual(all(made))
  await standby?.stop('immediate')
  expect(await shown(reader)).toEqual(all(made))
  await standby?.start()
  await standby?.promote()
  await standby?.sql("update users set username = 'not-' || username where username like 'made-by%'")
  for (let n = 0; n < 10; n++) {
    expect(await shown(reader)).toEqual(all(made))
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
})
