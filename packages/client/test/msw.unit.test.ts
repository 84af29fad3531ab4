import { getResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ContractDocument, operationsOf } from '../../../contract/document.ts'
import { resolve } from '../../../contract/pointer.ts'
import { contract, createContractCheck } from '../../../test/support/contract-check.ts'
import { rest } from '../src/generated/rest.ts'
import { rpc } from '../src/generated/rpc.ts'
import * as client from '../src/index.ts'
import { examples, handlers, mock } from '../src/msw.ts'

const baseUrl = 'https://users.example.com/accounts'
const server = setupServer(...handlers(baseUrl))
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

// What mocks answer is nothing that the service has shown.
const { checkReply } = createContractCheck(contract, { noteReply() {} })

/** The global one; each answer is held against the document. */
const checked: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  const { pathname } = new URL(String(input))
  const { status, headers } = response
  const reply = { status, headers: Object.fromEntries(headers), body: await response.clone().json() }
  checkReply(init?.method ?? 'GET', pathname.slice(new URL(baseUrl).pathname.length), reply)
  return response
}

/** Both faces of a client that shows a token of its own: no session that a 401 would end. */
const faces = () => {
  const { send, ...janus } = client.createJanus({ baseUrl, retries: 0, fetch: checked })
  const headers = { Authorization: 'Bearer token' }
  const sent: client.Janus['send'] = (request) => send({ ...request, options: { ...request.options, headers } })
  const own = { ...janus, send: sent }
  return { rpc: rpc(own), rest: rest(own) }
}
const { rpc: a, rest: b } = faces()
const mocked: any = mock(baseUrl)
const id = '01941f29-7c00-7000-8000-000000000002'

/** Every operation of the document, and how it is called. */
const cases = operationsOf(contract as ContractDocument).map((operation) => {
  const { operationId, parameters = [], requestBody } = operation as any
  const [style = '', group = '', name = ''] = operationId
    .split('.')
    .map((each: string) => each.charAt(0).toLowerCase() + each.slice(1))
  const names = parameters.map((each: any) => resolve<any>(contract, each).name)
  const ids = ['id', 'sessionId'].filter((each) => names.includes(each)).map(() => id)
  const args = [...ids, ...(requestBody ? [{}] : [])]
  return {
    id: operationId as string,
    operation: operation as any,
    of: (all: any) => all[style][group][name],
    send: () => (faces() as any)[style][group][name](...args),
  }
})

const classes: Record<number, unknown> = {
  401: client.AuthenticationError,
  403: client.PermissionError,
  404: client.NotFoundError,
  409: client.ConflictError,
  422: client.UnprocessableError,
  429: client.RateLimitError,
}

describe('every operation', () => {
  it('is there', () => {
    expect(cases.length).toBeGreaterThan(20)
    expect(handlers(baseUrl)).toHaveLength(cases.length)
  })

  it.each(cases)('$id answers with its examples, as the document has them', async (each) => {
    const documented = Object.entries<any>(each.operation.responses)
      .filter(([status]) => status.startsWith('2'))
      .flatMap(([status, { content }]) =>
        Object.entries<any>(content['application/json'].examples).map(([title, { value }]) => [
          title,
          Number(status),
          value,
        ]),
      )
    expect(documented.length).toBeGreaterThan(0)
    for (const [title, status, body] of documented) {
      server.use(each.of(mocked).answer(title))
      const { raw, response } = await each.send().withResponse()
      expect({ raw, status: response.status }).toEqual({ raw: body, status })
    }
    server.resetHandlers()
    const shown = documented.map(([, , body]) => body)
    expect(shown).toContainEqual((await each.send().withResponse()).raw)
  })

  it.each(cases)('$id fails with each of its codes, for each of its reasons', async (each) => {
    const told: string[] = []
    for (const code of each.operation['x-error-codes'])
      for (const reason of each.of(examples).failures[code]) {
        server.use(each.of(mocked).fail(code, { reason }))
        const error: client.JanusError = await each.send().then(
          () => expect.fail('it did not fail'),
          (error: unknown) => error,
        )
        const { [each.id.split('.')[0]?.toLowerCase() ?? '']: row } = contract['x-failures'].find(
          (failure: any) => failure.reason === reason,
        )
        const { status } = row
        expect(error).toMatchObject({ code, reason, status })
        expect(error.constructor).toBe(classes[status] ?? (status < 500 ? client.BadRequestError : client.ServerError))
        expect(error.requestId).toMatch(/./)
        expect(error.retryAfter).toBe(status === 429 || status === 503 ? 1 : undefined)
        told.push(reason)
      }
    expect(told.toSorted()).toEqual(each.operation['x-failure-reasons'].toSorted())
  })
})

