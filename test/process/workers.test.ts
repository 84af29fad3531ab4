import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { putCluster } from '../support/cluster.ts'
import { freshDatabase, onServer } from '../support/database.ts'
import { eventually, processesIn } from '../support/processes.ts'
import { send } from '../support/service.ts'
import type { Reply } from '../support/wire.ts'
import { ask, cleanUp, freePort, type Janus, madePassword, makeFolder, start, urlOf } from './janus.ts'

const databases: Awaited<ReturnType<typeof freshDatabase>>[] = []

afterEach(async () => {
  await cleanUp()
  for (const database of databases.splice(0)) await database.close()
})

const password = 'correct horse battery'
const json = { username: 'admin', password }

/** Two workers on a database of their own. */
async function startTwo(env: Record<string, string> = {}, options = {}): Promise<Janus & { database: string }> {
  const database = await freshDatabase()
  databases.push(database)
  const url = urlOf(database.connection)
  const janus = await start({ DATABASE_URL: url, WORKERS: '2', ADMIN_PASSWORD: password, ...env }, undefined, options)
  return Object.assign(janus, { database: url })
}

/** Lines of the log; each is one of JSON, or this throws. */
const entries = (janus: Janus): Record<string, any>[] =>
  janus
    .stdout()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

/** The workers that answer: asked until there are two that did since the log had so many lines. */
async function workersOf(janus: Janus, since = 0): Promise<[number, number]> {
  const pids = () =>
    new Set(
      entries(janus)
        .slice(since)
        .filter(({ path }) => path === '/health')
        .map(({ pid }) => pid as number),
    )
  await eventually(async () => {
    await janus.call('GET', '/health')
    return pids().size === 2
  })
  return [...pids()] as [number, number]
}

const replacements = (janus: Janus): string[] =>
  entries(janus)
    .map(({ msg }) => String(msg))
    .filter((msg) => /^worker \d+ ended/.test(msg))

async function login(janus: Janus, secret = password): Promise<string> {
  const { status, body } = await janus.call('POST', '/auth:login', { json: { ...json, password: secret } })
  expect(status).toBe(200)
  return body.access_token
}

describe.runIf(process.platform === 'linux')('two workers on the embedded server, in a folder of a long path', () => {
  it('come up with one screen and one password, are replaced when they die, and end with the first process', async () => {
    const home = await makeFolder()
    const dataDir = join(home, 'deep'.repeat(20), 'deeper'.repeat(10))
    await putCluster(dataDir)
    const janus = await start({ DATA_DIR: dataDir, WORKERS: '2', RATE_LIMIT_PER_MINUTE: '0' }, undefined, { cwd: home })
    await janus.url
    expect(janus.stderr().match(/Janus .+ is starting|Janus answers at|administrator {2}/g)).toHaveLength(3)
    const [first, second] = await workersOf(janus)
    expect(janus.pid).not.toBe(first)
    // Good at both: one key, one database.
    const token = await login(janus, madePassword(janus))
    const reads = async (count: number) => {
      const answers = await Promise.all(
        Array.from({ length: count }, () => janus.call('GET', '/users', { token }).catch(() => undefined)),
      )
      return answers.map((answer) => answer?.status)
    }
    expect(await reads(8)).toEqual(Array(8).fill(200))

    // Killed under load: what it had is lost, and nothing else.
    const load = reads(60)
    process.kill(first, 'SIGKILL')
    const lost = (await load).filter((status) => status !== 200)
    expect(lost.filter((status) => status !== undefined)).toEqual([])
    expect(lost.length).toBeLessThan(40)
    await eventually(() => replacements(janus).length === 1)
    expect(replacements(janus)).toEqual([`worker ${first} ended (signal SIGKILL); another takes its place at once`])
    const seen = entries(janus).length
    const again = await workersOf(janus, seen)
    expect(again).toContain(second)
    expect(again).not.toContain(first)
    expect(await reads(8)).toEqual(Array(8).fill(200))

    janus.process.kill('SIGKILL')
    await eventually(() => processesIn(home).length === 0)
  })
})

