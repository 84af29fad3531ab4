import { once } from 'node:events'
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { putCluster } from '../support/cluster.ts'
import { emptyDatabase, freshDatabase } from '../support/database.ts'
import { eventually, processesIn } from '../support/processes.ts'
import { send } from '../support/service.ts'
import { ask, cleanUp, type Janus, makeFolder, start, urlOf } from './janus.ts'

const databases: Awaited<ReturnType<typeof freshDatabase>>[] = []

afterEach(async () => {
  await cleanUp()
  for (const database of databases.splice(0)) await database.close()
})

const password = 'correct horse battery'
const json = { username: 'admin', password }

/** A service whose logins take long: one hash at a time, each of a second or so. */
async function slow(env: Record<string, string> = {}): Promise<Janus> {
  const database = await freshDatabase()
  databases.push(database)
  const hashing = { BCRYPT_COST: '14', UV_THREADPOOL_SIZE: '1', ADMIN_PASSWORD: password }
  const janus = await start({ DATABASE_URL: urlOf(database.connection), ...hashing, ...env })
  await janus.url
  return janus
}

const told = (janus: Janus, what: string) => eventually(() => janus.stderr().includes(what))

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('turns /ready to 503, loses no request that was begun, answers those that still come, and ends with 0', async () => {
    // Three of them have to fit into what a stop leaves them, on a busy machine too.
    const janus = await slow({ BCRYPT_COST: '13' })
    const logins = Array.from({ length: 3 }, () => janus.call('POST', '/auth:login', { json }))
    // On connections of their own, so that the logins are under way.
    await eventually(async () => (await janus.call('GET', '/ready')).status === 200)
    const url = await janus.url
    const kept = new Agent({ keepAlive: true })
    const ready = () => send(kept, url, 'GET', '/ready', {})
    expect((await ready()).headers.connection).toBe('keep-alive')
    janus.process.kill(signal)
    await told(janus, `Stopping (${signal})`)
    const draining = await ready()
    expect(draining.status).toBe(503)
    expect(draining.headers).toMatchObject({ connection: 'close', 'retry-after': '1' })
    expect((await janus.call('GET', '/health')).status).toBe(200)
    expect((await janus.call('GET', '/auth:me')).status).toBe(401)
    for (const login of await Promise.all(logins)) expect(login.status).toBe(200)
    expect(await janus.ended).toEqual({ code: 0, signal: null })
    await expect(send(undefined, url, 'GET', '/health', {})).rejects.toThrow('ECONNREFUSED')
    kept.destroy()
  })
})

describe('a client that never ends its request', () => {
  it('does not keep the service from stopping', async () => {
    const janus = await slow()
    const { hostname, port } = new URL(await janus.url)
    const sockets = ['', 'POST /auth:login HTTP/1.1\r\nHost: x\r\n'].map((beginning) => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {}).write(beginning)
      return socket
    })
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    expect(await janus.stop()).toEqual({ code: 0, signal: null })
    for (const socket of sockets) socket.destroy()
  })
})

describe('a second signal', () => {
  it('ends at once with 1, whatever is under way', async () => {
    const janus = await slow()
    const login = janus.call('POST', '/auth:login', { json }).catch((error: Error) => error)
    await janus.call('GET', '/ready')
    janus.process.kill('SIGTERM')
    await told(janus, 'Stopping')
    await delay(250)
    janus.process.kill('SIGTERM')
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(await login).toBeInstanceOf(Error)
  })

  it('within a few milliseconds counts once: npm hands on what the terminal sent already', async () => {
    const janus = await slow()
    const login = janus.call('POST', '/auth:login', { json })
    await janus.call('GET', '/ready')
    // Two kinds: of two pending signals of one kind, a process gets one.
    janus.process.kill('SIGINT')
    janus.process.kill('SIGTERM')
    expect((await login).status).toBe(200)
    expect(await janus.ended).toEqual({ code: 0, signal: null })
    expect(janus.stderr().match(/Stopping/g)).toHaveLength(1)
  })

  it.runIf(process.platform === 'linux')('leaves no embedded server behind', async () => {
    const dataDir = join(await makeFolder(), 'data')
    await putCluster(dataDir)
    const janus = await start({
      DATA_DIR: dataDir,
      BCRYPT_COST: '14',
      UV_THREADPOOL_SIZE: '1',
      ADMIN_PASSWORD: password,
    })
    await janus.url
    const login = janus.call('POST', '/auth:login', { json }).catch((error: Error) => error)
    await janus.call('GET', '/ready')
    janus.process.kill('SIGTERM')
    await delay(250)
    janus.process.kill('SIGTERM')
    expect((await janus.ended).code).toBe(1)
    expect(await login).toBeInstanceOf(Error)
    await eventually(() => processesIn(dataDir).length === 0)
  })
})

