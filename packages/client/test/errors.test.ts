import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../../../test/support/service.ts'
import * as classes from '../src/errors.ts'
import { rest } from '../src/generated/rest.ts'
import { rpc } from '../src/generated/rpc.ts'
import { createJanus, JanusError } from '../src/index.ts'
import { clientOf, personOf } from './clients.ts'
import { failureOf } from './failure-of.ts'
import { type Answer, breakOff, failure, hangUp, json, silence, startOddServer, text } from './odd-server.ts'

let service: Service
let person: Awaited<ReturnType<typeof personOf>>

beforeAll(async () => {
  service = await startService({ loginAttempts: 3, bodyLimit: 1000 })
  person = await personOf(service)
  await service.makeUser({ username: 'somebody', email: 'somebody@example.com' })
})
afterAll(() => service.close())

const { errorOf: _, ...errors }: Record<string, any> = classes
const nobody = '0190ABCD000000000000000000'
const body = { username: 'a-new-one', email: 'new@example.com', password: 'a good new password', role: 'user' } as const

describe('a failure of the service', () => {
  const ways: [string, () => PromiseLike<unknown>, object][] = [
    [
      'BadRequestError',
      () => person.a.users.create({ ...body, email: 'no email' }),
      { status: 400, code: 'INVALID_EMAIL_FORMAT', reason: 'bad_email' },
    ],
    [
      'BadRequestError',
      () => person.a.users.create({ ...body, email: 'x'.repeat(2000) }),
      { status: 413, code: 'PAYLOAD_TOO_LARGE', reason: 'body_too_large' },
    ],
    [
      'AuthenticationError',
      () => person.a.auth.login({ username: 'nobody', password: 'wrong' }),
      { status: 401, code: 'INVALID_CREDENTIALS', reason: 'credentials_refused' },
    ],
    [
      'PermissionError',
      () => person.a.users.destroy(person.user.id),
      { status: 403, code: 'CANNOT_MODIFY_SELF', reason: 'self_deletion' },
    ],
    [
      'NotFoundError',
      () => person.a.users.get(nobody),
      { status: 404, code: 'USER_NOT_FOUND', reason: 'user_not_found' },
    ],
    [
      'ConflictError',
      () => person.a.users.create({ ...body, username: 'Somebody' }),
      { status: 409, code: 'USERNAME_EXISTS', reason: 'username_taken' },
    ],
    [
      'UnprocessableError',
      () =>
        person.b.auth.changePassword({
          currentPassword: password,
          newPassword: password,
          confirmPassword: password,
        }),
      { status: 422, reason: 'same_password' },
    ],
  ]

  it.each(ways)('is a %s', async (name, call, expected) => {
    const error = await failureOf(call())
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(JanusError)
    expect(error).toBeInstanceOf(errors[name])
    expect(error).toMatchObject({ name, ...expected })
    expect(error.message).not.toMatch(/undefined|\[object/)
    expect(String(error)).toBe(`${name}: ${error.message}`)
    expect(error.stack).toContain(error.message)
    expect(error.requestId).toMatch(/^[\w.:-]+$/)
    expect(service.logged.some((line) => JSON.stringify(line).includes(error.requestId as string))).toBe(true)
    expect(error.response).toBeInstanceOf(Response)
    expect(error.response?.headers.get('X-Request-Id')).toBe(error.requestId)
    expect(error.response?.status).toBe(error.status)
    expect(error.cause).toBeUndefined()
  })

  it('has the same reason in both faces, each with a code of its own', async () => {
    const [one, other] = await Promise.all([
      failureOf(person.a.users.get(nobody)),
      failureOf(person.b.users.get('0190abcd-0000-7000-8000-000000000000')),
    ])
    expect(one.reason).toBe(other.reason)
    expect(one.code).not.toBe(other.code)
    expect(other).toBeInstanceOf(errors.NotFoundError)
  })

  it('says what is wrong with which field', async () => {
    const { problems } = await failureOf(person.a.users.list({ limit: 100_000 }))
    expect(problems).toEqual([{ field: expect.stringContaining('limit'), message: expect.any(String) }])
    const { problems: of } = await failureOf(person.b.users.create({ username: 1 } as never))
    expect(of.length).toBeGreaterThan(0)
    expect((await failureOf(person.a.users.get(nobody))).problems).toEqual([])
  })

  it('says when to ask again', async () => {
    const wrong = { username: 'somebody', password: 'wrong' }
    for (let i = 0; i < 3; i++) await failureOf(person.a.auth.login(wrong))
    const error = await failureOf(person.a.auth.login(wrong))
    expect(error).toBeInstanceOf(errors.RateLimitError)
    expect(error).toMatchObject({ status: 429, code: 'LOGIN_RATE_LIMIT', reason: 'login_locked' })
    expect(error.retryAfter).toBe(Number(error.response?.headers.get('Retry-After')))
  })

  it('as JSON is what a program wants of it', async () => {
    const error = await failureOf(person.a.users.get(nobody))
    const { name, message, code, status, reason, problems, requestId } = error
    expect(JSON.parse(JSON.stringify(error))).toEqual({ name, message, code, status, reason, problems, requestId })
  })

  it('is a value where one prefers that', async () => {
    const result = await person.a.users.get(nobody).result()
    expect(result).toMatchObject({ ok: false, error: { code: 'USER_NOT_FOUND' } })
    expect(result).not.toHaveProperty('data')
    const found = await person.a.users.get(person.user.id).result()
    expect(found).toMatchObject({ ok: true, data: { username: person.user.username } })
    if (found.ok) expect(found.raw.user).toBe(found.data)
  })

  it('is a value also of a session that cannot be opened, and of what cannot be reached', async () => {
    const { janus } = clientOf(service, { login: { username: 'nobody-at-all', password: 'wrong' } })
    expect(await rest(janus).users.stats().result()).toMatchObject({ ok: false, error: { code: 'NO_SESSION' } })
    const gone = createJanus({ baseUrl: 'http://127.0.0.1:9', login: { username: 'a', password }, retries: 0 })
    expect(await rpc(gone).users.list().result()).toMatchObject({ ok: false, error: { code: 'CONNECTION_FAILED' } })
  })
})

describe('what no service of ours answers', () => {
  const closing: (() => void)[] = []
  afterEach(() => {
    for (const close of closing.splice(0)) close()
  })

  const ways: [string, Answer, string, object][] = [
    ['closes the connection', hangUp, 'ConnectionError', { code: 'CONNECTION_FAILED' }],
    ['breaks off', breakOff, 'ConnectionError', { code: 'CONNECTION_FAILED' }],
    ['never answers', silence, 'TimeoutError', { code: 'TIMED_OUT' }],
    ['says 502 in HTML', text(502, '<h1>Bad gateway</h1>'), 'ServerError', { code: 'UNEXPECTED_ANSWER', status: 502 }],
    ['says 404 in HTML', text(404, '<h1>Not here</h1>'), 'NotFoundError', { code: 'UNEXPECTED_ANSWER', status: 404 }],
    ['says 418', json(418, { tea: true }), 'BadRequestError', { code: 'UNEXPECTED_ANSWER', status: 418 }],
    ['says 200 without JSON', text(200, 'Welcome!'), 'ServerError', { code: 'UNEXPECTED_ANSWER', status: 200 }],
    ['says 200 and nothing', text(200, ''), 'ServerError', { code: 'UNEXPECTED_ANSWER', status: 200 }],
    ['says 500 with null', json(500, null), 'ServerError', { code: 'UNEXPECTED_ANSWER', status: 500 }],
    [
      'has a new code',
      failure(422, 'NEW_CODE', 'a_new_reason'),
      'UnprocessableError',
      { code: 'NEW_CODE', status: 422 },
    ],
    [
      'has a fault',
      failure(500, 'INTERNAL_ERROR', 'fault'),
      'ServerError',
      { code: 'INTERNAL_ERROR', reason: 'fault' },
    ],
  ]

  it.each(ways)('%s', async (_, answer, name, expected) => {
    const server = await startOddServer(answer)
    closing.push(server.close)
    const janus = createJanus({ baseUrl: server.url, tokens: { accessToken: 'one' }, retries: 0, timeout: 300 })
    const error = await failureOf(rpc(janus).auth.me({ requestId: 'my-own-name' }))
    expect(error).toBeInstanceOf(errors[name])
    expect(error).toMatchObject({ name, ...expected, requestId: 'my-own-name', problems: [] })
    expect(error.response?.status).toBe(error.status)
    if (error.code === 'CONNECTION_FAILED') expect(error.cause).toBeInstanceOf(Error)
    if (error.code === 'TIMED_OUT') expect(error).toBeInstanceOf(errors.ConnectionError)
  })

  it.each([json(200, {}), json(200, null), json(200, { user: 1 }), text(200, 'Welcome!')])(
    'opens no session: %#',
    async (answer) => {
      const server = await startOddServer(answer)
      closing.push(server.close)
      const janus = createJanus({ baseUrl: server.url, login: { username: 'a', password }, retries: 0 })
      expect(await rpc(janus).auth.me().result()).toMatchObject({ ok: false, error: { code: 'NO_SESSION' } })
      expect(await failureOf(janus.login({ username: 'a', password }))).toMatchObject({ code: 'UNEXPECTED_ANSWER' })
      expect(server.asked.map(({ line }) => line)).toEqual(['POST /auth/login', 'POST /auth/login'])
    },
  )
})
