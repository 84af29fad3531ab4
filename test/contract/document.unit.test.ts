import { beforeAll, describe, expect, it } from 'vitest'
import { createReading } from '../../src/domain/reading.ts'
import { publicOperations, readContract } from '../../src/http/contract.ts'
import { createRateLimit } from '../../src/http/rate-limit.ts'
import { RequestPipeline } from '../../src/http/request-pipeline.ts'
import { createResponseCheck } from '../../src/http/response-check.ts'
import { styles } from '../../src/http/styles.ts'
import { createUserLines } from '../../src/http/user-lines.ts'
import { contract } from '../support/contract-check.ts'
import { operations, resolve, schemas } from './document.ts'

// The handlers are not called here: what they would call is nothing.
const unused = {} as any
const handlers = Object.assign({}, ...styles.map((style) => style.createHandlers(unused)))
const pipelineWith = async (given: any) =>
  new RequestPipeline({
    contract: await readContract(),
    handlers: given,
    styles,
    sessions: unused,
    rateLimit: createRateLimit(0, () => new Date()),
    lines: createUserLines({ atOnce: 1 }),
    heavyLines: createUserLines({ atOnce: 1 }),
    reading: createReading({ store: {} as never, now: () => new Date() }),
    now: () => new Date(),
    checkResponses: true,
    outside: new Map(),
  }).init()

describe.each(operations)('$operationId', ({ operationId, ...operation }) => {
  it('is summed up, described and sorted', () => {
    expect(operation.summary).toMatch(/^[A-Z].*[^.]$/)
    expect(operation.description.length).toBeGreaterThan(operation.summary.length / 2)
    expect(operation.tags).toEqual([
      `${operationId.startsWith('Rpc') ? 'RPC' : 'REST'} ${/\.(\w+)\./.exec(operationId)?.[1]?.toLowerCase()}`,
    ])
  })

  it('says who may call it, or that everybody may', () => {
    const isPublic = (publicOperations as readonly string[]).includes(operationId)
    expect(operation['x-roles'] === undefined).toBe(isPublic)
    if (isPublic) expect(operation.security).toEqual([])
    else {
      expect(operation.security ?? contract.security).toEqual([{ AccessTokenAuth: [] }])
      for (const role of operation['x-roles']) expect(schemas.Role.enum).toContain(role)
    }
  })

  it('names the codes of its failures, each of a response that it has, and none of another style', () => {
    const codes: string[] = operation['x-error-codes']
    expect(new Set(codes).size).toBe(codes.length)
    const possible = Object.entries<any>(operation.responses)
      .filter(([status]) => Number(status) >= 400)
      .flatMap(([, response]) => codesOf(resolve(response)))
    for (const code of codes) expect(possible).toContain(code)
    for (const [status, response] of Object.entries<any>(operation.responses))
      if (Number(status) >= 400)
        expect(
          codes.some((code) => codesOf(resolve(response)).includes(code)),
          status,
        ).toBe(true)
  })

  it('names the bodies of its failures, and has those of its kind', () => {
    const statuses = Object.keys(operation.responses)
    for (const status of statuses.filter((each) => Number(each) >= 400)) {
      expect(operation.responses[status].$ref).toMatch(/^#\/components\/responses\/(Rpc|Rest)\.\w+$/)
      expect(resolve(operation.responses[status]).content['application/json'].schema.$ref).toMatch(/Failure$/)
    }
    expect(statuses).toEqual(expect.arrayContaining(['400', '500', '503']))
    if (operation.requestBody) expect(statuses).toEqual(expect.arrayContaining(['413', '415']))
    if (operation['x-roles']) expect(statuses).toContain('401')
    if (operation['x-roles'] && operation['x-roles'].length < schemas.Role.enum.length)
      expect(statuses).toContain('403')
  })

  it('gives every answer the headers that all answers have', () => {
    for (const [status, response] of Object.entries<any>(operation.responses)) {
      const names = Object.keys(resolve(response).headers)
      expect(names).toEqual(
        expect.arrayContaining(['X-Request-Id', 'Cache-Control', 'Content-Language', 'Vary', 'X-Content-Type-Options']),
      )
      if (status === '401') expect(names).toContain('WWW-Authenticate')
      if (status === '429' || status === '503') expect(names).toContain('Retry-After')
      if (status === '201') expect(names).toContain('Location')
    }
  })
})

function codesOf(response: any): string[] {
  const { properties } = resolve(response.content['application/json'].schema)
  const code = properties.error_code ?? resolve(properties.details).properties.code
  return resolve(code).enum ?? [resolve(code).const]
}

describe('the handlers', () => {
  it('are one for each operation', () => {
    expect(Object.keys(handlers).sort()).toEqual(operations.map(({ operationId }) => operationId).sort())
  })

  it('are asked for at the start: one too many does not start', async () => {
    await expect(pipelineWith({ ...handlers, 'Rest.Users.explode': async () => {} })).rejects.toThrow(/explode/)
  })
})

describe('the check of answers', () => {
  let breaches: ReturnType<typeof createResponseCheck>
  const user = { id: '01KH58V2PV6ZAM319FBPT1BFV6', username: 'abc', email: 'a@b.cd', role: 'user', can_write: true }

  beforeAll(async () => {
    breaches = createResponseCheck(await pipelineWith(handlers))
  })

  it('passes what the document has', () => {
    expect(breaches('Rpc.Auth.me', { status: 200, body: { user } })).toEqual([])
  })

  it.each([
    ['a status that it does not have', 202, { user }, /202/],
    ['an answer of another status', 401, { user }, /error/],
    ['a property more', 200, { user: { ...user, password_hash: 'x' } }, /password_hash/],
    ['a property more at the top', 200, { user, extra: 1 }, /extra/],
    ['a property less', 200, { user: { ...user, email: undefined } }, /email/],
    ['a UUID in place of a ULID', 200, { user: { ...user, id: '01980e2c-6f00-7000-8000-000000000001' } }, /id/],
    ['a role that is none', 200, { user: { ...user, role: 'king' } }, /role/],
    ['null', 200, { user: null }, /user/],
  ])('finds %s', (_, status, body, told) => {
    expect(breaches('Rpc.Auth.me', { status, body }).join('\n')).toMatch(told)
  })
})
