import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { rest } from '../src/generated/rest.ts'
import { rpc } from '../src/generated/rpc.ts'
import { createJanus, type JanusOptions, type RetryEvent } from '../src/index.ts'
import { failureOf } from './failure-of.ts'
import { type Answer, breakOff, failure, hangUp, json, silence, startOddServer, text } from './odd-server.ts'

const opened: (() => void)[] = []
// The shortest wait of those that chance can give.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0))
afterEach(() => {
  vi.restoreAllMocks()
  for (const close of opened.splice(0)) close()
})

async function odd(answers: Answer[], options: Partial<JanusOptions> = {}) {
  const server = await startOddServer(...answers)
  opened.push(server.close)
  const retried: RetryEvent[] = []
  const janus = createJanus({
    baseUrl: server.url,
    tokens: { accessToken: 'an.access.token' },
    onRetry: (event) => void retried.push(event),
    ...options,
  })
  return { server, retried, janus, a: rpc(janus), b: rest(janus), count: () => server.asked.length }
}

const fine = json(200, { user: { username: 'me' }, data: { username: 'me' } })
const busy = (status = 503, headers = {}) => failure(status, 'SERVICE_UNAVAILABLE', 'unavailable', headers)
const guest = { username: 'new', email: 'new@example.com', password: 'a good new one', role: 'guest' } as const

describe('a request is repeated', () => {
  it.each([408, 429, 502, 503, 504])('after %i, twice', async (status) => {
    const { a, count, retried } = await odd([busy(status)])
    expect(await failureOf(a.auth.me())).toMatchObject({ status })
    expect(count()).toBe(3)
    expect(retried).toMatchObject([
      { method: 'GET', path: '/auth:me', attempt: 1, error: { status } },
      { method: 'GET', path: '/auth:me', attempt: 2, error: { status } },
    ])
  })

  it.each([
    ['a connection that is closed', hangUp],
    ['an answer that breaks off', breakOff],
    ['an answer in HTML', text(502, '<h1>Bad gateway</h1>')],
  ])('after %s, until it is answered', async (_, answer) => {
    const { b, count } = await odd([answer, answer, fine])
    expect(await b.auth.profile()).toEqual({ username: 'me' })
    expect(count()).toBe(3)
  })

  it('when an attempt has taken too long', async () => {
    const { a, count } = await odd([silence, fine], { timeout: 300 })
    expect((await a.auth.me()).username).toBe('me')
    expect(count()).toBe(2)
  })

  it('as it was, with its body, headers and name', async () => {
    const changes = { fullName: 'before' }
    const { b, server } = await odd([busy(), fine], {
      onRetry: () => {
        changes.fullName = 'after'
      },
    })
    await b.users.update('0190', changes, { requestId: 'mine', headers: { 'X-Own': '1' }, language: 'zh' })
    const [first, second] = server.asked
    expect(first).toEqual(second)
    expect(second).toMatchObject({
      line: 'PATCH /users/0190',
      body: '{"fullName":"before"}',
      headers: {
        'x-request-id': 'mine',
        'x-own': '1',
        'accept-language': 'zh',
        authorization: 'Bearer an.access.token',
      },
    })
  })
})

describe('a request is not repeated', () => {
  it.each([400, 403, 404, 409, 413, 415, 418, 422, 500, 501])('after %i', async (status) => {
    const { a, count } = await odd([busy(status)])
    expect(await failureOf(a.auth.me())).toMatchObject({ status })
    expect(count()).toBe(1)
  })

  it('after an answer of 200 that is none of the service', async () => {
    const { a, count } = await odd([text(200, 'Welcome!')])
    await failureOf(a.auth.me())
    expect(count()).toBe(1)
  })

  it('when none is wanted, of all calls or of this one', async () => {
    const { a, count } = await odd([busy()], { retries: 0 })
    await failureOf(a.auth.me())
    expect(count()).toBe(1)
    await failureOf(a.auth.me({ retries: 3 }))
    expect(count()).toBe(5)
    const { a: other, count: counted } = await odd([busy()])
    await failureOf(other.auth.me({ retries: 0 }))
    await failureOf(other.auth.me({ retries: Number.NaN }))
    expect(counted()).toBe(2)
  })
})