describe('two workers on a database of their own', { timeout: 120_000 }, () => {
  it('have one limit of requests, lose none when one of them is stopped, and none at Ctrl-C', async () => {
    const hashing = { BCRYPT_COST: '12', UV_THREADPOOL_SIZE: '1' }
    const janus = await startTwo({ ...hashing, RATE_LIMIT_PER_MINUTE: '200' }, { detached: true })
    await janus.url
    const [first, second] = await workersOf(janus)
    expect(Math.abs((await letThrough(janus, await login(janus), 230)) - 200)).toBeLessThanOrEqual(10)

    // In turn: two at each.
    const logIn = () => Array.from({ length: 4 }, () => janus.call('POST', '/auth:login', { json }))
    const areUnderWay = () => eventually(async () => (await janus.call('GET', '/ready')).status === 200)
    const few = logIn()
    await areUnderWay()
    process.kill(first, 'SIGTERM')
    for (const { status } of await Promise.all(few)) expect(status).toBe(200)
    await eventually(() => replacements(janus).length === 1)
    expect(replacements(janus)).toEqual([`worker ${first} ended (exit code 0); another takes its place at once`])
    const pids = await workersOf(janus, entries(janus).length)
    expect(pids).toContain(second)

    const seen = entries(janus).length
    const last = logIn()
    await areUnderWay()
    // A terminal tells every process of its group.
    process.kill(-janus.pid, 'SIGINT')
    const states: (number | undefined)[] = []
    await eventually(async () => {
      const url = await janus.url
      const ready = send(undefined, url, 'GET', '/ready', {})
      states.push(
        await ready.then(
          ({ status }) => status,
          () => undefined,
        ),
      )
      return states.at(-1) === undefined
    })
    expect(states).toContain(503)
    for (const { status } of await Promise.all(last)) expect(status).toBe(200)
    expect(await janus.ended).toEqual({ code: 0, signal: null })
    expect(janus.stderr().match(/Stopping/g)).toHaveLength(1)
    expect(replacements(janus)).toHaveLength(1)
    const answered = entries(janus)
      .slice(seen)
      .filter(({ path }) => path === '/auth:login')
    expect(answered).toHaveLength(4)
    expect(new Set(answered.map(({ pid }) => pid))).toEqual(new Set(pids))
  })
})

/** How many of these requests are answered, within one minute, on connections that go to the workers in turn. */
async function letThrough(janus: Janus, token: string, count: number): Promise<number> {
  const read = () => janus.call('GET', '/auth:me', { token })
  let answers: Reply[] = []
  while (answers.length < count) {
    answers.push(...(await Promise.all(Array.from({ length: 10 }, read))))
    // Where a new minute has begun, those of the new one count.
    const minutes = answers.map(({ headers }) => Number(headers['x-ratelimit-reset']))
    answers = answers.filter((_, n) => minutes[n] === Math.max(...minutes))
  }
  expect(answers.filter(({ status }) => status !== 200 && status !== 429)).toEqual([])
  return answers.filter(({ status }) => status === 200).length
}

describe('workers that die again and again', { timeout: 120_000 }, () => {
  it('are replaced with growing pauses, each with what it said, until they can live', async () => {
    const janus = await startTwo({ PORT: String(await freePort()), BCRYPT_COST: '13', UV_THREADPOOL_SIZE: '1' })
    await janus.url
    const database = new URL(janus.database).pathname.slice(1)
    const allow = (allowed: boolean) =>
      onServer((client) => client.query(`alter database ${database} allow_connections ${allowed}`))
    const pids = await workersOf(janus)
    await allow(false)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await eventually(() => replacements(janus).filter((line) => line.endsWith('in 200 ms')).length === 2)
    const told = replacements(janus).map((line) => line.replace(/\d+ ended \(.*\)/, ''))
    expect(told.slice(0, 2)).toEqual(Array(2).fill('worker ; another takes its place at once'))
    expect(told.filter((line) => line.endsWith('in 100 ms'))).toHaveLength(2)
    expect(replacements(janus)[2]).toMatch(/ended \(.*not currently accepting connections/)
    await allow(true)
    // At the address that it had, where nobody listened for a while.
    await eventually(async () => (await janus.call('GET', '/ready').catch(() => undefined))?.status === 200)
    await workersOf(janus, entries(janus).length)

    // A second signal: at once, whatever is under way.
    const late = janus.call('POST', '/auth:login', { json }).catch((error: Error) => error)
    await janus.call('GET', '/ready')
    janus.process.kill('SIGTERM')
    await eventually(() => janus.stderr().includes('Stopping'))
    await delay(250)
    janus.process.kill('SIGTERM')
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(await late).toBeInstanceOf(Error)
    await eventually(async () => (await ask(janus.database, others)).length === 0)
  })

  it('are replaced when they hang, and live when they are only busy', async () => {
    const janus = await startTwo()
    await janus.url
    const [first, second] = await workersOf(janus)
    const began = performance.now()
    process.kill(first, 'SIGSTOP')
    // For less than it is given.
    process.kill(second, 'SIGSTOP')
    await delay(10_000)
    process.kill(second, 'SIGCONT')
    await eventually(() => replacements(janus).length > 0)
    expect(performance.now() - began).toBeGreaterThan(25_000)
    expect(replacements(janus)).toEqual([
      `worker ${first} ended (it answered nobody for 30 s); another takes its place at once`,
    ])
    expect(await workersOf(janus, entries(janus).length)).toContain(second)
  })

  it('fail the first start, in the words of a worker', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    const janus = await startTwo({ PORT: String(port) })
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(janus.stderr()).toMatch(
      /is starting\.\nThe address is taken: .*EADDRINUSE.* Stop what listens there, or set PORT or HOST\.\n$/,
    )
    expect(await ask(janus.database, 'select from users')).toEqual([])
    taken.close()
  })
})

const others = 'select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
