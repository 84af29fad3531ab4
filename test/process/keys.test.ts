import { join } from 'node:path'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { putCluster } from '../support/cluster.ts'
import { emptyDatabase } from '../support/database.ts'
import { ask, cleanUp, type Janus, makeFolder, start, urlOf } from './janus.ts'
import { runTool } from './tools.ts'

const password = 'correct horse battery'
const keys = (env: Record<string, string>, ...args: string[]) => runTool('keys', env, args)
const loginOf = async (janus: Janus) => {
  const { status, body } = await janus.call('POST', '/auth:login', { json: { username: 'admin', password } })
  if (status !== 200) throw new Error(`login: ${status} ${JSON.stringify(body)}\n${janus.stdout()}`)
  return body as { access_token: string; refresh_token: string }
}
const kidOf = (token: string) => decodeProtectedHeader(token).kid as string
const kidsOf = async (janus: Janus): Promise<string[]> =>
  (await janus.call('GET', '/.well-known/jwks.json')).body.keys.map(({ kid }: { kid: string }) => kid)
const second = () => new Promise((resolve) => setTimeout(resolve, 1000))

describe('npm run keys, beside two processes and with KEY_ENCRYPTION_KEY', () => {
  let database: Awaited<ReturnType<typeof emptyDatabase>>
  let env: Record<string, string>
  let one: Janus
  let other: Janus

  beforeAll(async () => {
    database = await emptyDatabase()
    env = { DATABASE_URL: urlOf(database.connection), ADMIN_PASSWORD: password, KEY_ENCRYPTION_KEY: 'open sesame' }
    one = await start(env)
    await one.url
    other = await start(env)
    await other.url
  })
  afterAll(async () => {
    await cleanUp()
    await database.close()
  })

  it('publishes a new key at once, which signs later; the old one goes on', async () => {
    const { access_token: token } = await loginOf(one)
    const { code, stdout, stderr } = await keys(env, 'rotate')
    expect([code, stderr]).toEqual([0, ''])
    const [, made = '', from = ''] = /^Key (\S+) is published from now on, and signs from (\S+)\.\n$/.exec(stdout) ?? []
    const wait = Date.parse(from) - Date.now()
    expect(wait).toBeGreaterThan(570_000)
    expect(wait).toBeLessThanOrEqual(600_000)
    await second()
    for (const janus of [one, other]) {
      expect((await kidsOf(janus)).toSorted()).toEqual([kidOf(token), made].toSorted())
      expect((await janus.call('GET', '/auth:me', { token })).status).toBe(200)
      expect(kidOf((await loginOf(janus)).access_token)).toBe(kidOf(token))
    }
    const listed = await keys(env, 'list')
    expect(listed.stdout).toBe(
      `${made}  made ${timeIn(listed.stdout, 0)}  signs from ${from}\n` +
        `${kidOf(token)}  made ${timeIn(listed.stdout, 1)}  signs until ${from}\n`,
    )
    const [row] = await ask(database.connection, `select private_key from signing_keys where kid = '${made}'`)
    expect(row.private_key).toMatch(/^scrypt-aes-256-gcm-1\./)
  })

  it('retires a key with all its tokens, at once and on both, and the one that waits signs', async () => {
    const { access_token: token, refresh_token } = await loginOf(one)
    const verify = createRemoteJWKSet(new URL(`${await other.url}/.well-known/jwks.json`), { cooldownDuration: 0 })
    await jwtVerify(token, verify)
    for (const janus of [one, other]) expect((await janus.call('GET', '/auth:me', { token })).status).toBe(200)
    const waiting = (await kidsOf(one)).find((kid) => kid !== kidOf(token))

    const { code, stdout } = await keys(env, 'retire', kidOf(token))
    expect([code, stdout]).toEqual([
      0,
      `Key ${kidOf(token)} is retired: what it has signed is refused. ${waiting} signs.\n`,
    ])
    expect((await other.call('GET', '/auth:me', { token })).body.error_code).toBe('INVALID_TOKEN')
    expect((await one.call('GET', '/auth/profile', { token })).status).toBe(401)
    // The sessions stand: their refresh tokens are another matter.
    const refreshed = await other.call('POST', '/auth:refresh', { json: { refresh_token } })
    expect(kidOf(refreshed.body.access_token)).toBe(waiting)
    expect(kidOf((await loginOf(one)).access_token)).toBe(waiting)
    await second()
    for (const janus of [one, other]) expect(await kidsOf(janus)).toEqual([waiting])
    await jwtVerify(refreshed.body.access_token, verify)
    await verify.reload()
    await expect(jwtVerify(token, verify)).rejects.toThrow('no applicable key found')
  })

  it('retires the only one, and a new one signs at once', async () => {
    const { access_token: token } = await loginOf(one)
    const { stdout } = await keys(env, 'retire', kidOf(token))
    const [, made] = /refused\. (\S+) signs\.\n$/.exec(stdout) ?? []
    for (const janus of [other, one]) expect((await janus.call('GET', '/auth:me', { token })).status).toBe(401)
    for (const janus of [other, one]) {
      const { access_token: next } = await loginOf(janus)
      expect(kidOf(next)).toBe(made)
      for (const each of [one, other]) expect((await each.call('GET', '/auth:me', { token: next })).status).toBe(200)
    }
  })

  it('makes no key that the service could not open', async () => {
    const before = await ask(database.connection, 'select kid from signing_keys')
    for (const KEY_ENCRYPTION_KEY of ['', 'open barley']) {
      const { code, stderr } = await keys({ ...env, KEY_ENCRYPTION_KEY }, 'rotate')
      expect(code).toBe(1)
      expect(stderr).toMatch(/^signing key \S+ .*set KEY_ENCRYPTION_KEY.*\n$/)
    }
    expect(await ask(database.connection, 'select kid from signing_keys')).toEqual(before)
  })

  it('says so of a key that is not there', async () => {
    expect(await keys(env, 'retire', 'nobody')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'there is no signing key nobody\n',
    })
  })

  it.each([[], ['rotate', 'now'], ['retire']])('says what to give it in place of %s %s', async (...args) => {
    const { code, stderr } = await keys(env, ...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^What is to be done\? npm run keys -- list .*\n$/)
  })
})

describe('npm run keys, on the embedded database', () => {
  afterEach(cleanUp)

  it('works while the service runs on it, and while it does not', async () => {
    const dataDir = join(await makeFolder(), 'data')
    await putCluster(dataDir)
    const env = { DATA_DIR: dataDir, ADMIN_PASSWORD: password }
    const janus = await start(env)
    const { access_token: token } = await loginOf(janus)
    expect((await keys(env, 'rotate')).code).toBe(0)
    expect((await keys(env, 'list')).stdout.match(/ signs /g)).toHaveLength(2)
    expect((await janus.call('GET', '/auth:me', { token })).status).toBe(200)
    expect(await janus.stop()).toEqual({ code: 0, signal: null })
    const { code, stdout } = await keys(env, 'retire', kidOf(token))
    expect([code, stdout]).toEqual([0, expect.stringContaining('is retired')])
    const next = await start(env)
    expect((await next.call('GET', '/auth:me', { token })).status).toBe(401)
    await next.stop()
  })

  it('makes no database where there is none', async () => {
    const dataDir = join(await makeFolder(), 'nothing')
    const { code, stderr } = await keys({ DATA_DIR: dataDir }, 'list')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^There is no database in \S+nothing that this user could open\. Run this .*\n$/)
  })
})

const timeIn = (listed: string, line: number) => /made (\S+)/.exec(listed.split('\n')[line] ?? '')?.[1]
