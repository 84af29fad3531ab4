import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { emptyDatabase } from '../support/database.ts'
import { eventually } from '../support/processes.ts'
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

  it('find everything again after all of them were away, and make no administrator of counters that are wrong', async () => {
    await ask(database.connection, 'delete from user_counts')
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

describe('a start on tables that were restored, or written by the version before', () => {
  it('answers at once, then puts the counters and the search right, and says so in the log', async () => {
    const own = await emptyDatabase()
    const env = { DATABASE_URL: urlOf(own.connection), ADMIN_PASSWORD: 'a first password' }
    const first = await start(env)
    await first.url
    expect(await first.stop()).toEqual({ code: 0, signal: null })
    await ask(
      own.connection,
      `insert into users (id, username, email, full_name, role, status, can_write, created_at, updated_at)
       select gen_random_uuid(), 'old-' || n, 'old-' || n || '@example.com', 'Größe', 'user', 'active', true, now(), now()
       from generate_series(1, 250) n`,
    )
    await ask(own.connection, 'update user_counts set n = n + 2')

    const janus = await start(env)
    const json = { username: 'admin', password: 'a first password' }
    const token = (await janus.call('POST', '/auth:login', { json })).body.access_token
    const total = async (query: string) =>
      (await janus.call('GET', `/users?${query}`, { token })).body.pagination.total as number
    await eventually(async () => (await total('')) === 251 && (await total('search=GR%C3%96SSE')) === 250)
    await eventually(() => janus.stdout().includes('250 users'))
    const told = janus
      .stdout()
      .split('\n')
      .filter((line) => /counters|for the search/.test(line))
      .map((line) => JSON.parse(line))
    expect(told.map(({ level }) => level)).toEqual([40, 30, 30])
    expect(await janus.stop()).toEqual({ code: 0, signal: null })
    await own.close()
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
