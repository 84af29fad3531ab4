import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Service, startService } from '../../../test/support/service.ts'
import { rest } from '../src/generated/rest.ts'
import { rpc } from '../src/generated/rpc.ts'
import { createJanus, type JanusOptions } from '../src/index.ts'
import { failureOf } from './failure-of.ts'
import { type Answer, failure, hangUp, json, silence, startOddServer, text } from './odd-server.ts'

/** Each of them can be told from whatever else there is. */
const secret = {
  password: 'pass-3c9d word',
  next: 'next-77aa word',
  accessToken: 'access-51fe.token',
  refreshToken: 'refresh-c0de-token',
}
const traces = /3c9d|77aa|51fe|c0de/

let service: Service
let username: string
const printed: unknown[] = []
const events: unknown[] = []
const opened: (() => void)[] = []

beforeAll(async () => {
  service = await startService()
  username = (await service.makeUser({ role: 'admin', password: secret.password })).username
})
afterAll(() => service.close())
beforeEach(() => {
  printed.length = events.length = 0
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
    vi.spyOn(console, name).mockImplementation((...args) => void printed.push(...args))
})
afterEach(() => {
  vi.restoreAllMocks()
  for (const close of opened.splice(0)) close()
})

const hooks = {
  onRequest: (event) => void events.push(event),
  onResponse: (event) => void events.push(event),
  onRetry: (event) => void events.push(event),
  onSessionEnd: (error) => void events.push(error),
} satisfies Partial<JanusOptions>

const made = (options: Partial<JanusOptions> = {}) =>
  createJanus({ baseUrl: service.url, retries: 0, timeout: 2000, ...hooks, ...options })

async function odd(options: Partial<JanusOptions>, ...answers: Answer[]) {
  const server = await startOddServer(...answers)
  opened.push(server.close)
  return made({ baseUrl: server.url, retries: 1, timeout: 300, ...options })
}

const { accessToken, refreshToken, password } = secret
const tokens = { accessToken, refreshToken }
const login = () => ({ username, password })
const expired = failure(401, 'INVALID_TOKEN', 'token_invalid')
/** A proxy that shows what it was sent: nobody's, but it happens. */
const echo = text(502, `<pre>${Object.values(secret).join('\n')}</pre>`)
/** An answer with what was asked for, in a framing that cannot be read. */
const garbled: Answer = (response) => {
  response.socket?.end(
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{"a":"${accessToken} ${refreshToken}"}\r\n`,
  )
}
/** The same before any answer can be read. */
const unframed: Answer = (response) => {
  response.socket?.end(`{"data":{"accessToken":"${accessToken}","refreshToken":"${refreshToken}"}}\r\n`)
}

const me = (janus: ReturnType<typeof createJanus>) => failureOf(rpc(janus).auth.me())

const ways: Record<string, () => Promise<unknown>> = {
  'a token with a line feed in it': () => me(made({ tokens: { accessToken: `${accessToken}\n${accessToken}` } })),
  'a token that no header takes': () => me(made({ tokens: { accessToken: `${accessToken}\u{1F511}` } })),
  'an own header with a line feed in it': () =>
    failureOf(rpc(made()).auth.me({ headers: { Authorization: `Bearer ${accessToken}\nX` } })),
  'a header of all calls with a line feed in it': () =>
    me(made({ headers: { Authorization: `${accessToken}\r\nX: y` } })),
  'a baseUrl with a password': async () => {
    for (const baseUrl of [`https://me:${accessToken}@example.com`, `http://${accessToken}@example.com/a`])
      try {
        made({ baseUrl })
      } catch (error) {
        events.push(error)
      }
    expect(events).toHaveLength(2)
    return events[1]
  },
  'a refused login': () => me(made({ login: { username, password: secret.next } })),
  'a refused login by hand': () => failureOf(made().login({ username, password: secret.next })),
  'a refused login by a method': () => failureOf(rpc(made()).auth.login({ username, password: secret.next })),
  'a login that is no login': () =>
    failureOf(rest(made()).auth.login({ usernameOrEmail: username, password, extra: password } as never)),
  'a refused token': () => me(made({ tokens: { accessToken } })),
  'a refused refresh': () => me(made({ tokens })),
  'a refused refresh by a method': () => failureOf(rest(made()).auth.refresh({ refreshToken })),
  'a refused change of the own password': () =>
    failureOf(rpc(made({ login: login() })).auth.updateMe({ old_password: secret.next, password: secret.next })),
  'a change to the same password': () =>
    failureOf(rpc(made({ login: login() })).auth.updateMe({ old_password: password, password })),
  'a change to a confirmed other one': () =>
    failureOf(
      rest(made({ login: login() })).auth.changePassword({
        currentPassword: password,
        newPassword: secret.next,
        confirmPassword: password,
      }),
    ),
  'a creation that breaks the contract': () =>
    failureOf(rpc(made({ login: login() })).users.create({ username: 1, password, email: password } as never)),
  'a connection that fails while logging in': async () => me(await odd({ login: login() }, hangUp)),
  'a connection that is refused while logging in': () => me(made({ baseUrl: 'http://127.0.0.1:9', login: login() })),
  'no answer to a login': async () => me(await odd({ login: login() }, silence)),
  'a connection that fails while refreshing': async () => me(await odd({ tokens }, expired, hangUp)),
  'no answer to a refresh': async () => me(await odd({ tokens }, expired, silence)),
  'a connection that fails while logging out': async () => failureOf((await odd({ tokens }, hangUp)).logout()),
  'a proxy that echoes a login': async () => me(await odd({ login: login() }, echo)),
  'a proxy that echoes a refresh': async () => me(await odd({ tokens }, expired, echo)),
  'a login with an answer cut short': async () =>
    me(await odd({ login: login() }, text(200, JSON.stringify({ data: tokens }).slice(0, -2)))),
  'a login with an answer of another kind': async () => me(await odd({ login: login() }, json(200, { tokens }))),
  'a login with an answer in parts that are none': async () => me(await odd({ login: login() }, garbled)),
  'a login with an answer without a head': async () => me(await odd({ login: login() }, unframed)),
  'a body that is no JSON': () => {
    const circle: Record<string, unknown> = { password, username }
    circle.email = circle
    return failureOf(rpc(made()).auth.login(circle as never))
  },
  'a call that is given up while logging in': async () => {
    const controller = new AbortController()
    const janus = await odd({ login: login() }, silence)
    const call = failureOf(rpc(janus).auth.me({ signal: controller.signal }))
    setTimeout(() => controller.abort(), 50)
    return call
  },
}

describe('no message, JSON, inspection, event or log holds a secret:', () => {
  it.each(Object.keys(ways))('%s', async (way) => {
    const error = await (ways[way] as () => Promise<unknown>)()
    expect(error).toBeInstanceOf(Error)
    for (const told of [error, ...events, ...printed]) {
      expect(String(told)).not.toMatch(traces)
      expect(JSON.stringify(told) ?? '').not.toMatch(traces)
      expect(inspect(told, { depth: 10, showHidden: true })).not.toMatch(traces)
      expect(told instanceof Error ? told.stack : '').not.toMatch(traces)
    }
    expect(printed).toEqual([])
  })

  it('nor does the session itself, nor its faces', async () => {
    const janus = made({ login: login() })
    await rpc(janus).auth.me()
    for (const each of [janus, rpc(janus), rest(janus)])
      expect(inspect(each, { depth: 10, showHidden: true }) + JSON.stringify(each)).not.toMatch(/3c9d|eyJ/)
  })
})
