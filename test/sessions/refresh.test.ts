import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service, startService } from '../support/service.ts'
import { clientsOf, refusals, type StyleClient, type StyleName } from './styles.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const sessionsOf = async (id: string) => service.knex('sessions').where({ user_id: id })

describe.each<StyleName>(['RPC', 'REST'])('refreshing in the %s style', (style) => {
  const { unknown, expired, reused } = refusals[style]
  let client: StyleClient

  beforeAll(() => {
    client = clientsOf(service)[style]
  })

  async function expectDead(access: string, refresh: string): Promise<void> {
    expect((await client.whoami(access)).status).toBe(401)
    expect(await client.refresh(refresh)).toMatchObject({ status: 401, code: unknown })
  }

  it('gives a new pair, both of which work, in the same session', async () => {
    const { user, token, refresh } = await service.as('user')
    const next = await client.refresh(refresh)
    expect(next.status).toBe(200)
    expect(next.refresh).not.toBe(refresh)
    expect(next.access).not.toBe(token)
    expect((await client.whoami(next.access)).status).toBe(200)
    // The older access token lives until its time: a request on its way is not cut off by a
    // refresh.
    expect((await client.whoami(token)).status).toBe(200)
    expect((await client.refresh(next.refresh)).status).toBe(200)
    expect(await sessionsOf(user.id)).toHaveLength(1)
  })

  it('forgives a race for a few steps only, since each has to be walked', async () => {
    const { token, refresh } = await service.as('user')
    const all = [refresh]
    for (let step = 0; step < 17; step++) all.push((await client.refresh(all.at(-1) as string)).refresh)
    expect(await client.refresh(all[1] as string)).toMatchObject({ status: 200, refresh: all.at(-1) })
    expect(await client.refresh(refresh)).toMatchObject({ status: 401, code: reused })
    await expectDead(token, all.at(-1) as string)
  })

  it('goes on for a hundred steps, each of another token', async () => {
    const { user, refresh } = await service.as('user')
    const seen = new Set([refresh])
    let newest = refresh
    for (let step = 0; step < 100; step++) {
      newest = (await client.refresh(newest)).refresh
      seen.add(newest)
    }
    expect(seen.size).toBe(101)
    expect(await sessionsOf(user.id)).toHaveLength(1)
  })

  it('gives fifty racers with one token the same successor, and leaves one living family', async () => {
    const { user, refresh } = await service.as('user')
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.refresh(refresh)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const successors = new Set(answers.map((each) => each.refresh))
    expect(successors.size).toBe(1)
    for (const { access } of answers) expect((await client.whoami(access)).status).toBe(200)
    const [successor] = successors
    expect((await client.refresh(successor as string)).status).toBe(200)
    expect(await sessionsOf(user.id)).toHaveLength(1)
  })

  it('gives the newest token to whoever comes again within ten seconds, however far that has moved on', async () => {
    const { refresh: first } = await service.as('user')
    const second = (await client.refresh(first)).refresh
    const third = (await client.refresh(second)).refresh
    service.clock.advance(8)
    const again = await client.refresh(first)
    expect(again).toMatchObject({ status: 200, refresh: third })
    expect((await client.whoami(again.access)).status).toBe(200)
    expect((await client.refresh(third)).status).toBe(200)
  })

  it('takes a token two steps behind, after the grace, for stolen and ends the session', async () => {
    const { user, token, refresh: first } = await service.as('user')
    const second = await client.refresh(first)
    const third = await client.refresh(second.refresh)
    service.clock.advance(11)
    expect(await client.refresh(first)).toMatchObject({ status: 401, code: reused })
    expect(await sessionsOf(user.id)).toEqual([])
    for (const access of [token, second.access, third.access]) await expectDead(access, third.refresh)
    expect(await client.refresh(first)).toMatchObject({ status: 401, code: unknown })
  })

  it('forgives one step behind, long after, while nothing of the successor was used: the answer was lost', async () => {
    const { token, refresh: first } = await service.as('user')
    const lost = await client.refresh(first)
    service.clock.advance(1800)
    expect((await client.whoami(token)).status).toBe(200)
    const again = await client.refresh(first)
    expect(again).toMatchObject({ status: 200, refresh: lost.refresh })
    service.clock.advance(1800)
    expect(await client.refresh(first)).toMatchObject({ status: 200, refresh: lost.refresh })
    expect((await client.refresh(lost.refresh)).status).toBe(200)
  })

  it('takes one step behind for stolen once the access token of its successor was used', async () => {
    const { user, refresh: first } = await service.as('user')
    const second = await client.refresh(first)
    expect((await client.whoami(second.access)).status).toBe(200)
    service.clock.advance(11)
    expect(await client.refresh(first)).toMatchObject({ status: 401, code: reused })
    expect(await sessionsOf(user.id)).toEqual([])
    await expectDead(second.access, second.refresh)
  })

  it('takes it for stolen too when the access token that was used came from a second try', async () => {
    const { refresh: first } = await service.as('user')
    await client.refresh(first)
    const again = await client.refresh(first)
    expect((await client.whoami(again.access)).status).toBe(200)
    service.clock.advance(11)
    expect(await client.refresh(first)).toMatchObject({ status: 401, code: reused })
    await expectDead(again.access, again.refresh)
  })

  it('takes one step behind for stolen once the refresh token of its successor was used', async () => {
    const { user, refresh: first } = await service.as('user')
    const second = await client.refresh(first)
    const third = await client.refresh(second.refresh)
    service.clock.advance(11)
    expect(await client.refresh(first)).toMatchObject({ status: 401, code: reused })
    expect(await sessionsOf(user.id)).toEqual([])
    await expectDead(third.access, third.refresh)
  })

  it('ends at seven days, to the second, and each refresh begins them anew', async () => {
    const { refresh: first } = await service.as('user')
    service.clock.advance(604_790)
    const second = await client.refresh(first)
    expect(second.status).toBe(200)
    service.clock.advance(604_790)
    const third = await client.refresh(second.refresh)
    expect(third.status).toBe(200)
    service.clock.advance(604_801)
    expect(await client.refresh(third.refresh)).toMatchObject({ status: 401, code: expired })
    expect(await client.refresh(third.refresh)).toMatchObject({ status: 401, code: expired })
  })

  it('refuses what was never a refresh token', async () => {
    const { token, refresh } = await service.as('user')
    const flipped = `${refresh[0] === 'A' ? 'B' : 'A'}${refresh.slice(1)}`
    const wrong = [
      flipped,
      `${refresh} `,
      refresh.slice(1),
      refresh.toUpperCase(),
      token,
      'x',
      '令牌🔑',
      '\0',
      'x'.repeat(4096),
    ]
    for (const each of wrong) {
      const { status, code, headers } = await client.refresh(each)
      expect({ status, code }).toEqual({ status: 401, code: unknown })
      expect(headers['www-authenticate']).toMatch(/^Bearer/)
    }
    expect((await client.refresh(refresh)).status).toBe(200)
  })

  it('is never cached, whether it succeeds or fails', async () => {
    const { refresh } = await service.as('user')
    for (const token of [refresh, 'unknown'])
      expect((await client.refresh(token)).headers['cache-control']).toBe('no-store')
  })

  it('refuses a refresh token in the place of an access token', async () => {
    const { refresh } = await service.as('user')
    expect((await client.whoami(refresh)).status).toBe(401)
  })
})
