import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { emptyDatabase } from '../support/database.ts'
import { ask, cleanUp, madePassword, start, urlOf } from './janus.ts'

let database: Awaited<ReturnType<typeof emptyDatabase>>

beforeAll(async () => {
  database = await emptyDatabase()
})
afterEach(cleanUp)
afterAll(() => database.close())

describe('three instances that start at once on one empty database', () => {
  it('all come up, with one administrator, one key, and tokens that are good at each other', async () => {
    const env = { DATABASE_URL: urlOf(database.connection), RATE_LIMIT_PER_MINUTE: '0' }
    const instances = await Promise.all([start(env), start(env), start(env)])
    await Promise.all(instances.map(({ url }) => url))

    const users = await ask(database.connection, 'select username, role, status from users')
    expect(users).toEqual([{ username: 'admin', role: 'admin', status: 'active' }])
    const keys = await ask(database.connection, 'select kid from signing_keys')
    expect(keys).toHaveLength(1)
    const published = await Promise.all(instances.map((each) => each.call('GET', '/.well-known/jwks.json')))
    for (const { body } of published) expect(body.keys.map(({ kid }: { kid: string }) => kid)).toEqual([keys[0].kid])

    // One of them made the password and told it; the others told none.
    const passwords = instances.map(madePassword).filter(Boolean)
    expect(passwords).toHaveLength(1)
    const json = { username: 'admin', password: passwords[0] }
    for (const one of instances) {
      const login = await one.call('POST', '/auth:login', { json })
      expect(login.status).toBe(200)
      const { access_token: token, refresh_token } = login.body
      for (const other of instances) expect((await other.call('GET', '/auth:me', { token })).status).toBe(200)
      const racers = await Promise.all(
        instances.map((each) => each.call('POST', '/auth:refresh', { json: { refresh_token } })),
      )
      expect(racers.map(({ status }) => status)).toEqual([200, 200, 200])
      expect(new Set(racers.map(({ body }) => body.refresh_token)).size).toBe(1)
      expect((await one.call('POST', '/auth/logout', { token })).status).toBe(200)
      for (const other of instances)
        expect((await other.call('GET', '/auth:me', { token })).body.error_code).toBe('TOKEN_REVOKED')
    }
    for (const each of instances) expect(await each.stop()).toEqual({ code: 0, signal: null })
  })

  it('find everything again after all of them were away', async () => {
    const env = { DATABASE_URL: urlOf(database.connection), ADMIN_ROLE: 'super_admin', ADMIN_USERNAME: 'another' }
    const janus = await start(env)
    await janus.url
    expect(janus.stderr()).not.toContain('administrator  ')
    expect(janus.stderr()).not.toContain('preparing')
    expect(await ask(database.connection, 'select username, role from users')).toEqual([
      { username: 'admin', role: 'admin' },
    ])
    await janus.stop()
  })
})

describe('ADMIN_…', () => {
  it('say who the first administrator is', async () => {
    const own = await emptyDatabase()
    const who = { ADMIN_USERNAME: 'Root.1', ADMIN_EMAIL: 'root@corp.example', ADMIN_ROLE: 'super_admin' }
    const janus = await start({ DATABASE_URL: urlOf(own.connection), ...who, ADMIN_PASSWORD: 'password' })
    const { body } = await janus.call('POST', '/auth/login', {
      json: { usernameOrEmail: 'ROOT@corp.example', password: 'password' },
    })
    expect(body.data.user).toMatchObject({ username: 'Root.1', email: 'root@corp.example', role: 'super_admin' })
    await janus.stop()
    await own.close()
  })
})
