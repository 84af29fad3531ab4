import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendBytes } from '../support/bytes.ts'
import { contract } from '../support/contract-check.ts'
import { outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let token: string
let id: string

beforeAll(async () => {
  service = await startService()
  const { user, token: own } = await service.as('super_admin')
  token = own
  id = user.id
})
afterAll(() => service.close())

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY']
const isRest = (path: string) => /^\/(users|audit)$|^\/(users|auth)\//.test(path)
const notFound = (path: string) => (isRest(path) ? '404 SYS_009' : '404 NOT_FOUND')
const notAllowed = (path: string) => (isRest(path) ? '405 SYS_010' : '405 METHOD_NOT_ALLOWED')

const paths = Object.entries<object>(contract.paths).map(([path, operations]) => {
  const has = Object.keys(operations).map((method) => method.toUpperCase())
  const allow = [...has, ...(has.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort()
  return { path, concrete: path.replace(/\{\w+\}/g, '01890000-0000-7000-8000-000000000000'), allow }
})

describe.each(paths)('$path', ({ path, concrete, allow }) => {
  it.each(methods.filter((method) => !allow.includes(method)))('has no %s, and says what it has', async (method) => {
    const reply = await service.call(method, concrete, {})
    expect(outcome(reply)).toBe(method === 'HEAD' ? '405' : notAllowed(path))
    expect(reply.headers.allow).toBe(allow.join(', '))
    expect(reply.headers['www-authenticate']).toBeUndefined()
  })

  it('has every method of the contract, behind a token or not', async () => {
    for (const method of allow.filter((each) => each !== 'OPTIONS')) {
      const reply = await service.call(method, concrete, {})
      expect([400, 401]).toContain(reply.status)
    }
  })

  it('answers OPTIONS with its methods, without a token', async () => {
    const reply = await service.call('OPTIONS', concrete, {})
    expect(reply.status).toBe(204)
    expect(reply.headers.allow).toBe(allow.join(', '))
    expect(reply.body).toBeUndefined()
    expect(outcome(await service.call('OPTIONS', concrete, { token: 'rubbish' }))).toBe('204')
  })

  it.each([
    ['a trailing slash', (at: string) => `${at}/`],
    ['two slashes in front', (at: string) => `/${at}`],
    ['more behind', (at: string) => `${at}/x/y`],
  ])('is another path with %s', async (_, change) => {
    const other = change(concrete)
    for (const method of ['GET', 'POST', 'OPTIONS'])
      expect(outcome(await service.call(method, other, {}))).toBe(notFound(other))
  })
})

describe('a path in neither tree', () => {
  it.each(['/', '/nowhere', '/auth', '/userS', '/users:nothing', '/auth:nothing', '/api/users', '/favicon.ico'])(
    'answers in the shape of RPC, in the language that is asked for: %s',
    async (path) => {
      for (const [language, error] of [
        ['en', 'Endpoint not found'],
        ['zh', '接口不存在'],
      ] as const) {
        const { body } = await service.call('GET', path, { headers: { 'Accept-Language': language } })
        expect(body).toEqual({ error, code: 404, error_code: 'NOT_FOUND', reason: 'no_such_path' })
      }
      expect((await service.call('GET', path, {})).body.error).toBe('Endpoint not found')
    },
  )

  it.each(['/users/', '/users/x/y', '/auth/', '/auth/nothing'])(
    'but below a tree of REST in that of REST: %s',
    async (path) => {
      const { body } = await service.call('GET', path, {})
      expect(body).toMatchObject({
        success: false,
        statusCode: 404,
        message: '接口不存在',
        details: { code: 'SYS_009' },
      })
    },
  )

  it('that is served outside the contract names its methods in the shape of RPC', async () => {
    const { body, headers } = await service.call('POST', '/health', {})
    const said = { error: 'method not allowed', code: 405, error_code: 'METHOD_NOT_ALLOWED', reason: 'no_such_method' }
    expect(body).toEqual(said)
    expect(headers.allow).toContain('GET')
  })
})

describe('HEAD', () => {
  const gets = [
    '/users:list?limit=1',
    '/users:get?id={id}',
    '/auth:me',
    '/users?limit=1',
    '/users/stats',
    '/users/{id}',
    '/auth/profile',
    '/users:get',
    '/nowhere',
  ]

  it.each(gets)('has the headers of GET and no body: %s', async (template) => {
    const path = template.replace('{id}', id)
    const headers = { 'X-Request-Id': 'same' }
    const full = await service.call('GET', path, { token, headers })
    const head = await service.call('HEAD', path, { token, headers })
    expect(head.status).toBe(full.status)
    expect(head.body).toBeUndefined()
    const counts = ['date', 'ratelimit', 'x-ratelimit-remaining', 'x-ratelimit-reset']
    const settle = (found: Record<string, string>) =>
      Object.fromEntries(Object.entries(found).filter(([name]) => !counts.includes(name)))
    expect(settle(head.headers)).toEqual(settle(full.headers))
  })

  it('of what needs a token needs it too', async () => {
    const reply = await service.call('HEAD', '/users', {})
    expect(reply.status).toBe(401)
    expect(reply.headers['www-authenticate']).toBe('Bearer')
    expect(reply.body).toBeUndefined()
  })
})

describe('a path outside the contract is 404 in its style, never 401', () => {
  it.each([
    '/',
    '//',
    '/user',
    '/usersx',
    '/Users',
    '/USERS',
    '/users/a/b',
    '/users/stats/x',
    '/users/',
    '/users/%2e%2e/auth',
    '/users:',
    '/users:List',
    '/users:lists',
    '/users:list:x',
    '/users:list/x',
    '/users::list',
    '/users.list',
    '/users%2Flist',
    '/users%253Alist',
    '/auth',
    '/auth/',
    '/auth/Login',
    '/auth/me',
    '/auth:Me',
    '/auth:profile',
    '/%E0%A4%A',
    '/%',
    '/users:get%00',
    '/favicon.ico',
    '/.env',
    '/v1/users',
    '/health/',
    '/Health',
    '/openapi.json/',
    '/__proto__',
    '/constructor',
  ])('%s', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
      expect(outcome(await service.call(method, path, {}))).toBe(notFound(path))
      expect(outcome(await service.call(method, path, { token }))).toBe(notFound(path))
    }
  })

  it.each([
    '*',
    'http://elsewhere.example/nowhere',
    'http://elsewhere.example',
    'http://elsewhere.example?x=/users',
    'http://[/nowhere',
    'http://[::1/nowhere',
    'http://a:99999999/nowhere',
  ])('also as the request target %s', async (target) => {
    expect(outcome(await sendBytes(service.url, [`OPTIONS ${target} HTTP/1.1`]))).toBe('404 NOT_FOUND')
  })
})
