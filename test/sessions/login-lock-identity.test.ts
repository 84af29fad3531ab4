import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service } from '../support/service.ts'
import { startBehindProxy } from './login-failures.ts'
import type { StyleName } from './styles.ts'

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
    expect((await clients[style].login(username, password, from('203.0.114.7:50003'))).status).toBe(200)
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
    ['::ffff:10.1.2.4', '::ffff:10.1.2.5', 429],
    ['10.1.2.0', '10.1.2.255', 429],
    ['10.1.2.4', '10.1.3.4', 401],
    ['::ffff:10.1.2.4', '10.2.2.4', 401],
  ])('takes the prefix of an address for the address: %s, then %s: %i', async (first, second, status) => {
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
})
