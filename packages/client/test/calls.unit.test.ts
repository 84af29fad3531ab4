import { execFile } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { rest } from '../src/generated/rest.ts'
import { rpc } from '../src/generated/rpc.ts'
import { ConnectionError, createJanus, type JanusOptions } from '../src/index.ts'
import { failureOf } from './failure-of.ts'
import { type Answer, failure, hangUp, json, silence, startOddServer } from './odd-server.ts'

const opened: (() => void)[] = []
afterEach(() => {
  vi.restoreAllMocks()
  for (const close of opened.splice(0)) close()
})

async function odd(answers: Answer[], options: Partial<JanusOptions> = {}) {
  const server = await startOddServer(...answers)
  opened.push(server.close)
  const janus = createJanus({ baseUrl: server.url, tokens: { accessToken: 'an.access.token' }, ...options })
  return { server, janus, a: rpc(janus), b: rest(janus), count: () => server.asked.length }
}

const fine = json(200, { user: { username: 'me' }, data: { username: 'me' } })
const busy = failure(503, 'SERVICE_UNAVAILABLE', 'unavailable', { 'Retry-After': '50' })

describe('a call that is given up', () => {
  const aborted = { name: 'AbortError', code: 'ABORTED', requestId: 'mine', cause: 'why not' }
  const login = { username: 'me', password: 'secret word' }

  it.each<[string, Answer, Partial<JanusOptions>, number]>([
    ['before', fine, {}, 0],
    ['before, without a session', fine, { tokens: undefined, login }, 0],
    ['while it is sent', silence, {}, 1],
    ['while it waits for another attempt', busy, {}, 1],
    ['while it waits for a session', silence, { tokens: undefined, login }, 1],
  ])('%s fails as such, and is sent no more', async (when, answer, options, sent) => {
    const { a, count } = await odd([answer], options)
    const controller = new AbortController()
    const { signal } = controller
    if (when.startsWith('before')) controller.abort('why not')
    const call = failureOf(a.auth.me({ signal, requestId: 'mine' }))
    if (sent) await vi.waitUntil(() => count() === sent && getEventListeners(signal, 'abort').length > 0)
    controller.abort('why not')
    const error = await call
    expect(error).toMatchObject(aborted)
    expect(error).toBeInstanceOf(ConnectionError)
    await new Promise(setImmediate)
    expect(count()).toBe(sent)
  })

  it('by the hook that hears of a failure waits no more', async () => {
    const controller = new AbortController()
    const { a, count } = await odd([busy], { onRetry: () => controller.abort() })
    expect(await failureOf(a.auth.me({ signal: controller.signal }))).toMatchObject({ code: 'ABORTED' })
    expect(count()).toBe(1)
  })

  it('does not end the login that others wait for', async () => {
    let go = () => {}
    const grant = json(200, { data: { accessToken: 'a', refreshToken: 'r', expiresIn: 3600 } })
    const slow: Answer = (...args) => {
      go = () => grant(...args)
    }
    const { a, count } = await odd([slow, fine], { tokens: undefined, login })
    const controller = new AbortController()
    const [one, other] = [failureOf(a.auth.me({ signal: controller.signal })), a.auth.me()]
    await vi.waitUntil(() => count() === 1)
    controller.abort()
    expect(await one).toMatchObject({ code: 'ABORTED' })
    go()
    expect((await other).username).toBe('me')
  })

  it('or not leaves nothing with a signal that lives on', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { signal } = new AbortController()
    const { a } = await odd([hangUp, hangUp, fine])
    for (let i = 0; i < 3; i++) await a.auth.me({ signal })
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('the options of a call', () => {
  it('stand in place of those of all calls', async () => {
    const { a, server } = await odd([fine], { language: 'zh', headers: { 'x-tenant': 'one', 'X-Both': 'kept' } })
    await a.auth.me()
    await a.auth.me({ language: 'en', headers: { 'X-Tenant': 'two' }, requestId: 'mine' })
    expect(server.asked).toMatchObject([
      { headers: { 'accept-language': 'zh', 'x-tenant': 'one', 'x-both': 'kept' } },
      { headers: { 'accept-language': 'en', 'x-tenant': 'two', 'x-both': 'kept', 'x-request-id': 'mine' } },
    ])
  })

  it('may bring an own Authorization, in any case, which needs no session', async () => {
    const { a, server } = await odd([fine], { tokens: undefined, login: { username: 'me', password: 'secret' } })
    await a.auth.me({ headers: { authorization: 'Bearer my.own' } })
    expect(server.asked).toMatchObject([{ line: 'GET /auth:me', headers: { authorization: 'Bearer my.own' } }])
  })

  it('bound an attempt in time', async () => {
    const { a, count } = await odd([silence], { retries: 0 })
    const error = await failureOf(a.auth.me({ timeout: 100 }))
    expect(error).toMatchObject({ name: 'TimeoutError', code: 'TIMED_OUT', message: 'No answer within 100 ms' })
    expect(count()).toBe(1)
  })

  it.each([0, Infinity, 2 ** 31])('may leave an attempt all the time it takes: %d', async (timeout) => {
    const late: Answer = (...args) => setTimeout(() => fine(...args), 100)
    const { a } = await odd([late], { retries: 0 })
    expect((await a.auth.me({ timeout })).username).toBe('me')
  })

  it('are heard of by the hooks, with the name that the service gave', async () => {
    const events: object[] = []
    const named = json(200, { user: { username: 'me' } }, { 'X-Request-Id': 'of-the-service' })
    const { a } = await odd([named], {
      onRequest: (event) => void events.push(event),
      onResponse: (event) => void events.push(event),
    })
    await a.users.get('0190')
    expect(events).toEqual([
      { method: 'GET', path: '/users:get', attempt: 1, requestId: undefined },
      {
        method: 'GET',
        path: '/users:get',
        attempt: 1,
        requestId: 'of-the-service',
        status: 200,
        ms: expect.any(Number),
      },
    ])
  })
})

describe('a rejection', () => {
  const script = fileURLToPath(new URL('call-ends.ts', import.meta.url))
  const run = async (way: string) => {
    const { server } = await odd([failure(404, 'USER_NOT_FOUND', 'user_not_found')])
    return promisify(execFile)(process.execPath, [script, server.url, way], { timeout: 30_000 }).then(
      ({ stdout }) => stdout,
      ({ code, stderr }) => `${code}: ${stderr}`,
    )
  }

  it.each(['result', 'withResponse', 'list-result', 'caught', 'timers'])(
    'is nobody’s to handle where the call is taken otherwise, and the process ends: %s',
    async (way) => {
      expect(await run(way)).toBe('ended\n')
    },
  )

  it('that nobody handles is not hidden', async () => {
    expect(await run('nothing')).toMatch(/^1: [\s\S]*NotFoundError/)
  })
})
