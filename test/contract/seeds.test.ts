import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readId, toUlid } from '../../src/domain/id.ts'
import { contract } from '../support/contract-check.ts'
import { type Service, startService } from '../support/service.ts'

/** One exchange of a seed document. */
interface Exchange {
  readonly title: string
  readonly method: string
  readonly path: string
  readonly request: any
  readonly status: number
  readonly response: any
}

const seed = (name: string) => readFileSync(new URL(`../seeds/${name}.md`, import.meta.url), 'utf8')
const seedId = '01KH58V2PV6ZAM319FBPT1BFV6'
const volatile = /^(id|created_at|updated_at|last_login_at|createdAt|updatedAt|lastLoginAt)$/

function rpcExchanges(): Exchange[] {
  return seed('rpc-users')
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [, method = '', path = ''] = /-X (\w+) "http:\/\/localhost:6006([^"]+)"/.exec(section) ?? []
      const request = /-d '\s*({.*?})\s*'/s.exec(section)?.[1]
      const [, status, response = ''] = /\*\*Response \((\d+)[^)]*\):\*\*\s*```json\n(.*?)```/s.exec(section) ?? []
      return {
        title: (section.split('\n')[0] as string).trim(),
        method,
        path,
        request: request && JSON.parse(request),
        status: Number(status),
        response: JSON.parse(response),
      }
    })
}

function restExchanges(): Exchange[] {
  return seed('rest-users')
    .split(/^## /m)
    .slice(2)
    .map((section) => {
      const [, method = '', path = ''] = /\*\*端点\*\*: `(\w+) ([^`]+)`/.exec(section) ?? []
      const request = /\*\*请求体\*\*:\s*```json\n(.*?)```/s.exec(section)?.[1]
      const response = /\*\*响应\*\*:\s*```json\n(.*?)```/s.exec(section)?.[1] as string
      return {
        title: (section.split('\n')[0] as string).trim(),
        method,
        path,
        request: request && JSON.parse(request),
        status: method === 'POST' ? 201 : 200,
        response: JSON.parse(response),
      }
    })
}

/** Ids and times become the word for their kind, so that all else is compared by value. */
function settle(value: any, key = ''): any {
  if (Array.isArray(value)) return value.map((item) => settle(item))
  if (value === null || typeof value !== 'object') return volatile.test(key) ? `<${key}>` : value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, settle(inner, name)]))
}

describe('the recorded exchanges of the RPC style, in order on a prepared store', () => {
  let service: Service
  let token: string
  let id: string

  beforeAll(async () => {
    service = await startService()
    await service.makeUser({ username: 'admin', email: 'admin@example.com', role: 'admin' })
    const newuser = await service.makeUser({ username: 'newuser', email: 'newemail@example.com' })
    await service.login('newuser')
    token = (await service.login('admin')).access_token
    id = toUlid(newuser.id)
  })
  afterAll(() => service.close())

  it('are seven', () => {
    expect(rpcExchanges()).toHaveLength(7)
  })

  it.each(rpcExchanges())('$title', async ({ method, path, request, status, response }) => {
    const reply = await service.call(method, path.replace(seedId, id), { token, ...(request && { json: request }) })
    expect(reply.status).toBe(status)
    expect(settle(reply.body)).toEqual(settle(response))
    if (reply.body.user)
      expect(reply.body.user.id).toBe(path.includes(seedId) ? id : toUlid(readId(reply.body.user.id) as string))
  })
})

describe('the exchanges of the REST style, in order on a prepared store', () => {
  let service: Service
  let token: string
  let id: string

  beforeAll(async () => {
    service = await startService()
    await service.makeUser({ username: 'admin', email: 'admin@example.com', fullName: '系统管理员', role: 'admin' })
    token = (await service.login('admin')).access_token
    id = (await service.makeUser({ username: 'user123', email: 'user123@example.com', fullName: '用户姓名' })).id
    await service.login('user123')
  })
  afterAll(() => service.close())

  it('are six', () => {
    expect(restExchanges()).toHaveLength(6)
  })

  it.each(restExchanges().filter(({ path }) => path !== '/users/stats' && !path.startsWith('GET /users')))(
    '$title',
    async ({ method, path, request, status, response }) => {
      const query = method === 'GET' && path === '/users' ? '?search=admin' : ''
      const reply = await service.call(method, path.replace('{id}', id) + query, {
        token,
        ...(request && { json: request }),
      })
      expect(reply.status).toBe(status)
      // Its numbers are of a store of a hundred users; how they go together is what counts.
      const { pagination, ...shown } = settle(response)
      expect(settle(reply.body)).toMatchObject(shown)
      const whole = { page: 1, limit: 20, total: 1, totalPages: 1, nextCursor: null }
      if (pagination) expect(reply.body.pagination).toEqual(whole)
    },
  )

  it('获取用户统计', async () => {
    const { response } = restExchanges().find(({ path }) => path === '/users/stats') as Exchange
    const { status, body } = await service.call('GET', '/users/stats', { token })
    expect(status).toBe(200)
    for (const { data } of [body, response]) {
      const { totalUsers, activeUsers, inactiveUsers, adminUsers, managerUsers, regularUsers, byRole } = data
      const sum = Object.values<number>(byRole).reduce((all, count) => all + count, 0)
      expect([activeUsers + inactiveUsers, adminUsers + managerUsers + regularUsers, sum]).toEqual([
        totalUsers,
        totalUsers,
        totalUsers,
      ])
    }
    expect(Object.keys(body.data)).toEqual(Object.keys(response.data))
    expect(Object.keys(body.data.byRole)).toEqual(expect.arrayContaining(Object.keys(response.data.byRole)))
  })
})

describe('the examples of the document', () => {
  const examples = (operation: any, status: number): any[] =>
    Object.values(operation.responses[status].content['application/json'].examples ?? {}).map((each: any) => each.value)
  const requests = (operation: any): any[] =>
    Object.values(operation.requestBody?.content['application/json'].examples ?? {}).map((each: any) => each.value)

  it.each(rpcExchanges())(
    'have "$title" of the RPC seed, value for value',
    ({ method, path, request, status, response }) => {
      const operation = contract.paths[path.split('?')[0] as string][method.toLowerCase()]
      expect(examples(operation, status)).toContainEqual(response)
      if (request) expect(requests(operation)).toContainEqual(request)
    },
  )

  it.each(restExchanges())(
    'have "$title" of the REST seed, completed',
    ({ method, path, request, status, response }) => {
      const operation = contract.paths[path][method.toLowerCase()]
      const known = (value: any): any =>
        Array.isArray(value)
          ? value.map(known)
          : value !== null && typeof value === 'object'
            ? expect.objectContaining(
                Object.fromEntries(
                  Object.entries(value).map(([k, v]) => [k, k === 'id' ? expect.any(String) : known(v)]),
                ),
              )
            : value
      expect(examples(operation, status)).toContainEqual(known(response))
      if (request) expect(requests(operation)).toContainEqual(request)
    },
  )
})
