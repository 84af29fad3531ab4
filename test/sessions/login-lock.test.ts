import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service } from '../support/service.ts'
import { startAnother } from './another-instance.ts'
import { startBehindProxy } from './login-failures.ts'
import { everythingStored, type StyleName, spellings } from './styles.ts'

type World = Awaited<ReturnType<typeof startBehindProxy>>
let service: Service
let clients: World['clients']
let from: World['from']
let failTimes: World['failTimes']

beforeAll(async () => {
  ;({ service, clients, from, failTimes } = await startBehindProxy())
})
afterAll(() => service.close())

describe.each<StyleName>(['RPC', 'REST'])('the login lock in the %s style', (style) => {
  const locked = { status: 429, code: style === 'RPC' ? 'LOGIN_RATE_LIMIT' : 'AUTH_008' }

  it('closes after five failures, to the right password and the wrong one alike, and says for how long', async () => {
    const { username } = await service.makeUser()
    const there = from()
    expect(await failTimes(5, username, there, style)).toEqual([401, 401, 401, 401, 401])
    for (const secret of [password, 'wrong password']) {
      const answer = await clients[style].login(username, secret, there)
      expect(answer).toMatchObject(locked)
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(890)
      expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(900)
    }
  })

  it('counts what both styles saw', async () => {
    const { username } = await service.makeUser()
    const there = from()
    await failTimes(3, username, there, 'RPC')
    await failTimes(2, username, there, 'REST')
    expect(await clients[style].login(username, password, there)).toMatchObject(locked)
  })
})

