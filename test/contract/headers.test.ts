import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendBytes } from '../support/bytes.ts'
import { contract } from '../support/contract-check.ts'
import { outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let token: string

beforeAll(async () => {
  service = await startService({ rateLimitPerMinute: 1000 })
  token = (await service.as('admin', { username: 'caller' })).token
})
afterAll(() => service.close())

const get = (path: string, headers: Record<string, string> = {}) => service.call('GET', path, { token, headers })

describe('X-Request-Id', () => {
  it.each(['a', '0', 'A-Za-z.0_9:', '4bf92f35-77b3-4da6-a3ce-929d0e0e4736', 'x'.repeat(128)])(
    'is the client’s own where it is sane: %s',
    async (id) => {
      for (const path of ['/users:list', '/users', '/nowhere', '/health'])
        expect((await get(path, { 'X-Request-Id': id })).headers['x-request-id']).toBe(id)
      expect(service.logged.filter(({ requestId }) => requestId === id)).toHaveLength(4)
    },
  )

  it.each(['', 'x'.repeat(129), 'a b', 'a\tb', 'a,b', 'a;b', '<script>', '"', 'é', '%0d%0a', '{"a":1}', '../etc'])(
    'is made where it is not: %j',
    async (id) => {
      for (const path of ['/users:list', '/users', '/nowhere']) {
        const reply = await get(path, { 'X-Request-Id': id })
        expect(reply.headers['x-request-id']).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
      }
    },
  )

  it('is made where there are two', async () => {
    const head = ['GET /nowhere HTTP/1.1', 'X-Request-Id: one', 'X-Request-Id: two']
    expect((await sendBytes(service.url, head)).headers['x-request-id']).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  })

  it('is another for each request', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await get('/health')).headers['x-request-id']),
    )
    expect(new Set(ids).size).toBe(20)
  })
})

describe('API-Version', () => {
  it.each([
    ['GET', '/users:list', 200],
    ['GET', '/users/nobody', 404],
    ['PUT', '/users', 405],
    ['OPTIONS', '/users', 204],
    ['HEAD', '/users', 200],
    ['GET', '/nowhere', 404],
    ['GET', '/health', 200],
    ['POST', '/health', 405],
    ['GET', '/openapi.json', 200],
  ])('names the version of the contract: %s %s -> %i', async (method, path, status) => {
    const reply = await service.call(method, path, { token })
    expect(reply.status).toBe(status)
    expect(reply.headers['api-version']).toBe(contract.info.version)
  })
})

describe('every answer of the contract', () => {
  it.each([
    ['GET', '/users:list', 200],
    ['GET', '/users', 200],
    ['GET', '/users:get', 400],
    ['GET', '/users?page=0', 400],
    ['GET', '/users/nobody', 404],
    ['POST', '/auth:login', 400],
    ['PUT', '/users', 405],
    ['GET', '/nowhere', 404],
  ])('is kept by no cache, sniffed by no browser, and names its language: %s %s', async (method, path, status) => {
    const reply = await service.call(method, path, { token })
    expect(reply.status).toBe(status)
    expect(reply.headers['cache-control']).toBe('no-store')
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
    expect(reply.headers['content-language']).toMatch(/^(en|zh)$/)
    expect(reply.headers.vary).toBe('Accept-Language')
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(reply.headers).not.toHaveProperty('etag')
    expect(reply.headers).not.toHaveProperty('x-powered-by')
    expect(reply.headers).not.toHaveProperty('access-control-allow-origin')
  })
})

