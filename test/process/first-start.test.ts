import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { putCluster } from '../support/cluster.ts'
import { eventually, processesIn } from '../support/processes.ts'
import { cleanUp, type Janus, madePassword, makeFolder, start } from './janus.ts'

const run = promisify(execFile)

/** The lines that a start says are to be pasted. */
const pasted = (janus: Janus) =>
  janus
    .stderr()
    .split('\n')
    .filter((line) => /^(ACCESS_TOKEN=|curl )/.test(line))

describe('the first start, with a database of its own', { timeout: 120_000 }, () => {
  let dataDir: string
  let janus: Janus
  let password: string

  beforeAll(async () => {
    dataDir = join(await makeFolder(), 'data')
    janus = await start({ DATA_DIR: dataDir })
    await janus.url
    password = madePassword(janus)
  })
  afterAll(cleanUp)

  it('tells its steps, its address, the administrator and the password, in this order', async () => {
    const told = janus.stderr()
    expect(told).toMatch(/^Janus \d+\.\d+\.\d+ is starting\.\n/)
    const order = [
      'is starting',
      'creating the database in',
      'starting PostgreSQL 18',
      'preparing the tables: 0001-users',
      'preparing the tables: 0002-sessions',
      'preparing the tables: 0003-hash-cost',
      'preparing the tables: 0004-counters',
      'preparing the tables: 0005-search',
      `Janus answers at ${await janus.url}`,
      'administrator  admin',
      `password       in ${join(dataDir, 'first-password')}`,
      'To try it, paste:',
      'ACCESS_TOKEN=$(curl',
      'curl -s',
    ].map((part) => told.indexOf(part))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(order).not.toContain(-1)
    expect(password).toMatch(/^[\w-]{20}$/)
  })

  it('keeps the password out of what it says, in a file that its owner alone may read', () => {
    expect(janus.stderr() + janus.stdout()).not.toContain(password)
    expect(statSync(join(dataDir, 'first-password')).mode & 0o777).toBe(0o600)
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  })

  it('gives two lines that a shell runs as they are, and that show the list of users', async () => {
    const lines = pasted(janus)
    expect(lines).toHaveLength(2)
    const { stdout } = await run('bash', ['-c', lines.join('\n')])
    const { users, next_cursor, limit } = JSON.parse(stdout)
    expect({ next_cursor, limit }).toEqual({ next_cursor: null, limit: 15 })
    expect(users).toMatchObject([{ username: 'admin', email: 'admin@example.com', role: 'admin', can_write: true }])
  })

  it('is refused a second process on the same folder, which says so in a sentence', async () => {
    const second = await start({ DATA_DIR: dataDir })
    expect(await second.ended).toEqual({ code: 1, signal: null })
    const [, told = ''] = second.stderr().trim().split('\n')
    expect(told).toContain(dataDir)
    expect(told).toContain(String(janus.pid))
    expect(second.stderr()).not.toMatch(/^\s+at /m)
    expect((await janus.call('GET', '/ready')).status).toBe(200)
  })

  it('ends at SIGTERM with code 0, and its server with it', async () => {
    expect(processesIn(dataDir).length > 0 || process.platform !== 'linux').toBe(true)
    expect(await janus.stop()).toEqual({ code: 0, signal: null })
    expect(processesIn(dataDir)).toEqual([])
    expect(janus.stderr()).toMatch(/Stopping \(SIGTERM\); a second signal ends at once\.\n$/)
  })

  it('is followed by starts that make nobody, show no password and know the users and tokens of before', async () => {
    const again = await start({ DATA_DIR: dataDir, ADMIN_PASSWORD: 'a password for nobody' })
    await again.url
    expect(again.stderr()).not.toContain('creating the database')
    expect(again.stderr()).not.toContain('preparing the tables')
    expect(again.stderr()).not.toContain('administrator  ')
    expect(again.stderr()).not.toContain(password)
    expect(again.stderr()).not.toContain('a password for nobody')
    expect(pasted(again)[0]).toContain('"password":"PASSWORD"')
    const login = await again.call('POST', '/auth:login', { json: { username: 'admin', password } })
    expect(login.status).toBe(200)
    const wrong = { username: 'admin', password: 'a password for nobody' }
    expect((await again.call('POST', '/auth:login', { json: wrong })).status).toBe(401)
    await again.stop()

    const third = await start({ DATA_DIR: dataDir })
    await third.url
    expect((await third.call('GET', '/auth:me', { token: login.body.access_token })).status).toBe(200)
    const { refresh_token } = login.body
    expect((await third.call('POST', '/auth:refresh', { json: { refresh_token } })).status).toBe(200)
    await third.stop()
  })
})

describe('killed with -9', { timeout: 120_000 }, () => {
  afterAll(cleanUp)

  it.runIf(process.platform === 'linux')(
    'leaves no server behind, and starts again with what was acknowledged',
    async () => {
      const dataDir = join(await makeFolder(), 'data')
      await putCluster(dataDir)
      const janus = await start({ DATA_DIR: dataDir, ADMIN_PASSWORD: 'open sesame' })
      const { body } = await janus.call('POST', '/auth:login', { json: { username: 'admin', password: 'open sesame' } })
      expect(processesIn(dataDir).length).toBeGreaterThan(0)
      janus.process.kill('SIGKILL')
      expect(await janus.ended).toEqual({ code: null, signal: 'SIGKILL' })
      const again = await start({ DATA_DIR: dataDir })
      await again.url
      expect((await again.call('GET', '/auth:me', { token: body.access_token })).status).toBe(200)
      again.process.kill('SIGKILL')
      await again.ended
      await eventually(() => processesIn(dataDir).length === 0)
    },
  )
})
