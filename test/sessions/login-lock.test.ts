import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'
import { startAnother } from './another-instance.ts'
import { clientsOf, everythingStored, type StyleClient, type StyleName, spellings } from './styles.ts'

let service: Service
let clients: Record<StyleName, StyleClient>
let addresses = 0

beforeAll(async () => {
  service = await startService({ trustProxy: 1 })
  clients = clientsOf(service)
})
afterAll(() => service.close())

/** Somebody at an address of their own. */
const from = (address = `10.0.${++addresses >> 8}.${addresses & 255}`) => ({ 'X-Forwarded-For': address })

async function failTimes(times: number, identifier: string, headers: Record<string, string>, style: StyleName = 'RPC') {
  const statuses: number[] = []
  for (let count = 0; count < times; count++)
    statuses.push((await clients[style].login(identifier, 'wrong password', headers)).status)
  return statuses
}

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

  it('takes every spelling of an address for that address', async () => {
    const { username } = await service.makeUser()
    const written = [
      '203.0.113.7',
      '203.0.113.7:50001',
      '[203.0.113.7]:443',
      '::ffff:203.0.113.7',
      '[::FFFF:cb00:7107]:50002',
      ' 0:0:0:0:0:ffff:203.0.113.7 ',
    ]
    for (const spelling of written.slice(0, 5)) await failTimes(1, username, from(spelling), style)
    for (const spelling of written)
      expect(await clients[style].login(username, password, from(spelling)), spelling).toMatchObject(locked)
    expect(await clients[style].login(username, password, from('203.0.113.7:50003'))).toMatchObject(locked)
    expect((await clients[style].login(username, password, from('203.0.113.8:50003'))).status).toBe(200)
  })

  it('takes what is no address for the proxy', async () => {
    const { username } = await service.makeUser()
    const names = [
      'unknown',
      '_hidden',
      '',
      'unix:',
      '1',
      '0x7f.1',
      '203.0.113.999',
      '203.0.113.7:port',
      '1.1.1.1,',
      '[::1',
    ]
    for (const name of names.slice(0, 5)) await failTimes(1, username, from(name), style)
    for (const name of [...names, '127.0.0.1', '::ffff:127.0.0.1'])
      expect(await clients[style].login(username, password, from(name)), name).toMatchObject(locked)
    expect(await clients[style].login(username, password), 'the proxy itself').toMatchObject(locked)
    expect((await clients[style].login(username, password, from('203.0.113.9'))).status).toBe(200)
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
  it('takes the id of an account for a name like any other', async () => {
    const { id, username } = await service.makeUser()
    const there = from()
    await failTimes(5, username, there)
    expect((await clients.RPC.login(id, 'wrong password', there)).status).toBe(401)
  })

  it('folds case as names are looked up, so that no spelling tells which account exists', async () => {
    await service.makeUser({ username: 'kate' })
    for (const name of ['ate', 'ink']) {
      const there = from()
      await failTimes(5, `\u212a${name}`, there)
      expect((await clients.RPC.login(`k${name}`, 'wrong password', there)).status, name).toBe(401)
    }
  })

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', 429],
    ['2001:db8:1:2::1', '2001:0db8:0001:0002:0::9', 429],
    ['2001:db8::1', '2001:db8:0:0:1::', 429],
    ['2001:db8:5::1', '[2001:DB8:5::2]:443', 429],
    ['[fe80::1%eth0]:443', 'fe80::2%eth1', 429],
    ['::ffff:10.1.2.3', '10.1.2.3', 429],
    ['2001:db8:1:3::1', '2001:db8:1:4::1', 401],
    ['::ffff:10.1.2.4', '::ffff:10.1.2.5', 401],
  ])('takes the network of an IPv6 address for the address: %s, then %s: %i', async (first, second, status) => {
    const { username } = await service.makeUser()
    await failTimes(5, username, from(first))
    expect((await clients.RPC.login(username, 'wrong password', from(second))).status).toBe(status)
  })

  it('is of an account and an address together: nobody locks out somebody elsewhere', async () => {
    const { username } = await service.makeUser()
    const { username: other } = await service.makeUser()
    const there = from()
    await failTimes(6, username, there)
    expect((await clients.RPC.login(username, password, from())).status).toBe(200)
    expect((await clients.RPC.login(other, password, there)).status).toBe(200)
    expect((await clients.RPC.login(username, password, there)).status).toBe(429)
  })

  it('takes the address that the proxy saw, not what the client says of itself', async () => {
    const { username } = await service.makeUser()
    const there = from()['X-Forwarded-For']
    for (let count = 0; count < 5; count++) await failTimes(1, username, from(`192.0.2.${count}, ${there}`))
    expect((await clients.RPC.login(username, password, from(`192.0.2.99, ${there}`))).status).toBe(429)
  })

  it('knows an account by its username, its email and any case of them', async () => {
    const { username, email } = await service.makeUser()
    const there = from()
    await failTimes(2, username, there)
    await failTimes(1, username.toUpperCase(), there)
    await failTimes(1, email, there)
    await failTimes(1, email.toUpperCase(), there)
    for (const identifier of [username, email])
      expect((await clients.REST.login(identifier, password, there)).status).toBe(429)
  })

  it('treats an account that does not exist like one that does, in any case', async () => {
    const [there, elsewhere] = [from(), from()]
    const { username } = await service.makeUser()
    const known = await failTimes(7, username, there)
    expect(await failTimes(7, 'Nobody-Like-This', there)).toEqual(known)
    const mixed = [
      ...(await failTimes(3, 'ghost@example.com', elsewhere)),
      ...(await failTimes(4, 'GHOST@example.com', elsewhere)),
    ]
    expect(mixed).toEqual(known)
  })

  it('counts a name with blanks around it as the name, whether or not there is such an account', async () => {
    const { username } = await service.makeUser()
    for (const name of [username, 'nobody-at-all']) {
      const there = from()
      const statuses = []
      for (const typed of [name, `${name} `, ` ${name}`, `\u3000${name}`, `${name}\t`, name])
        statuses.push(...(await failTimes(1, typed, there)))
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    }
  })

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

  it('begins anew in the next window', async () => {
    const { username } = await service.makeUser()
    const there = from()
    await failTimes(5, username, there)
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
    for (const each of [...typed, '203.0.113.77'])
      for (const spelling of spellings(each)) expect(stored).not.toContain(spelling.toLowerCase())
    expect(JSON.stringify(service.logged)).not.toContain(typed[0])
  })
})
