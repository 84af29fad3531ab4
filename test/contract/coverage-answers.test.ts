import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles } from '../../src/domain/users/user.ts'
import { outcome } from '../support/outcome.ts'
import { type Call, type Service, startService } from '../support/service.ts'
import { goodRequest, type OperationUnderTest, operations, type Request } from './good-requests.ts'

/** What each style answers for the same reason. */
const answers = {
  tokenMissing: { RPC: '401 UNAUTHORIZED', REST: '401 AUTH_003' },
  tokenMalformed: { RPC: '401 UNAUTHORIZED', REST: '401 AUTH_004' },
  tokenInvalid: { RPC: '401 INVALID_TOKEN', REST: '401 AUTH_003' },
  tokenRevoked: { RPC: '401 TOKEN_REVOKED', REST: '401 AUTH_003' },
  tooLarge: { RPC: '413 PAYLOAD_TOO_LARGE', REST: '413 SYS_008' },
  wrongType: { RPC: '415 UNSUPPORTED_MEDIA_TYPE', REST: '415 SYS_011' },
  notJson: { RPC: '400 INVALID_JSON', REST: '400 AUTH_001' },
  fieldMissing: { RPC: '400 MISSING_REQUIRED_FIELD', REST: '400 AUTH_001' },
  unknownParameter: { RPC: '400 VALIDATION_ERROR', REST: '400 USER_002' },
  rateLimited: { RPC: '429 RATE_LIMIT_EXCEEDED', REST: '429 SYS_007' },
  fault: { RPC: '500 INTERNAL_ERROR', REST: '500 SYS_012' },
  unavailable: { RPC: '503 SERVICE_UNAVAILABLE', REST: '503 SYS_005' },
}

const guarded = operations.filter(({ allowed }) => allowed)
const withBody = operations.filter(({ takesBody }) => takesBody)

const send = (service: Service, { method, path, call }: Request, other: Call = {}) =>
  service.call(method, path, { ...call, ...other })

/** The same without a body, so that another can be sent. */
const bodiless = ({ call: { json: _, ...call }, ...request }: Request): Request => ({ ...request, call })

describe('every operation', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService({ bodyLimit: 2000 })
  })
  afterAll(() => service.close())

  it.each(operations.flatMap((operation) => (operation.allowed ?? roles).map((role) => ({ ...operation, role }))))(
    '$id is done for $role',
    async (operation) => {
      const request = await goodRequest(service, operation, operation.role)
      const reply = await send(service, request, { token: request.caller.token })
      expect(outcome(reply)).toMatch(/^20[01]$/)
    },
  )

  it.each(operations.filter(({ allowed }) => !allowed))('$id looks at no token', async (operation) => {
    for (const call of [{}, { token: 'rubbish' }, { headers: { Authorization: 'Basic YTpi' } }])
      expect(outcome(await send(service, await goodRequest(service, operation), call))).toBe('200')
  })

  it.each(operations)(
    '$id speaks the language that it is asked for, its own where it lacks that',
    async (operation) => {
      const own = operation.style === 'RPC' ? 'en' : 'zh'
      for (const [asked, spoken] of [
        ['en', 'en'],
        ['zh', 'zh'],
        ['fr', own],
      ] as const) {
        const reply = await send(service, await goodRequest(service, operation), {
          headers: { 'Accept-Language': asked },
        })
        expect(outcome(reply)).toMatch(/^20[01]$/)
        expect(reply.headers['content-language']).toBe(spoken)
        if (reply.body.message) expect(/\p{Script=Han}/u.test(reply.body.message)).toBe(spoken === 'zh')
      }
    },
  )

  it.each(operations)('$id gives the name of the request back, if it is a sane one', async (operation) => {
    for (const [name, sane] of [
      ['mine-1', true],
      ['not mine', false],
    ] as const) {
      const reply = await send(service, await goodRequest(service, operation), { headers: { 'X-Request-Id': name } })
      expect(outcome(reply)).toMatch(/^20[01]$/)
      expect(reply.headers['x-request-id'] === name).toBe(sane)
    }
  })

  it.each(guarded)('$id asks for a token, and for one that is good', async (operation) => {
    const request = await goodRequest(service, operation)
    const { token: _, ...nobody } = request.call
    const as = async (call: Call) => outcome(await service.call(request.method, request.path, { ...nobody, ...call }))
    expect(await as({})).toBe(answers.tokenMissing[operation.style])
    expect(await as({ headers: { Authorization: 'Basic YTpi' } })).toBe(answers.tokenMalformed[operation.style])
    expect(await as({ token: 'rubbish' })).toBe(answers.tokenInvalid[operation.style])
    await service.store.sessions.removeAllOf(request.caller.user.id)
    expect(await as({ token: request.caller.token })).toBe(answers.tokenRevoked[operation.style])
  })

  it.each(withBody)('$id takes JSON, not too much of it, and all that is required', async (operation) => {
    const request = bodiless(await goodRequest(service, operation))
    const given = async (call: Call) => outcome(await send(service, request, call))
    expect(await given({ raw: ' '.repeat(2001) })).toBe(answers.tooLarge[operation.style])
    expect(await given({ raw: 'a=b', headers: { 'Content-Type': 'text/plain' } })).toBe(
      answers.wrongType[operation.style],
    )
    expect(await given({ raw: '{"a"' })).toBe(answers.notJson[operation.style])
    expect(await given({ json: {} })).toBe(answers.fieldMissing[operation.style])
  })

  it.each(operations)('$id refuses a parameter that it does not know', async (operation) => {
    const request = await goodRequest(service, operation)
    const path = `${request.path}${request.path.includes('?') ? '&' : '?'}unheard_of=1`
    expect(outcome(await send(service, { ...request, path }))).toBe(answers.unknownParameter[operation.style])
  })
})

describe('every operation that knows who calls', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService({ rateLimitPerMinute: 1 })
  })
  afterAll(() => service.close())

  // A login does not count requests: it has a limit of its own.
  it.each(operations.filter(({ id }) => !id.endsWith('.login')))('$id counts requests', async (operation) => {
    const request = await goodRequest(service, operation)
    service.clock.nextMinute()
    expect((await service.call('GET', '/auth:me', { token: request.caller.token })).status).toBe(200)
    expect(outcome(await send(service, request))).toBe(answers.rateLimited[operation.style])
  })
})

/** One good request for each operation, made while all is well. */
async function prepare(service: Service): Promise<Map<OperationUnderTest, Request>> {
  const requests = new Map<OperationUnderTest, Request>()
  for (const operation of operations) requests.set(operation, await goodRequest(service, operation))
  return requests
}

describe('every operation whose database', () => {
  it('is not what it should be tells of a fault', async () => {
    const service = await startService()
    const requests = await prepare(service)
    await service.knex.raw('alter table users rename column role to broken')
    for (const [operation, request] of requests)
      expect([operation.id, outcome(await send(service, request))]).toEqual([
        operation.id,
        answers.fault[operation.style],
      ])
    await service.close()
  })

  it('does not answer in time tells to come again', async () => {
    const service = await startService({ dbStatementTimeoutMs: 300, dbPoolMax: 30 })
    const requests = await prepare(service)
    await service.knex.transaction(async (tx) => {
      await tx.raw('lock table users, sessions in access exclusive mode')
      const replies = [...requests].map(async ([operation, request]) => {
        const reply = await send(service, request)
        expect([operation.id, outcome(reply)]).toEqual([operation.id, answers.unavailable[operation.style]])
        expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
      })
      await Promise.all(replies)
    })
    await service.close()
  })
})
