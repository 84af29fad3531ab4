import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'
import { clientsOf, refusals, type StyleClient, type StyleName } from './styles.ts'

const day = 86_400

let service: Service
let clients: Record<StyleName, StyleClient>

beforeAll(async () => {
  service = await startService({ rateLimitPerMinute: 30 })
  clients = clientsOf(service)
})
afterAll(() => service.close())

/** What is done while the clock is a day ahead; then it is set right again. */
async function tomorrow<T>(work: () => Promise<T>): Promise<T> {
  service.clock.advance(day)
  try {
    return await work()
  } finally {
    service.clock.advance(-day)
  }
}

describe.each<StyleName>(['RPC', 'REST'])('after the clock was a day ahead, in the %s style', (style) => {
  const { login, refresh, whoami } = {
    login: (name: string, secret = password) => clients[style].login(name, secret),
    refresh: (token: string) => clients[style].refresh(token),
    whoami: (token: string) => clients[style].whoami(token),
  }

  it('a login lock that was closed meanwhile is open, and closes again as ever', async () => {
    const { username } = await service.makeUser()
    const fail = () => login(username, 'wrong password')
    await tomorrow(async () => {
      for (let count = 0; count < 5; count++) await fail()
      expect((await login(username)).status).toBe(429)
    })
    const statuses = []
    for (let count = 0; count < 6; count++) statuses.push((await fail()).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    const { headers } = await login(username)
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(900)
    service.clock.advance(900)
    expect((await login(username)).status).toBe(200)
  })

  it('a lock never asks for more than its window, however little the clock went back', async () => {
    const { username } = await service.makeUser()
    for (let count = 0; count < 5; count++) await login(username, 'wrong password')
    service.clock.advance(-20)
    const { status, headers } = await login(username)
    service.clock.advance(20)
    expect({ status, wait: headers['retry-after'] }).toEqual({ status: 429, wait: '900' })
  })

  it('the tokens of tomorrow are not good today, and no longer tomorrow than others', async () => {
    const { username } = await service.makeUser()
    const pair = await tomorrow(() => login(username))
    expect((await whoami(pair.access)).status).toBe(401)
    expect(await refresh(pair.refresh)).toMatchObject({ status: 401, code: refusals[style].expired })
    expect((await login(username)).status).toBe(200)
  })

  it('a refresh token that was used meanwhile is not forgiven for a day', async () => {
    const { username } = await service.makeUser()
    // Born before, or it would be of tomorrow itself.
    const first = await login(username)
    await tomorrow(async () => whoami((await refresh(first.refresh)).access))
    expect(await refresh(first.refresh)).toMatchObject({ status: 401, code: refusals[style].reused })
  })

  it('the requests of a minute are counted anew, and `X-RateLimit-Reset` is within it', async () => {
    const { username } = await service.makeUser()
    const { access } = await login(username)
    service.clock.nextMinute()
    service.clock.advance(day)
    const { access: ahead } = await login(username)
    for (let count = 0; count < 31; count++) await whoami(ahead)
    expect((await whoami(ahead)).status).toBe(429)
    service.clock.advance(-day)
    const { status, headers } = await service.call('GET', style === 'RPC' ? '/auth:me' : '/auth/profile', {
      token: access,
    })
    expect(status).toBe(200)
    const left = Number(headers['x-ratelimit-reset']) - service.clock.now().getTime() / 1000
    expect(left).toBeLessThanOrEqual(60)
  })
})
