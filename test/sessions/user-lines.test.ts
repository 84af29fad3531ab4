import { Agent } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ClientGone } from '../../src/domain/waiter.ts'
import { createUserLines, placesOf } from '../../src/http/user-lines.ts'
import { outcome } from '../support/outcome.ts'
import { type Call, type Reply, type Service, send, startService } from '../support/service.ts'

describe('a line', () => {
  const limited = expect.objectContaining({
    failure: expect.objectContaining({ reason: 'rate_limited', retryAfter: 1 }),
  })

  it('lets a few in at once, the others in order, and refuses what is beyond', async () => {
    const lines = createUserLines({ atOnce: 2, waiting: 2 })
    const entered: number[] = []
    const requests = Array.from({ length: 5 }, () => lines.forRequest())
    const entries = requests.map(async ({ enter }, n) => {
      await enter('user')
      entered.push(n)
    })
    await expect(entries[4]).rejects.toEqual(limited)
    expect(entered).toEqual([0, 1])
    // Nobody else waits for them.
    await lines.forRequest().enter('another user')
    requests[1]?.leave()
    await entries[2]
    expect(entered).toEqual([0, 1, 2])
    requests[0]?.leave()
    await entries[3]
    expect(entered).toEqual([0, 1, 2, 3])
  })

  it('is forgotten when nobody stands in it', async () => {
    const lines = createUserLines({ atOnce: 1, waiting: 1 })
    const [first, second, third] = [lines.forRequest(), lines.forRequest(), lines.forRequest()]
    await first.enter('token')
    await first.enter('user')
    const waits = second.enter('user')
    await expect(third.enter('user')).rejects.toEqual(limited)
    third.leave()
    expect(lines.size()).toBe(2)
    first.leave()
    await waits
    expect(lines.size()).toBe(1)
    second.leave()
    second.leave()
    expect(lines.size()).toBe(0)
  })

  it('is left by who hangs up, whose place is then free', async () => {
    const lines = createUserLines({ atOnce: 1, waiting: 1 })
    const leaving = new AbortController()
    const [first, gone, next] = [lines.forRequest(), lines.forRequest(leaving.signal), lines.forRequest()]
    await first.enter('user')
    const lost = gone.enter('user')
    leaving.abort(new ClientGone())
    await expect(lost).rejects.toThrow(ClientGone)
    await expect(lines.forRequest(leaving.signal).enter('somebody')).rejects.toThrow(ClientGone)
    const waits = next.enter('user')
    gone.leave()
    first.leave()
    await waits
    next.leave()
    expect(lines.size()).toBe(0)
  })

  it('is never waited for twice by one request, which would wait for itself', async () => {
    const lines = createUserLines({ atOnce: 1, waiting: 1 })
    const request = lines.forRequest()
    await request.enter('user')
    await request.enter('user')
    request.leave()
    expect(lines.size()).toBe(0)
  })

  it('has room for a third of the connections, and for one at least', () => {
    expect([1, 2, 3, 10, 100].map(placesOf)).toEqual([1, 1, 1, 3, 33])
  })
})

interface Attacker {
  readonly token: string
  readonly refresh: string
}

describe('one user who sends many requests at once', () => {
  let service: Service

  beforeAll(async () => {
    // On a disk that is busy a commit takes seconds, for which three who wait for one row wait in
    // turn.
    service = await startService({ rateLimitPerMinute: 0, dbStatementTimeoutMs: 30_000 })
  })
  afterAll(() => {
    agent.destroy()
    return service?.close()
  })

  // Apart from the others' agent, who must not wait for a connection; more at once, and the system
  // would refuse some.
  const agent = new Agent({ keepAlive: true, maxSockets: 400 })
  const attack = (path: string, call: Call) => {
    const [method, target] = path.split(' ') as [string, string]
    return send(agent, service.url, method, target, call)
  }
  let sent = 0
  const floods: Record<string, (attacker: Attacker, n: number) => Call> = {
    'POST /auth:me': ({ token }) => ({ token, json: { email: `flood-${++sent}@example.com` } }),
    'PATCH /auth/profile': ({ token }, n) => ({ token, json: { fullName: `Flood ${n}` } }),
    'POST /auth:refresh': ({ refresh }) => ({ json: { refresh_token: refresh } }),
    'POST /auth/refresh': ({ refresh }) => ({ json: { refreshToken: refresh } }),
  }

  /**
   * What others do meanwhile: reads and writes in both styles, one after the other. `median` in
   * milliseconds.
   */
  async function others(token: string): Promise<{ statuses: number[]; median: number }> {
    const statuses: number[] = []
    const taken: number[] = []
    const time = async (reply: Promise<Reply>) => {
      const begun = performance.now()
      statuses.push((await reply).status)
      taken.push(performance.now() - begun)
    }
    for (let n = 0; n < 15; n++) {
      await time(service.call('GET', '/auth:me', { token }))
      await time(service.call('GET', '/auth/profile', { token }))
      await time(service.call('POST', '/auth:me', { token, json: { email: `other-${n}@example.com` } }))
      await time(service.call('PATCH', '/auth/profile', { token, json: { fullName: `Other ${n}` } }))
    }
    return { statuses, median: taken.toSorted((a, b) => a - b)[30] as number }
  }

  describe.each(Object.entries(floods))('%s', (name, callOf) => {
    const flood = (who: Attacker, count: number) =>
      Promise.all(Array.from({ length: count }, (_, n) => attack(name, callOf(who, n))))

    it('meets no refusal up to a hundred, and holds a few connections alone', async () => {
      const who = await service.as('guest')
      let held = 0
      const watching = setInterval(() => (held = Math.max(held, service.sql.inUse())), 1)
      const answers = await flood(who, 100)
      clearInterval(watching)
      expect(answers.map(outcome)).toEqual(Array(100).fill('200'))
      expect(held).toBeGreaterThan(0)
      expect(held).toBeLessThanOrEqual(3)
    })

    it('keeps nobody else waiting, whatever one user sends', async () => {
      const [who, other] = [await service.as('guest'), await service.as('user')]
      const quiet = await others(other.token)
      const [answers, meanwhile] = await Promise.all([flood(who, 1500), others(other.token)])
      const unavailable = service.logged.filter(({ status }) => status === 503)
      expect(unavailable.map(({ path, err }) => `${path} ${err?.cause?.message ?? err?.message}`)).toEqual([])
      expect(meanwhile.statuses).toEqual(quiet.statuses)
      // The floor is for a machine that has something else to do; without a line the median was
      // some seconds.
      expect(meanwhile.median).toBeLessThan(Math.max(3 * quiet.median, 250))
      const refused = answers.filter(({ status }) => status === 429)
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]))
      expect(answers.length - refused.length).toBeGreaterThanOrEqual(100)
      for (const { headers } of refused) expect(headers['retry-after']).toBe('1')
      const code = name.includes(':') ? '429 RATE_LIMIT_EXCEEDED' : '429 SYS_007'
      expect(new Set(refused.map(outcome))).toEqual(new Set([code]))
    })
  })
})