describe('what may be repeated', () => {
  const { paths } = JSON.parse(readFileSync(new URL('../../../generated/openapi.json', import.meta.url), 'utf8'))
  const operations = Object.values<any>(paths).flatMap((methods) =>
    Object.entries<any>(methods)
      .filter(([, { operationId = '' }]) => /^(Rpc|Rest)\./.test(operationId))
      .map(([method, operation]) => ({ ...operation, method })),
  )

  it.each(operations.map((each) => [each.operationId, each] as const))(
    '%s: what the contract says',
    async (id, operation) => {
      const { janus, count } = await odd([busy()])
      const [style = '', group = '', name = ''] = id.split('.')
      const methods = (style === 'Rpc' ? rpc(janus) : rest(janus)) as any
      const ids = [...JSON.stringify(operation.parameters).matchAll(/\.(Id|Session)(Path|Query)/g)].map(() => '0190')
      await failureOf(methods[group.toLowerCase()][name](...ids, ...(operation.requestBody ? [{}] : [])))
      expect(count()).toBe(operation.method === 'get' || operation['x-idempotent'] ? 3 : 1)
    },
  )

  it('is everything that was refused before it was done', async () => {
    const limited = failure(429, 'RATE_LIMIT_EXCEEDED', 'rate_limited')
    const { a, count } = await odd([limited, limited, json(201, { message: 'Made', user: { username: 'new' } })])
    expect((await a.users.create(guest)).username).toBe('new')
    expect(count()).toBe(3)
  })
})

describe('the wait', () => {
  /** How long it is to be after this answer; it is not waited for. */
  async function firstWait(answer: Answer): Promise<number> {
    const controller = new AbortController()
    let told = Number.NaN
    const { a } = await odd([answer], {
      onRetry: ({ wait }) => {
        told = wait
        controller.abort()
      },
    })
    expect(await failureOf(a.auth.me({ signal: controller.signal }))).toMatchObject({ code: 'ABORTED' })
    return told
  }

  it.each([0, 0.5, 0.999_999])('is any time below a bound that doubles (%d of it)', async (share) => {
    vi.spyOn(Math, 'random').mockReturnValue(share)
    expect(await firstWait(busy())).toBe(500 * share)
  })

  it('doubles up to eight seconds', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { a, retried } = await odd([busy()], { timeout: 0 })
    const call = failureOf(a.auth.me({ retries: 7 }))
    for (let n = 1; n <= 7; n++) {
      while (retried.length < n) await new Promise(setImmediate)
      await vi.advanceTimersByTimeAsync(8000)
    }
    await call
    vi.useRealTimers()
    expect(retried.map(({ wait }) => wait)).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000])
  })

  it.each([
    ['seconds', () => '7', 7000, 7000],
    ['a part of one', () => '0.4', 1000, 1000],
    ['a date', () => new Date(Date.now() + 20_000).toUTCString(), 17_000, 20_000],
    ['the past', () => new Date(Date.now() - 20_000).toUTCString(), 0, 0],
    ['nothing that can be read', () => 'soon', 0, 0],
    ['a minute', () => '60', 60_000, 60_000],
  ])('is not shorter than Retry-After asks: %s', async (_, header, least, most) => {
    const wait = await firstWait(busy(503, { 'Retry-After': header() }))
    expect(wait).toBeGreaterThanOrEqual(least)
    expect(wait).toBeLessThanOrEqual(most)
  })

  it.each(['61', new Date(Date.now() + 3_600_000).toUTCString(), '1e9'])(
    'is left to the caller above a minute: %s',
    async (header) => {
      const { a, count, retried } = await odd([busy(503, { 'Retry-After': header })])
      const error = await failureOf(a.auth.me())
      expect(error.retryAfter).toBeGreaterThan(60)
      expect(count()).toBe(1)
      expect(retried).toEqual([])
    },
  )
})