describe('Accept-Language', () => {
  const own = 'its own'
  const matrix: [string, string][] = [
    ['', own],
    ['*', own],
    ['en', 'en'],
    ['EN', 'en'],
    ['en-GB', 'en'],
    ['zh', 'zh'],
    ['zh-CN', 'zh'],
    ['zh-Hant-TW', 'zh'],
    ['fr', own],
    ['fr;q=1,en;q=0.5', 'en'],
    ['fr, zh;q=0.1', 'zh'],
    ['en;q=0.2, zh;q=0.8', 'zh'],
    ['zh;q=0.2, en;q=0.8', 'en'],
    ['en;q=0', own],
    ['en-US,en;q=0.9,zh;q=0.8', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    [';;;,,,q=', own],
    ['en;q=abc', own],
    ['english', own],
    ['<script>', own],
    ['__proto__', own],
    ['x'.repeat(5000), own],
    [`${'fr,'.repeat(1600)}en`, 'en'],
  ]

  it.each(matrix)('%s', async (given, expected) => {
    const headers = given ? { 'Accept-Language': given } : {}
    const rpc = expected === own ? 'en' : expected
    const rest = expected === own ? 'zh' : expected
    const said = async (method: string, path: string, call: object, language: string) => {
      const reply = await service.call(method, path, { ...call, headers })
      expect(reply.headers['content-language']).toBe(language)
      return reply
    }

    const failed = await said('GET', '/users:get?id=nobody', { token }, rpc)
    expect(outcome(failed)).toBe('404 USER_NOT_FOUND')
    expect(failed.body.error).toBe(rpc === 'en' ? 'user not found' : '用户不存在')
    const invalid = await said('GET', '/users:get', { token }, rpc)
    expect(outcome(invalid)).toBe('400 MISSING_REQUIRED_FIELD')
    expect(invalid.body.error).toBe(rpc === 'en' ? 'id is required' : 'id 为必填项')
    const nowhere = await said('GET', '/nowhere', {}, rpc)
    expect(nowhere.body.error).toBe(rpc === 'en' ? 'Endpoint not found' : '接口不存在')
    const person = await service.makeUser()
    const destroyed = await said('POST', `/users:destroy?id=${person.id}`, { token }, rpc)
    expect(destroyed.body.message).toBe(rpc === 'en' ? 'user deleted successfully' : '用户删除成功')

    const missed = await said('GET', '/users/nobody', { token }, rest)
    expect(outcome(missed)).toBe('404 USER_001')
    expect(missed.body.message).toBe(rest === 'zh' ? '用户不存在' : 'No such user')
    const breach = await said('GET', '/users?page=0', { token }, rest)
    expect(outcome(breach)).toBe('400 USER_002')
    expect(breach.body.details.errors[0].message).toBe(rest === 'zh' ? 'page 不能小于 1' : 'page must be at least 1')
    const other = await service.makeUser()
    const deleted = await said('DELETE', `/users/${other.id}`, { token }, rest)
    expect(deleted.body.message).toBe(rest === 'zh' ? '用户删除成功' : 'User deleted')
  })

  it('counts where it is sent twice', async () => {
    const head = ['GET /nowhere HTTP/1.1', 'Accept-Language: fr', 'Accept-Language: zh']
    expect((await sendBytes(service.url, head)).headers['content-language']).toBe('zh')
  })
})

it.each(['/users:list', '/users', '/users:get?id=nobody', '/users/nobody'])(
  '%s says how many requests are left',
  async (path) => {
    const before = Math.floor(service.clock.now().getTime() / 1000)
    const { headers } = await get(path)
    expect(headers['x-ratelimit-limit']).toBe('1000')
    expect(Number(headers['x-ratelimit-remaining'])).toBeLessThan(1000)
    expect(Number(headers['x-ratelimit-reset'])).toBeGreaterThan(before)
    expect(Number(headers['x-ratelimit-reset'])).toBeLessThanOrEqual(before + 61)
  },
)

it('nobody is told of limits who is not known, or where there are none', async () => {
  expect((await service.call('GET', '/users', {})).headers).not.toHaveProperty('x-ratelimit-limit')
  const free = await startService({ rateLimitPerMinute: 0 })
  const { token: own } = await free.as('admin')
  expect((await free.call('GET', '/users', { token: own })).headers).not.toHaveProperty('x-ratelimit-limit')
  await free.close()
})