describe('a handler', () => {
  it('of a path with a name leaves alone what is another operation', async () => {
    server.use(mock(baseUrl).rest.users.get.fail('USER_001'))
    expect(await b.users.stats()).toHaveProperty('totalUsers')
    await expect(b.users.get(id)).rejects.toThrow(client.NotFoundError)
    await expect(b.users.get('statsman')).rejects.toThrow(client.NotFoundError)
  })

  it('is for one address, with its path', async () => {
    server.use(...handlers('https://other.example.com/'))
    expect(
      await rpc(client.createJanus({ baseUrl: 'https://other.example.com' })).auth.login({
        username: 'u',
        password: 'p',
      }),
    ).toHaveProperty('access_token')
    for (const path of ['https://users.example.com/users:list', `${baseUrl}/users:lists`, `${baseUrl}/x/users:list`])
      expect(await getResponse(handlers(baseUrl), new Request(path))).toBeUndefined()
  })

  it('answers with a body of one’s own, once if that is wanted', async () => {
    const { body } = examples.rpc.users.get.answers['Get Specific User by ID']
    server.use(mock(baseUrl).rpc.users.get.answer({ user: { ...body.user, role: 'admin' } }, { once: true }))
    expect((await a.users.get(id)).role).toBe('admin')
    expect(await a.users.get(id)).toEqual(body.user)
  })

  it('fails once, and the client comes again', async () => {
    const retrying = rpc(client.createJanus({ baseUrl, tokens: { accessToken: 'token' } }))
    server.use(mock(baseUrl).rpc.auth.me.fail('RATE_LIMIT_EXCEEDED', { once: true }))
    expect(await retrying.auth.me()).toHaveProperty('username')
  })

  it('repeats what a failure says of its request, and the name of the request', async () => {
    server.use(mock(baseUrl).rest.users.update.fail('USER_001'))
    const { error } = (await b.users.update(id, { fullName: 'N' }, { requestId: 'my-name' }).result()) as any
    expect(error.requestId).toBe('my-name')
    const response = await fetch(`${baseUrl}/users/${id}?x=1`, { method: 'PATCH' })
    expect(await response.json()).toMatchObject({ path: `/users/${id}`, method: 'PATCH' })
  })

  it('opens a session for a client that logs in', async () => {
    const fresh = client.createJanus({ baseUrl, login: { username: 'u', password: 'p' } })
    expect(await rpc(fresh).auth.me()).toHaveProperty('username')
    await fresh.logout()
  })
})

describe('a list', () => {
  it.each([
    ['rpc', () => a.users.list()],
    ['rest', () => b.users.list()],
    ['rest, by page', () => b.users.list({ page: 1 })],
  ])('of %s has an end', async (_, list) => {
    expect(await list().toArray()).not.toEqual([])
  })

  it('is answered by cursor or by page, as it is asked', async () => {
    const { pagination } = await b.users.list()
    expect(pagination).toHaveProperty('totalPages')
    expect(await b.users.list({ page: 2 })).toMatchObject({ data: [], pagination: { nextCursor: null } })
    const last = await b.users.list({ after: pagination.nextCursor ?? '' })
    expect(last).toEqual({ success: true, data: [], pagination: { limit: 1, nextCursor: null } })
  })
})

describe('types', () => {
  it('refuse what an operation cannot answer, and so does the run time', () => {
    const { rpc, rest } = mock(baseUrl)
    // @ts-expect-error no creation fails with it
    expect(() => rpc.users.create.fail('USER_NOT_FOUND')).toThrow(TypeError)
    // @ts-expect-error no reason at all
    expect(() => rest.users.create.fail('AUTH_001', { reason: 'bad_mood' })).toThrow(TypeError)
    expect(() => rest.users.create.fail('AUTH_001', { reason: 'token_missing' })).toThrow(TypeError)
    // @ts-expect-error no title of its own
    expect(() => rpc.users.get.answer('List All Users')).toThrow(TypeError)
    // @ts-expect-error no body of its own
    rpc.users.get.answer({ user: { id } })
    // @ts-expect-error no operation
    expect(rpc.users.stats).toBeUndefined()
  })
})
