import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/processes.ts'
import { ask, cleanUp, freePort, type Janus, program, start, urlOf } from './janus.ts'

const secrets = {
  first: 'correct horse battery',
  second: 'another horse battery',
  wrong: 'Tr0ub4dor-never-right',
}
let database: Awaited<ReturnType<typeof freshDatabase>>
let janus: Janus
/** Every token and hash that there was. */
const sensitive: string[] = Object.values(secrets)

beforeAll(async () => {
  database = await freshDatabase()
  janus = await start({
    DATABASE_URL: urlOf(database.connection),
    ADMIN_PASSWORD: secrets.first,
    KEY_ENCRYPTION_KEY: 'a passphrase of the installation',
    LOG_LEVEL: 'trace',
  })
  await janus.url
  sensitive.push('a passphrase of the installation')
})
afterAll(async () => {
  await cleanUp()
  await database.close()
})

async function entries(): Promise<Record<string, any>[]> {
  return janus
    .stdout()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/** The line of the request with this id. */
async function entryOf(requestId: string): Promise<Record<string, any>> {
  await eventually(async () => (await entries()).some((entry) => entry.requestId === requestId))
  return (await entries()).find((entry) => entry.requestId === requestId) as Record<string, any>
}

describe('a start with ADMIN_PASSWORD', () => {
  it('tells the administrator, and that the password is the given one, without repeating it', () => {
    expect(janus.stderr()).toContain('administrator  admin, with the password of ADMIN_PASSWORD')
    expect(janus.stderr()).not.toContain(secrets.first)
    expect(janus.stderr()).toContain('"password":"PASSWORD"')
  })
})

describe('the log', () => {
  it('has one line of JSON for each request: id, method, template of the path, status, milliseconds', async () => {
    const cases: [string, string, string | undefined, number][] = [
      ['GET', '/auth:me', '/auth:me', 401],
      ['GET', '/users/0198f2d5-7a3c-7b1e-9c56-2f4d8e6a0b17', '/users/{id}', 401],
      ['GET', '/users:get?id=0198f2d5-7a3c-7b1e-9c56-2f4d8e6a0b17', '/users:get', 401],
      ['GET', '/health', '/health', 200],
      ['GET', '/no/such/path', undefined, 404],
      ['POST', '/auth:login', '/auth:login', 400],
    ]
    for (const [index, [method, path, template, status]] of cases.entries()) {
      const id = `one-line-${index}`
      await janus.call(method, path, { headers: { 'X-Request-Id': id }, ...(method === 'POST' && { json: {} }) })
      const { level, time, msg, ms, ...entry } = await entryOf(id)
      expect(entry).toEqual({ requestId: id, method, status, ...(template && { path: template }) })
      expect(level).toBe(30)
      expect(Number.isNaN(Date.parse(time))).toBe(false)
      expect(typeof ms).toBe('number')
      expect(msg).toBe('request')
    }
    expect((await entries()).filter(({ requestId }) => requestId?.startsWith('one-line'))).toHaveLength(cases.length)
  })

  it('has the id that the answer had, where the client gave none or a strange one', async () => {
    const strange = 'x'.repeat(200)
    for (const headers of [{}, { 'X-Request-Id': 'two words' }, { 'X-Request-Id': strange }]) {
      const { headers: answered } = await janus.call('GET', '/auth:me', { headers })
      expect(answered['x-request-id']).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
      expect(await entryOf(answered['x-request-id'] as string)).toMatchObject({ status: 401 })
    }
    expect(janus.stdout()).not.toContain(strange)
  })

  it('never has a password, a hash, a token or a key in it, nor has standard error', async () => {
    const login = async (username: string, password: string) => {
      const { status, body } = await janus.call('POST', '/auth:login', { json: { username, password } })
      if (status === 200) sensitive.push(body.access_token, body.refresh_token)
      return body
    }
    const { access_token: token, refresh_token } = await login('admin', secrets.first)
    await login('admin', secrets.wrong)
    await login(secrets.wrong, secrets.wrong)
    const made = { username: 'somebody', email: 'somebody@example.com', password: secrets.first, role: 'user' }
    const { body } = await janus.call('POST', '/users:create', { token, json: made })
    await janus.call('POST', '/users:create', { token, json: made })
    await janus.call('POST', '/users:create', {
      token,
      json: { ...made, password: secrets.wrong, surprise: refresh_token },
    })
    const reset = { action: 'reset_password', new_password: secrets.second }
    await janus.call('POST', `/users:update?id=${body.user.id}`, { token, json: reset })
    const { access_token: own } = await login('somebody', secrets.second)
    const change = { currentPassword: secrets.second, newPassword: secrets.first, confirmPassword: secrets.first }
    await janus.call('POST', '/auth/change-password', {
      token: own,
      json: { ...change, currentPassword: secrets.wrong },
    })
    expect((await janus.call('POST', '/auth/change-password', { token: own, json: change })).status).toBe(200)
    const refreshed = await janus.call('POST', '/auth:refresh', { json: { refresh_token } })
    sensitive.push(refreshed.body.access_token, refreshed.body.refresh_token)
    await janus.call('POST', '/auth:refresh', { json: { refresh_token: `${refresh_token}x` } })
    await janus.call('POST', '/auth:login', { raw: `{"username":"admin","password":"${secrets.wrong}"` })
    await janus.call('GET', `/users:get?id=${token}`, { token, secretPath: true })
    await janus.call('GET', `/${token}`, { secretPath: true })
    const users = await ask(database.connection, 'select password_hash from users')
    expect(users.every(({ password_hash }) => password_hash.startsWith('bcrypt'))).toBe(true)
    sensitive.push(...users.map(({ password_hash }) => password_hash))

    await eventually(async () => (await entries()).filter(({ path }) => path === undefined).length > 0)
    expect(sensitive).toHaveLength(12)
    expect(sensitive.every((secret) => secret.length >= 20)).toBe(true)
    const said = janus.stdout() + janus.stderr()
    for (const secret of sensitive) expect(said).not.toContain(secret)
    expect(said).not.toMatch(/bcrypt-hmac|\$2[aby]\$|eyJ[\w-]{10}|PRIVATE KEY/)
  })

  it('has nothing but JSON, and no welcome', async () => {
    expect((await entries()).length).toBeGreaterThan(10)
    expect(janus.stdout()).not.toContain('Janus answers')
  })
})

describe('not being ready at a start and at an end', () => {
  it('is no news', async () => {
    const fresh = await freshDatabase()
    const port = await freePort()
    const own = await start({ DATABASE_URL: urlOf(fresh.connection), PORT: `${port}`, BCRYPT_COST: '13' })
    const probe = () =>
      fetch(`http://127.0.0.1:${port}/ready`).then(
        ({ status }) => status,
        () => 0,
      )
    const seen: number[] = []
    await eventually(async () => seen.push(await probe()) > 0 && seen.at(-1) === 200)
    own.process.kill('SIGTERM')
    await eventually(async () => seen.push(await probe()) > 0 && seen.at(-1) !== 200)
    await own.ended
    await fresh.close()
    expect(seen.filter((status) => status === 503).length).toBeGreaterThan(1)
    const lines = own
      .stdout()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      // What the audit trail has to say is another thing.
      .filter(({ msg }) => !/^(the )?audit trail /.test(msg))
    expect(lines.filter(({ status, level }) => status !== 200 || level > 30)).toEqual([])
  })
})

describe('at a terminal', () => {
  it.runIf(process.platform === 'linux')('the log is for people', async () => {
    const { DATABASE_URL, KEY_ENCRYPTION_KEY } = {
      DATABASE_URL: urlOf(database.connection),
      KEY_ENCRYPTION_KEY: 'a passphrase of the installation',
    }
    const own = await start({ DATABASE_URL, KEY_ENCRYPTION_KEY, SHELL: '/bin/sh' }, [
      'script',
      '-qec',
      `"${process.execPath}" "${program}"`,
      '/dev/null',
    ])
    // A terminal has one stream.
    await eventually(() => /answers at http/.test(own.stdout()))
    const url = /answers at (http:[\w.:/]+)/.exec(own.stdout())?.[1]
    await fetch(`${url}/auth:me`, { headers: { 'X-Request-Id': 'at-a-terminal' } })
    await eventually(() => own.stdout().includes('at-a-terminal'))
    const line = own
      .stdout()
      .split('\n')
      .find((each) => each.includes('at-a-terminal')) as string
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what a terminal gets
    expect(line.replace(/\u001b\[\d+m/g, '')).toMatch(/GET \/auth:me 401 [\d.]+ ms {2}at-a-terminal/)
    expect(line).not.toContain('{"')
    own.process.kill('SIGTERM')
    await own.ended
  })
})
