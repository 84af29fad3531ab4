import { beforeAll, describe, expect, it } from 'vitest'
import { createReading } from '../../src/domain/reading.ts'
import type { ReadBody } from '../../src/http/body.ts'
import { type Contract, readContract } from '../../src/http/contract.ts'
import type { AnyHandler } from '../../src/http/operation.ts'
import { RequestPipeline } from '../../src/http/request-pipeline.ts'
import type { Style } from '../../src/http/style.ts'
import { createUserLines } from '../../src/http/user-lines.ts'
import { document } from './cats.ts'

const tom = { name: 'Tom', home: { city: 'Rome' } }
const failures: Contract['failures'] = Object.fromEntries(
  ['missing_field', 'invalid_body', 'invalid_query', 'bad_name', 'no_such_path', 'fault'].map((reason, at) => [
    reason,
    { cats: { status: 400 + at, code: reason, message: { en: '{problem}', zh: '{problem}' }, problems: true } },
  ]),
)
const cats: Style = {
  name: 'cats',
  createHandlers: () => ({}),
  failure: ({ reason, status, problems }) => ({ reason, status, detail: problems?.map((each) => each.message) }),
}

/** What the handler of an operation does; what it was given last. */
let handle: (input: any) => unknown
let given: any

let pipeline: RequestPipeline
beforeAll(async () => {
  const ours = await readContract()
  const handler = (async (input: unknown) => {
    given = input
    return handle(input)
  }) as AnyHandler
  const ids = ['Cats.list', 'Cats.import', 'Cats.create', 'Cats.change']
  pipeline = await new RequestPipeline({
    contract: { ...ours, document: document as never, styles: document['x-styles'] as Contract['styles'], failures },
    styles: [cats],
    handlers: Object.fromEntries(ids.map((id) => [id, handler])),
    sessions: {} as never,
    rateLimit: () => undefined,
    lines: createUserLines({ atOnce: 1 }),
    heavyLines: createUserLines({ atOnce: 1 }),
    reading: createReading({ store: {} as never, now: () => new Date() }),
    now: () => new Date(),
    checkResponses: true,
    outside: new Map(),
  }).init()
})

function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const readBody: ReadBody = async () => body as never
  const origin = { requestId: 'x', address: '::1', userAgent: undefined }
  return pipeline.handleRequest({ method, path, query: '', headers, origin, language: (own) => own, readBody })
}

async function* linesOf(...lines: unknown[]) {
  yield* lines
}

async function collect(lines: unknown): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const line of lines as AsyncIterable<unknown>) all.push(line)
  return all
}

describe('an answer without a body', () => {
  it('may be 204, and takes its header from the request', async () => {
    handle = ({ reply }) => reply(204)
    const headers = { 'if-match': '"1"', 'x-request-id': 'longer than it may be' }
    const outcome = await send('PATCH', '/cats/one', { name: null }, headers)
    expect(outcome).toMatchObject({ status: 204, body: undefined, mediaType: undefined })
    expect(given).toMatchObject({ headers: { 'If-Match': '"1"' }, body: { name: null } })
    expect(given.headers).not.toHaveProperty('X-Request-Id')
  })

  it('may belong to a request without one, where none is required', async () => {
    expect(await send('PATCH', '/cats/one', undefined, { 'if-match': '"1"' })).toMatchObject({ status: 204 })
    expect(given.body).toBeUndefined()
  })

  it('needs the header that is required, as it is described', async () => {
    const missing = await send('PATCH', '/cats/one', {})
    expect(missing.body).toEqual({ reason: 'missing_field', status: 400, detail: ['If-Match is required'] })
    const long = await send('PATCH', '/cats/one', {}, { 'if-match': '"long long"' })
    expect(long.body).toMatchObject({ reason: 'invalid_body' })
  })

  it.each([
    ['has no body where one is described', 'PUT', '/cats', 201, undefined],
    ['has a body where none is', 'PATCH', '/cats/one', 204, {}],
  ])('breaks the contract where it %s', async (_, method, path, status, body) => {
    handle = ({ reply }) => reply(status, body, { ETag: '"1"' })
    const outcome = await send(method, path, tom, { 'if-match': '"1"' })
    expect(outcome.body).toMatchObject({ reason: 'fault' })
    expect(String(outcome.error)).toContain('breaks the contract')
  })
})

describe('an answer', () => {
  it('has the media type of the document, a failure that of its style', async () => {
    handle = ({ reply }) => reply(201, tom, { ETag: '"1"' })
    expect(await send('PUT', '/cats', tom)).toMatchObject({ status: 201, mediaType: 'application/vnd.cat+json' })
    expect(await send('GET', '/nowhere')).toMatchObject({ status: 404, mediaType: 'application/problem+json' })
  })

  it('breaks the contract without a header that it requires, or with a status that it lacks', async () => {
    handle = ({ reply }) => reply(201, tom)
    expect(String((await send('PUT', '/cats', tom)).error)).toContain('the header ETag is missing')
    handle = ({ reply }) => reply(200, tom)
    expect(String((await send('PUT', '/cats', tom)).error)).toContain('has no status 200')
  })

  it('for which the style has no words is a fault that says so', async () => {
    handle = () => {
      throw Object.assign(new Error('x'), {})
    }
    expect((await send('DELETE', '/cats')).error).toMatchObject({
      message: 'the style cats has no answer for no_such_method',
    })
  })
})

describe('lines', () => {
  it('are answered one after another, each checked', async () => {
    handle = ({ reply }) => reply(200, linesOf(tom, tom))
    const good = await send('GET', '/cats')
    expect(good.mediaType).toBe('application/x-ndjson')
    expect(await collect(good.body)).toEqual([tom, tom])
    handle = ({ reply }) => reply(200, linesOf(tom, { name: 'Tom' }))
    await expect(collect((await send('GET', '/cats')).body)).rejects.toThrow('breaks the contract')
  })

  it('are taken one after another, each checked', async () => {
    handle = async ({ body, reply }) => {
      expect(await collect(body)).toEqual([tom, tom])
      return reply(202)
    }
    expect(await send('POST', '/cats', linesOf(tom, tom))).toMatchObject({ status: 202, body: undefined })
    const bad = await send('POST', '/cats', linesOf(tom, { ...tom, name: '' }))
    expect(bad.body).toMatchObject({ reason: 'bad_name', detail: ['name must not be empty'] })
  })
})

it.each<[unknown, string, string[]]>([
  [{ ...tom, home: {} }, 'missing_field', ['home.city is required']],
  [{ ...tom, home: { city: 'Rome', zip: 1 } }, 'invalid_body', ['unknown field home.zip']],
  [{ ...tom, home: { city: 5 } }, 'invalid_body', ['home.city must be a string']],
  [{ ...tom, home: { city: 'R2' } }, 'bad_name', ['home.city has no digits']],
  [{ ...tom, home: 5 }, 'invalid_body', ['home must be an object']],
  [{ ...tom, toys: [{ kind: 'bird' }] }, 'invalid_body', ['toys.0.kind must be one of: ball, mouse']],
  [{ ...tom, toys: [{ kind: 'ball', size: 0 }] }, 'invalid_body', ['toys.0.size must be at least 1']],
  [
    {
      ...tom,
      toys: [
        { kind: 'ball', size: 1 },
        { kind: 'mouse', color: 'x' },
      ],
    },
    'invalid_body',
    ['toys.1.color must have at least 2 characters'],
  ],
])('what is wrong inside is named by its path: %j', async (body, reason, detail) => {
  expect((await send('PUT', '/cats', body)).body).toMatchObject({ reason, detail })
})
