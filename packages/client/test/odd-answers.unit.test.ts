import { afterEach, describe, expect, it } from 'vitest'
import { rest } from '../src/generated/rest.ts'
import { rpc } from '../src/generated/rpc.ts'
import { createJanus, type JanusOptions } from '../src/index.ts'
import { failureOf } from './failure-of.ts'
import { type Answer, failure, json, startOddServer, text } from './odd-server.ts'

const opened: (() => void)[] = []
afterEach(() => {
  for (const close of opened.splice(0)) close()
})

async function odd(answer: Answer | Answer[], options: Partial<JanusOptions> = {}) {
  const server = await startOddServer(...[answer].flat())
  opened.push(server.close)
  const janus = createJanus({ baseUrl: server.url, tokens: { accessToken: 'an.access.token' }, ...options })
  return { server, janus, a: rpc(janus), b: rest(janus) }
}

describe.each([301, 302, 303, 307, 308])('a redirect by %i', (status) => {
  /** A service that sends elsewhere, and what elsewhere was asked. */
  async function redirecting(options?: Partial<JanusOptions>) {
    const grant = { accessToken: 'a', refreshToken: 'r', expiresIn: 3600, username: 'me' }
    const { server: elsewhere } = await odd(json(200, { data: grant, user: grant }))
    const there: Answer = (response, { url }) =>
      void response.writeHead(status, { Location: `${elsewhere.url}${url}` }).end()
    return { elsewhere, ...(await odd(there, options)) }
  }

  it('takes no password elsewhere', async () => {
    const login = { username: 'me', password: 'secret word' }
    const { elsewhere, server, b } = await redirecting({ login, tokens: undefined })
    expect(await failureOf(b.auth.profile())).toMatchObject({ code: 'NO_SESSION', status })
    expect(elsewhere.asked).toEqual([])
    expect(server.asked).toHaveLength(1)
  })

  it('takes no token and no header elsewhere, and is no answer of the service', async () => {
    const { elsewhere, server, a } = await redirecting({ headers: { 'X-Api-Key': 'secret' } })
    expect(await failureOf(a.auth.me())).toMatchObject({ name: 'ServerError', code: 'UNEXPECTED_ANSWER', status })
    expect(elsewhere.asked).toEqual([])
    expect(server.asked).toHaveLength(1)
  })
})

it.each([null, { user: null }, { data: null }])('a success without data is none: %j', async (body) => {
  const { a, b } = await odd(json(200, body))
  for (const call of [a.auth.me(), b.auth.profile()])
    expect(await failureOf(call)).toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 200 })
})

it('a failure with problems that are null has none', async () => {
  const { a } = await odd(json(400, { error: 'No', code: 400, error_code: 'X', reason: 'bad_email', details: null }))
  expect((await failureOf(a.auth.me())).problems).toEqual([])
})

it('a 401 that is not of the service does not end the session that was to be refreshed', async () => {
  const expired = failure(401, 'INVALID_TOKEN', 'token_invalid')
  const grant = { accessToken: 'b', refreshToken: 's', expiresIn: 3600 }
  const answers = [expired, text(401, 'Who are you?'), expired, json(200, { data: grant }), json(200, { user: grant })]
  const ended: unknown[] = []
  const { a, server } = await odd(answers, {
    tokens: { accessToken: 'a', refreshToken: 'r' },
    onSessionEnd: (error) => void ended.push(error),
  })
  expect(await failureOf(a.auth.me())).toMatchObject({ status: 401, cause: { code: 'UNEXPECTED_ANSWER' } })
  expect(ended).toEqual([])
  await a.auth.me()
  expect(server.asked.at(-1)?.headers.authorization).toBe('Bearer b')
})