describe('a signal during the first start', () => {
  it('ends it with 0 and leaves neither server nor half a database', { timeout: 120_000 }, async () => {
    const dataDir = join(await makeFolder(), 'data')
    const janus = await start({ DATA_DIR: dataDir })
    await told(janus, 'creating the database')
    janus.process.kill('SIGTERM')
    expect(await janus.ended).toEqual({ code: 0, signal: null })
    expect(janus.stderr()).not.toContain('Janus answers')
    expect(processesIn(dataDir)).toEqual([])
    const again = await start({ DATA_DIR: dataDir })
    await again.url
    expect((await again.call('GET', '/ready')).status).toBe(200)
    expect(await again.stop()).toEqual({ code: 0, signal: null })
  })
})

describe('a signal while the start waits for another that migrates', () => {
  it('is heeded all the same', async () => {
    const own = await emptyDatabase()
    const other = new pg.Client(
      typeof own.connection === 'string' ? { connectionString: own.connection } : own.connection,
    )
    await other.connect()
    await other.query("begin; select pg_advisory_xact_lock('7310872931472')")
    const janus = await start({ DATABASE_URL: urlOf(own.connection) })
    await told(janus, 'another instance is preparing the tables; waiting for it')
    expect(await janus.stop()).toEqual({ code: 0, signal: null })
    await other.end()
    await own.close()
  })
})

describe.each(['1', '2'])('a signal near the end of a start with WORKERS=%s', (WORKERS) => {
  it('begins nothing, and makes no first administrator', { timeout: 120_000 }, async () => {
    const own = await freshDatabase()
    databases.push(own)
    const DATABASE_URL = urlOf(own.connection)
    const other = new pg.Client(DATABASE_URL)
    await other.connect()
    await other.query('begin; lock table signing_keys')
    const janus = await start({ DATABASE_URL, WORKERS })
    // All that serve have got so far that they listen next.
    const waiting =
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ~ 'signing_keys'"
    await eventually(async () => (await ask(DATABASE_URL, waiting)).length === Number(WORKERS))
    janus.process.kill('SIGTERM')
    await told(janus, 'Stopping')
    await other.query('rollback')
    expect(await janus.ended).toEqual({ code: 0, signal: null })
    expect(janus.stderr()).toMatch(/Stopping.*\n$/)
    expect(await ask(DATABASE_URL, 'select from users')).toEqual([])
    await other.end()
  })
})

describe('an idle service that is asked to stop', () => {
  it('still says for a moment that it does', async () => {
    const own = await freshDatabase()
    const janus = await start({ DATABASE_URL: urlOf(own.connection) })
    await janus.url
    const ended = janus.stop()
    await told(janus, 'Stopping')
    expect((await send(undefined, await janus.url, 'GET', '/ready', {})).status).toBe(503)
    expect(await ended).toEqual({ code: 0, signal: null })
    await own.close()
  })
})

describe('Ctrl-C in the terminal of npm start', () => {
  it('reaches the service from the terminal and from npm, and stops it once and cleanly', async () => {
    const database = await freshDatabase()
    databases.push(database)
    const home = await makeFolder()
    const npm: [string, ...string[]] = ['npm', '--prefix', fileURLToPath(new URL('../..', import.meta.url)), 'start']
    const janus = await start({ DATABASE_URL: urlOf(database.connection), HOME: home }, npm, { detached: true })
    const url = await janus.url
    // A terminal tells every process of its group.
    process.kill(-janus.pid, 'SIGINT')
    await janus.ended
    expect(janus.stderr().match(/Stopping \(SIGINT\)/g)).toHaveLength(1)
    expect(janus.stderr()).not.toMatch(/^\s+at /m)
    await expect(send(undefined, url, 'GET', '/health', {})).rejects.toThrow('ECONNREFUSED')
  })
})
