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
  ;({ service, clients, from, failTimes } = await startBehindProxy({ loginCeiling: 8, loginAccountsPerPrefix: 6 }))
})
afterAll(() => service.close())

/** Of a login, all that somebody learns from it. */
const told = ({ status, code, headers }: Awaited<ReturnType<World['clients']['RPC']['login']>>) => ({
  status,
  code,
  wait: headers['retry-after'] && Math.round(Number(headers['retry-after']) / 10),
})

/** Fails from so many prefixes. */
async function failFromMany(times: number, name: string) {
  for (let n = 0; n < times; n++) expect(await failTimes(1, name, from())).toEqual([401])
}

describe.each<StyleName>(['RPC', 'REST'])('the ceiling of an account in the %s style', (style) => {
  const login = (name: string, secret: string, headers: Record<string, string>) =>
    clients[style].login(name, secret, headers)
  const locked = { status: 429, code: style === 'RPC' ? 'LOGIN_RATE_LIMIT' : 'AUTH_008' }

  it('leaves each stranger one try an hour, and lets in where its owner has been before', async () => {
    const { username } = await service.makeUser()
    const [home, stranger, other] = [from(), from(), from()]
    expect((await login(username, password, home)).status).toBe(200)
    await failFromMany(8, username)
    expect((await login(username, 'wrong password', stranger)).status).toBe(401)
    for (const secret of ['wrong password', password]) {
      const answer = await login(username, secret, stranger)
      expect(answer).toMatchObject(locked)
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(3590)
    }
    expect((await login(username, password, home)).status).toBe(200)
    expect((await login(username, password, other)).status, 'a success resets the count').toBe(200)
  })

  it('is the same to a stranger, whether or not there is such an account, and it was there before', async () => {
    const { username } = await service.makeUser()
    const { username: roamer } = await service.makeUser()
    const here = from()
    await login(roamer, password, here)
    const learnt = []
    for (const name of [username, roamer, `nobody-${style}`]) {
      await failFromMany(8, name)
      const answers = []
      for (let n = 0; n < 7; n++) answers.push(told(await login(name, 'wrong password', here)))
      learnt.push(answers)
    }
    const { code } = locked
    expect(learnt[0]).toEqual([
      { status: 401, code: expect.any(String), wait: undefined },
      ...Array(6).fill({ status: 429, code, wait: 360 }),
    ])
    expect(learnt[1]).toEqual(learnt[0])
    expect(learnt[2]).toEqual(learnt[0])
  })

  it('gives the next try an hour after the last, also after a right password that came too early', async () => {
    const { username } = await service.makeUser()
    const here = from()
    await failFromMany(8, username)
    await login(username, 'wrong password', here)
    service.clock.advance(1800)
    expect(told(await login(username, password, here))).toEqual({ ...locked, wait: 180 })
    service.clock.advance(1801)
    expect((await login(username, password, here)).status).toBe(200)
  })
})

describe('the ceiling of an account', () => {
  it('is of its failures since the last success, from anywhere', async () => {
    const { username } = await service.makeUser()
    await failFromMany(7, username)
    expect((await clients.RPC.login(username, password, from())).status).toBe(200)
    await failFromMany(7, username)
    const here = from()
    expect(await failTimes(2, username, here)).toEqual([401, 429])
  })

  it('is of guesses at the current password too', async () => {
    const { user, token } = await service.as('user')
    await failFromMany(8, user.username)
    const headers = from()
    const change = async (old_password: string) =>
      (await service.call('POST', '/auth:me', { token, headers, json: { old_password, password: 'a new password' } }))
        .status
    expect([await change('wrong'), await change(password)]).toEqual([401, 429])
  })

  it('lets a burst from one stranger try once', async () => {
    const { username } = await service.makeUser()
    await failFromMany(8, username)
    const here = from()
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => clients.RPC.login(username, n === 11 ? password : `guess ${n}`, here)),
    )
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(11)
  })

  it('ends with a reset of the password, after which nowhere is known', async () => {
    const { token } = await service.as('admin')
    const { id, username } = await service.makeUser()
    const home = from()
    await clients.RPC.login(username, password, home)
    await failFromMany(8, username)
    const json = { action: 'reset_password', new_password: 'another horse battery' }
    expect((await service.call('POST', `/users:update?id=${id}`, { token, json })).status).toBe(200)
    expect(await failTimes(2, username, from())).toEqual([401, 401])
    await failFromMany(6, username)
    await failTimes(1, username, home)
    expect((await clients.RPC.login(username, 'another horse battery', home)).status).toBe(429)
  })

  it('knows whoever has changed the password where they were then, and nowhere else', async () => {
    const { user, token } = await service.as('user')
    const [home, elsewhere] = [from(), from()]
    for (const place of [home, elsewhere]) await clients.RPC.login(user.username, password, place)
    const json = { old_password: password, password: 'another horse battery' }
    expect((await service.call('POST', '/auth:me', { token, json, headers: home })).status).toBe(200)
    await failFromMany(8, user.username)
    for (const place of [home, elsewhere]) await failTimes(1, user.username, place)
    expect((await clients.RPC.login(user.username, 'another horse battery', elsewhere)).status).toBe(429)
    expect((await clients.RPC.login(user.username, 'another horse battery', home)).status).toBe(200)
  })
})

describe.each<StyleName>(['RPC', 'REST'])('a prefix that fails at many accounts, in the %s style', (style) => {
  it('is slowed at all but those that were logged in to from it', async () => {
    const { username: colleague } = await service.makeUser()
    const { username: stranger } = await service.makeUser()
    const office = from()
    expect((await clients[style].login(colleague, password, office)).status).toBe(200)
    for (let n = 0; n < 6; n++) expect(await failTimes(1, `made-up-${style}-${n}`, office)).toEqual([401])
    const learnt = []
    for (const name of [colleague, stranger, `none-${style}`])
      learnt.push(told(await clients[style].login(name, 'wrong password', office)))
    expect(learnt).toEqual(Array(3).fill({ status: 429, code: learnt[0]?.code, wait: 90 }))
    expect((await clients[style].login(colleague, password, office)).status).toBe(200)
    expect((await clients[style].login(stranger, password, office)).status).toBe(429)
    expect((await clients[style].login(stranger, password, from())).status).toBe(200)
    service.clock.advance(901)
    expect((await clients[style].login(stranger, password, office)).status).toBe(200)
    expect(await failTimes(2, `one-more-${style}`, office)).toEqual([401, 429])
    expect(told(await clients[style].login(`one-more-${style}`, password, office)).wait).toBe(180)
  })
})
