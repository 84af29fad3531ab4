import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'
import { type Instance, startAnother } from './another-instance.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

/** Everyone who may not log in, by what they type. */
async function refused(): Promise<Record<string, { identifier: string; secret: string }>> {
  const { token } = await service.as('admin')
  const known = await service.makeUser()
  const other = await service.makeUser()
  const deleted = await service.makeUser()
  expect((await service.call('DELETE', `/users/${deleted.id}`, { token })).status).toBe(200)
  const bare = await service.makeUser()
  await service.knex('users').where({ id: bare.id }).update({ password_hash: null })
  const broken = await service.makeUser({ passwordHash: 'no hash at all' })
  const states: Record<string, { identifier: string; secret: string }> = {}
  for (const status of ['inactive', 'suspended', 'pending', 'banned'] as const)
    states[status] = { identifier: (await service.makeUser({ status })).username, secret: password }
  return {
    'a wrong password': { identifier: known.username, secret: 'wrong password' },
    'a wrong password with the email': { identifier: known.email, secret: 'wrong password' },
    'an unknown username': { identifier: 'nobody-there', secret: password },
    'an unknown email': { identifier: 'nobody@example.com', secret: password },
    'something unlike either': { identifier: "' or 1=1 -- 甲\0", secret: password },
    'half a character': { identifier: '\ud800', secret: '\udfff' },
    'a deleted user': { identifier: deleted.username, secret: password },
    'a user without a hash': { identifier: bare.username, secret: password },
    'a user with a hash that is none': { identifier: broken.username, secret: password },
    'a password of 1024 characters': { identifier: other.username, secret: 'é'.repeat(1024) },
    ...states,
  }
}

describe('a refused login', () => {
  it('is one answer in each style, whatever the cause', async () => {
    const cases = Object.entries(await refused())
    const rpc: [string, object][] = []
    const rest: [string, object][] = []
    for (const [name, { identifier, secret }] of cases) {
      const one = await service.call('POST', '/auth:login', { json: { username: identifier, password: secret } })
      const other = await service.call('POST', '/auth/login', {
        json: { usernameOrEmail: identifier, password: secret },
      })
      const { timestamp, ...body } = other.body
      expect(timestamp).toMatch(/Z$/)
      rpc.push([name, { status: one.status, body: one.body, headers: plain(one.headers) }])
      rest.push([name, { status: other.status, body, headers: plain(other.headers) }])
    }
    expect(rpc[0]?.[1]).toMatchObject({
      status: 401,
      body: { error: 'invalid credentials', code: 401, error_code: 'INVALID_CREDENTIALS' },
    })
    expect(rest[0]?.[1]).toMatchObject({
      status: 401,
      body: { message: '用户名或密码错误', details: { code: 'AUTH_002' } },
    })
    for (const answers of [rpc, rest]) {
      const expected = answers[0]?.[1]
      expect(answers).toEqual(cases.map(([name]) => [name, expected]))
    }
  })
})

/** The headers without what differs from one request to the next. */
function plain(headers: Readonly<Record<string, string>>) {
  return { ...headers, 'x-request-id': '', date: '' }
}

/** In each style by turns. */
async function expectEqualWork(instance: Instance, tries: Record<string, readonly [string, string]>): Promise<void> {
  const least: Record<string, number> = {}
  for (let round = 0; round < 9; round++) {
    for (const [name, [username, secret]] of Object.entries(tries)) {
      // The processor's time, not the clock's: it waits for no other process. The least, since what
      // else this process is at adds to it.
      const start = process.cpuUsage()
      const json = round % 2 === 0 ? { username, password: secret } : { usernameOrEmail: username, password: secret }
      const { status } = await instance.call('POST', round % 2 === 0 ? '/auth:login' : '/auth/login', { json })
      const { user, system } = process.cpuUsage(start)
      least[name] = Math.min(least[name] ?? Number.POSITIVE_INFINITY, user + system)
      expect(status).toBe(401)
    }
  }
  const works = Object.values(least)
  expect(Math.max(...works) / Math.min(...works), JSON.stringify(least)).toBeLessThan(1.5)
}

describe('the work of a refused login', () => {
  let instance: Instance

  beforeAll(async () => {
    instance = await startAnother(service, { cost: 10, loginAttempts: 0 })
  })
  afterAll(() => instance.close())

  it('is that of one password hash, whether or not there is such a user', async () => {
    const current = await service.makeUser({ passwordHash: await instance.passwords.hash(password) })
    const suspended = await service.makeUser({
      passwordHash: await instance.passwords.hash(password),
      status: 'suspended',
    })
    const cheap = await service.makeUser()
    const bare = await service.makeUser()
    await service.knex('users').where({ id: bare.id }).update({ password_hash: null })
    const tries: Record<string, readonly [string, string]> = {
      wrong: [current.username, 'wrong password'],
      unknown: ['nobody-there', 'wrong password'],
      suspended: [suspended.username, password],
      'an old, cheap hash': [cheap.username, 'wrong password'],
      'no hash': [bare.username, 'wrong password'],
    }
    await expectEqualWork(instance, tries)
  })

  it('is that of the dearest hash, after the cost was lowered', async () => {
    const lowered = await startAnother(service, { cost: 5, loginAttempts: 0 })
    const passwordHash = await instance.passwords.hash(password)
    const dear = await service.makeUser({ passwordHash })
    const suspended = await service.makeUser({ passwordHash, status: 'suspended' })
    const cheap = await service.makeUser()
    const barred = await service.makeUser({ status: 'banned' })
    const tries: Record<string, readonly [string, string]> = {
      'the dearest hash': [dear.username, 'wrong password'],
      unknown: ['nobody-there', 'wrong password'],
      'a cheap hash': [cheap.username, 'wrong password'],
      'the right password of a suspended user': [suspended.username, password],
      'the right password of a banned user with a cheap hash': [barred.username, password],
    }
    // A hash of cost 5 would be a thirtieth.
    await expectEqualWork(lowered, tries)
    await lowered.close()
  })

  it('falls with the last dear hash, which is replaced when its user logs in', async () => {
    const lowered = await startAnother(service, { cost: 5 })
    const { id, username } = await service.makeUser({ passwordHash: await instance.passwords.hash(password) })
    const login = () => lowered.call('POST', '/auth:login', { json: { username, password } })
    expect((await login()).status).toBe(200)
    const { passwordHash } = (await service.store.users.findCredentialsById(id)) ?? {}
    expect(passwordHash).toMatch(/^bcrypt-hmac-sha384\$2b\$05\$/)
    expect((await login()).status).toBe(200)
    await lowered.close()
  })
})
