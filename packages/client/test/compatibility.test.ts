import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type PrefixProxy, startPrefixProxy } from '../../../test/support/prefix-proxy.ts'
import { password, type Service, startService } from '../../../test/support/service.ts'
import { rest } from '../src/generated/rest.ts'
import { rpc } from '../src/generated/rpc.ts'
import { createJanus } from '../src/index.ts'
import { personOf, type Wire } from './clients.ts'
import { failureOf } from './failure-of.ts'

let service: Service
let proxy: PrefixProxy

beforeAll(async () => {
  service = await startService({ rateLimitPerMinute: 1000 })
  proxy = await startPrefixProxy('/accounts')
  proxy.leadTo(service.url)
})
afterAll(async () => {
  proxy.close()
  await service.close()
})

/** Changes what the service answers from now on. */
function answered(wire: Wire, change: (body: any) => unknown, headers: Record<string, string> = {}): void {
  wire.between = async (send) => {
    const response = await send()
    const told = new Headers([...response.headers, ...Object.entries(headers)])
    return new Response(JSON.stringify(change(await response.json())), { status: response.status, headers: told })
  }
}

describe('a service that is newer', () => {
  it('may have properties that nobody knows yet: they are kept', async () => {
    const { wire, a, b, user } = await personOf(service)
    answered(wire, (body) => ({
      ...body,
      new_one: 1,
      ...(body.user && { user: { ...body.user, new_one: [2] } }),
      ...(body.users && { users: body.users.map((each: object) => ({ ...each, new_one: 3 })) }),
      ...(body.data && { data: { ...body.data, new_one: 4 } }),
    }))
    expect(await a.users.get(user.id)).toMatchObject({ username: user.username, new_one: [2] })
    expect((await a.users.get(user.id).withResponse()).raw).toMatchObject({ new_one: 1 })
    expect(await a.users.list()).toMatchObject({ new_one: 1, users: [{ new_one: 3 }] })
    for await (const each of a.users.list()) expect(each).toMatchObject({ new_one: 3 })
    expect(await b.auth.profile()).toMatchObject({ new_one: 4 })
  })

  it('may have values, reasons and codes that nobody knows yet', async () => {
    const { wire, a } = await personOf(service)
    answered(wire, (body) => (body.user ? { ...body, user: { ...body.user, role: 'owner' } } : body))
    expect((await a.auth.me()).role).toBe('owner')
    answered(wire, (body) => ({ ...body, error_code: 'NEW_CODE', reason: 'new_reason' }))
    expect(await failureOf(a.users.get('nobody'))).toMatchObject({
      code: 'NEW_CODE',
      reason: 'new_reason',
      status: 404,
    })
  })

  describe('by its contract', () => {
    const warnings: unknown[][] = []
    beforeEach(() => {
      warnings.length = 0
      vi.spyOn(console, 'warn').mockImplementation((...args) => void warnings.push(args))
    })
    afterEach(() => void vi.restoreAllMocks())

    const versioned = async (version: string | undefined) => {
      const { wire, a } = await personOf(service)
      wire.between = async (send) => {
        const response = await send()
        const headers = new Headers(response.headers)
        headers.delete('API-Version')
        if (version !== undefined) headers.set('API-Version', version)
        return new Response(response.body, { status: response.status, headers })
      }
      await Promise.all([a.auth.me(), a.auth.me(), failureOf(a.users.get('nobody'))])
      await a.auth.me()
    }

    it.each(['1.0.0', '7.2.1', '10.0.0-beta.1'])('is said once, where it is so by a major: %s', async (version) => {
      await versioned(version)
      expect(warnings).toEqual([[expect.stringContaining(version)]])
    })

    it.each([undefined, '', 'none', '0.4.0', '0.99.7'])('is not said where it is not: %s', async (version) => {
      await versioned(version)
      expect(warnings).toEqual([])
    })

    it('is not said by the service of today', async () => {
      const { a } = await personOf(service)
      expect((await a.auth.me().withResponse()).response.headers.get('API-Version')).toMatch(/^\d/)
      expect(warnings).toEqual([])
    })
  })
})