describe('the login lock', () => {
  it('opens when its window ends, counted from the first failure', async () => {
    const { username } = await service.makeUser()
    const there = from()
    await failTimes(1, username, there)
    service.clock.advance(600)
    await failTimes(4, username, there)
    const answer = await clients.RPC.login(username, password, there)
    expect(answer.status).toBe(429)
    const wait = Number(answer.headers['retry-after'])
    expect(wait).toBeGreaterThan(280)
    expect(wait).toBeLessThanOrEqual(300)
    service.clock.advance(wait)
    expect((await clients.RPC.login(username, password, there)).status).toBe(200)
  })

  it('closes at once after the first, for twice and then four times as long, until a day has passed', async () => {
    const { username } = await service.makeUser()
    const there = from()
    await failTimes(5, username, there)
    const waits: number[] = []
    for (let lock = 0; lock < 4; lock++) {
      const answer = await clients.RPC.login(username, password, there)
      expect(answer.status).toBe(429)
      waits.push(Math.round(Number(answer.headers['retry-after']) / 100))
      service.clock.advance(Number(answer.headers['retry-after']))
      expect(await failTimes(1, username, there)).toEqual([401])
    }
    expect(waits).toEqual([9, 18, 36, 36])
    service.clock.advance(86_401)
    expect(await failTimes(6, username, there)).toEqual([401, 401, 401, 401, 401, 429])
  })

  it('begins anew in the next window, where the last had less', async () => {
    const { username } = await service.makeUser()
    const there = from()
    await failTimes(4, username, there)
    service.clock.advance(901)
    expect(await failTimes(6, username, there)).toEqual([401, 401, 401, 401, 401, 429])
  })

  it('forgets the failures at a success', async () => {
    const { username } = await service.makeUser()
    const there = from()
    for (let round = 0; round < 3; round++) {
      expect(await failTimes(4, username, there)).toEqual([401, 401, 401, 401])
      expect((await clients.RPC.login(username, password, there)).status).toBe(200)
    }
  })

  it('is opened by an administrator who resets the password', async () => {
    const { token } = await service.as('admin')
    const { id, username } = await service.makeUser()
    const [one, two] = [from(), from()]
    for (const there of [one, two]) await failTimes(6, username, there)
    const json = { action: 'reset_password', new_password: 'another horse battery' }
    expect((await service.call('POST', `/users:update?id=${id}`, { token, json })).status).toBe(200)
    for (const there of [one, two])
      expect((await clients.RPC.login(username, 'another horse battery', there)).status).toBe(200)
  })

  it('lets a burst of guesses learn nothing beyond the limit, not even from the right one', async () => {
    const { username } = await service.makeUser()
    // Hashes that take their time: every guess has been let in before the first is counted.
    const slow = await startAnother(service, { cost: 10 })
    const guesses = Array.from({ length: 40 }, (_, count) => (count === 37 ? password : `wrong password ${count}`))
    const answers = await Promise.all(
      guesses.map((guess) => slow.call('POST', '/auth:login', { json: { username, password: guess } })),
    )
    expect(answers[37]?.status).toBe(429)
    const told = answers.filter(({ status }) => status !== 429)
    expect(told.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401])
    await slow.close()
  })

  it('lets thirty honest logins at once all pass', async () => {
    const { username } = await service.makeUser()
    const there = from()
    await failTimes(4, username, there)
    const answers = await Promise.all(Array.from({ length: 30 }, () => clients.REST.login(username, password, there)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ refresh }) => refresh)).size).toBe(30)
  })

  it('counts guesses at the current password too', async () => {
    const { user, token } = await service.as('user')
    const headers = from()
    const rpc = (old_password: string) =>
      service.call('POST', '/auth:me', { token, headers, json: { old_password, password: 'another horse battery' } })
    const rest = (currentPassword: string) => {
      const next = { newPassword: 'another horse battery', confirmPassword: 'another horse battery' }
      return service.call('POST', '/auth/change-password', { token, headers, json: { currentPassword, ...next } })
    }
    for (let count = 0; count < 3; count++) expect((await rpc('wrong')).body.error_code).toBe('INVALID_OLD_PASSWORD')
    for (let count = 0; count < 2; count++) expect((await rest('wrong')).body.details.code).toBe('AUTH_009')
    for (const guess of ['wrong', password]) {
      expect((await rpc(guess)).body).toMatchObject({ code: 429, error_code: 'LOGIN_RATE_LIMIT' })
      const { status, body, headers } = await rest(guess)
      expect({ status, code: body.details.code }).toEqual({ status: 429, code: 'AUTH_008' })
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    }
    expect((await clients.RPC.login(user.username, password, headers)).status).toBe(429)
    expect((await clients.RPC.login(user.username, password, from())).status).toBe(200)
  })

  it('survives a restart, and is shared by instances', async () => {
    const { username } = await service.makeUser()
    const headers = from()
    await failTimes(3, username, headers)
    const other = await startAnother(service, { trustProxy: 1 })
    const there = async (secret: string) =>
      (await other.call('POST', '/auth:login', { headers, json: { username, password: secret } })).status
    expect([await there('wrong password'), await there('wrong password'), await there(password)]).toEqual([
      401, 401, 429,
    ])
    expect((await clients.RPC.login(username, password, headers)).status).toBe(429)
    await other.close()
  })

  it('is off at 0', async () => {
    const { username } = await service.makeUser()
    const open = await startAnother(service, { loginAttempts: 0 })
    const login = async (secret: string) =>
      (await open.call('POST', '/auth:login', { json: { username, password: secret } })).status
    const statuses = []
    for (let count = 0; count < 12; count++) statuses.push(await login('wrong password'))
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect(await login(password)).toBe(200)
    await open.close()
  })

  it('ignores X-Forwarded-For where no proxy is trusted', async () => {
    const { username } = await service.makeUser()
    const plain = await startAnother(service)
    const login = async () =>
      (await plain.call('POST', '/auth:login', { headers: from(), json: { username, password: 'wrong password' } }))
        .status
    const statuses = []
    for (let count = 0; count < 6; count++) statuses.push(await login())
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    await plain.close()
  })

  it('keeps nothing of what was typed, which may be a password in the wrong field', async () => {
    const typed = ['Tr0ub4dor-in-the-wrong-field', 'and-another-secret-of-mine']
    const there = from('203.0.113.77')
    const before = await service.knex('login_failures').count()
    await clients.RPC.login(typed[0] as string, typed[1] as string, there)
    expect(await service.knex('login_failures').count()).not.toEqual(before)
    const stored = (await everythingStored(service)).toLowerCase()
    for (const each of typed)
      for (const spelling of spellings(each)) expect(stored).not.toContain(spelling.toLowerCase())
    // From where it came is known to the audit trail alone.
    const { rows } = await service.knex.raw('select to_jsonb(t)::text as row from login_failures t')
    const counts = JSON.stringify(rows).toLowerCase()
    for (const spelling of spellings('203.0.113.77')) expect(counts).not.toContain(spelling.toLowerCase())
    expect(JSON.stringify(service.logged)).not.toContain(typed[0])
  })
})