describe('a service behind a path', () => {
  it.each(['', '/', '//'])('is found there in both faces, with %j at the end', async (end) => {
    const { username } = await service.makeUser({ role: 'admin' })
    const janus = createJanus({ baseUrl: proxy.url + end, login: { username, password } })
    const { id } = await rpc(janus).auth.me()
    expect((await rpc(janus).users.get(id)).username).toBe(username)
    expect((await rest(janus).users.get(id)).username).toBe(username)
    expect(await rpc(janus).users.list({ search: username }).toArray()).toHaveLength(1)
    await janus.logout()
    expect(proxy.strays).toEqual([])
  })

  it.each(['a&b=c', 'x+y z', '100%', '你好', '#?/', '%2e%2e'])('is asked for %s as it is', async (name) => {
    const { a, b } = await personOf(service)
    const { username } = await service.makeUser({ fullName: `Known as ${name}` })
    for (const list of [a.users.list({ search: name }), b.users.list({ search: name })])
      expect((await list.toArray()).map((user) => user.username)).toEqual([username])
  })

  it.each(['../auth:me', 'a/b', 'a?b', 'a#b', '%2e%2e', '..%2f'])(
    'is asked for no other path by an id: %s',
    async (id) => {
      const { wire, a, b } = await personOf(service)
      for (const { users } of [a, b])
        expect(await failureOf(users.get(id))).toMatchObject({ status: 404, reason: 'user_not_found' })
      expect(wire.sent.filter((line) => line !== 'POST /auth/login')).toEqual([
        'GET /users:get',
        `GET /users/${encodeURIComponent(id)}`,
      ])
    },
  )

  it.each(['', '.', '..', undefined, null, 7, {}])('is not asked for what is no id: %j', async (id) => {
    const { wire, b } = await personOf(service)
    expect(() => b.users.get(id as string)).toThrow(new TypeError('id is no id'))
    expect(wire.sent).toEqual([])
  })

  it.each(['', 'users.example.com', 'ftp://example.com', '/accounts', 'https://', 'https://a?b', 'https://a#b'])(
    'is not looked for at %j',
    (baseUrl) => {
      expect(() => createJanus({ baseUrl })).toThrow(TypeError)
    },
  )

  it.each([undefined, null, 5])('has to be given: %j, from an environment that lacks it', (baseUrl) => {
    const make = () => createJanus({ baseUrl: baseUrl as unknown as string })
    expect(make).toThrow(new TypeError('baseUrl has to be like https://example.com'))
  })
})

describe('a creation', () => {
  const someone = (username: string) =>
    ({ username, email: `${username}@example.com`, password: 'a good new password', role: 'guest' }) as const
  const made = (username: string) => service.knex('users').where({ username })

  it('that was refused for too many requests is repeated, and made once', async () => {
    const { wire, a } = await personOf(service)
    await a.auth.me()
    service.clock.nextMinute()
    wire.between = async (send) => {
      const response = await send()
      if (response.status !== 429) return response
      service.clock.nextMinute()
      // As if the minute were over at once.
      return new Response(response.body, { status: 429 })
    }
    for (let i = 0; i < 1000; i += 100) await Promise.all(Array.from({ length: 100 }, () => a.auth.me()))
    expect((await a.users.create(someone('limited'))).username).toBe('limited')
    expect(wire.count('POST /users:create')).toBe(2)
    expect(await made('limited')).toHaveLength(1)
  })

  it.each([503, 502, 504, 408])('that was answered with %i is not: it may have been made', async (status) => {
    const { wire, a, b } = await personOf(service)
    wire.between = async (send, line) => {
      const response = await send()
      return line === 'POST /auth/login' ? response : new Response('<h1>Later</h1>', { status })
    }
    expect(await failureOf(a.users.create(someone(`once-${status}`)))).toMatchObject({ status })
    await failureOf(b.users.create({ ...someone(`twice-${status}`) } as never))
    expect(wire.sent).toEqual(['POST /auth/login', 'POST /users:create', 'POST /users'])
    expect(await made(`once-${status}`)).toHaveLength(1)
  })
})
