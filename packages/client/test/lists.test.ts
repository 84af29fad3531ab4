import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Service, startService } from '../../../test/support/service.ts'
import { type Rest, rest } from '../src/generated/rest.ts'
import { type Rpc, rpc } from '../src/generated/rpc.ts'
import { clientOf, type Wire } from './clients.ts'

let service: Service
let wire: Wire
let a: Rpc
let b: Rest

beforeAll(async () => {
  service = await startService({ rateLimitPerMinute: 0 })
  const { token } = await service.as('super_admin')
  const client = clientOf(service, { tokens: { accessToken: token } })
  wire = client.wire
  a = rpc(client.janus)
  b = rest(client.janus)
})
afterAll(() => service.close())
beforeEach(() => {
  wire.sent.length = 0
  wire.between = (send) => send()
})

/** Makes so many guests, whom the lists below ask for, in place of those there are. */
async function guests(count: number): Promise<string[]> {
  await service.knex('users').where({ role: 'guest' }).del()
  const { rows } = await service.knex.raw(
    `insert into users (id, username, email, full_name, role, status, can_write, created_at, updated_at)
     select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'guest-' || n, n || '@guests.example.com',
            '', 'guest', 'active', false, '2026-01-01'::timestamptz + n * interval '1 s', now()
     from generate_series(1, ?::int) n returning username`,
    [count],
  )
  return rows.map(({ username }: { username: string }) => username)
}

interface Query {
  limit?: number
  after?: string
}

const faces = [
  ['rpc', (query: Query = {}) => a.users.list({ role: 'guest', ...query })],
  ['rest', (query: Query = {}) => b.users.list({ role: 'guest', ...query })],
  ['rest by name', (query: Query = {}) => b.users.list({ role: 'guest', sortBy: 'username', ...query })],
  ['rest from a page on', (query: Query = {}) => b.users.list({ role: 'guest', page: 1, ...query })],
] as const

const namesOf = async (list: AsyncIterable<{ username: string }>) => {
  const names: string[] = []
  for await (const { username } of list) names.push(username)
  return names
}

describe.each(faces)('%s: a list that is iterated', (_, list) => {
  it.each([0, 1, 7, 8, 14, 15])('gives %i of as many by 7, none twice', async (count) => {
    const made = await guests(count)
    const names = await namesOf(list({ limit: 7 }))
    expect(names).toHaveLength(count)
    expect(names.toSorted()).toEqual(made.toSorted())
  })

  it('gives 10 001 of as many', async () => {
    const made = await guests(10_001)
    const names = await namesOf(list({ limit: 100 }))
    expect(names).toHaveLength(10_001)
    expect(new Set(names)).toEqual(new Set(made))
  })

  it('asks for no more pages than are wanted', async () => {
    await guests(30)
    let seen = 0
    for await (const _user of list({ limit: 10 })) if (++seen === 10) break
    expect(wire.sent).toHaveLength(1)
    expect(await list({ limit: 10 }).toArray({ limit: 20 })).toHaveLength(20)
    expect(wire.sent).toHaveLength(3)
    expect(await list({ limit: 10 }).toArray({ limit: 11 })).toHaveLength(11)
    expect(wire.sent).toHaveLength(5)
    expect(await list({ limit: 10 }).toArray({ limit: 0 })).toEqual([])
    expect(wire.sent).toHaveLength(5)
  })

  it('gives all of them as an array too, and again', async () => {
    const made = await guests(25)
    const wanted = list({ limit: 10 })
    expect(wire.sent).toEqual([])
    for (let i = 0; i < 2; i++) {
      const names = (await wanted.toArray()).map(({ username }) => username)
      expect(names.toSorted()).toEqual(made.toSorted())
    }
  })

  it('fails where a page fails, having given those before', async () => {
    await guests(25)
    const names: string[] = []
    const walk = async () => {
      for await (const { username } of list({ limit: 10 })) {
        names.push(username)
        wire.between = async () => new Response('<h1>Bad gateway</h1>', { status: 400 })
      }
    }
    await expect(walk()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 400 })
    expect(names).toHaveLength(10)
  })
})

describe.each(faces)('%s: a list along the cursor', (_, list) => {
  it('gives none twice and misses none that was there throughout, while users come and go', async () => {
    const made = await guests(400)
    const names: string[] = []
    const gone = new Set<string>()
    let turn = 0
    for await (const { username } of list({ limit: 7 })) {
      names.push(username)
      turn++
      if (turn % 3 === 0) await service.makeUser({ role: 'guest' })
      // Some that were given, the one the cursor stands on among them, and some that were not.
      if (turn % 5 && turn % 7) continue
      const victim = turn % 7 ? made[(turn * 37) % made.length] : username
      gone.add(victim as string)
      await service
        .knex('users')
        .where({ username: victim })
        .update({ status: 'deleted', deleted_at: new Date(), password_hash: null })
    }
    expect(new Set(names).size).toBe(names.length)
    const given = new Set(names)
    expect(made.filter((name) => !gone.has(name) && !given.has(name))).toEqual([])
    expect(gone.size).toBeGreaterThan(50)
  })

  it('is in the order of its pages', async () => {
    await guests(20)
    const page = await list({ limit: 100 })
    expect(await list({ limit: 3 }).toArray()).toEqual('users' in page ? page.users : page.data)
  })
})

describe('a list that begins after', () => {
  it.each(faces.slice(0, 2))('a user, in %s: by id', async (_, list) => {
    await guests(20)
    const all = (await list({ limit: 100 }).toArray()).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const { id } = all[11] as { id: string }
    expect(await list({ limit: 3, after: id }).toArray()).toEqual(all.slice(12))
  })

  it('a page, in its order, which need not be said again', async () => {
    await guests(20)
    const sorted = { role: 'guest', sortBy: 'username', sortOrder: 'ASC', limit: 100 } as const
    const all = await b.users.list(sorted).toArray()
    const after = (await b.users.list({ ...sorted, limit: 12 })).pagination.nextCursor ?? ''
    expect(await b.users.list({ role: 'guest', after, limit: 3 }).toArray()).toEqual(all.slice(12))
    expect(await b.users.list({ ...sorted, after, limit: 3 }).toArray()).toEqual(all.slice(12))
  })
})

describe.each(faces)('%s: pages', (_, list) => {
  it('are whole, as answered', async () => {
    await guests(23)
    const sizes: number[] = []
    for await (const page of list({ limit: 10 }).pages())
      sizes.push('users' in page ? page.users.length : page.data.length)
    expect(sizes.slice(0, 3)).toEqual([10, 10, 3])
    expect(sizes).toHaveLength(3)
  })

  it('begin with the one that is awaited, which is asked for once', async () => {
    await guests(3)
    const wanted = list({ limit: 2 })
    const page = await wanted
    expect('users' in page ? page.users : page.data).toHaveLength(2)
    const { data, raw, response } = await wanted.withResponse()
    expect(data).toBe(raw)
    expect(data).toEqual(page)
    expect(response.status).toBe(200)
    expect(await wanted.result()).toMatchObject({ ok: true, data: page })
    expect(await wanted.then((told) => told === page)).toBe(true)
    expect(wire.sent).toHaveLength(1)
  })
})

describe('rest: a list with a page or an order', () => {
  it.each([{ page: 1 }, { sortBy: 'email' }, { sortOrder: 'ASC' }, { page: 2, sortBy: 'username' }] as const)(
    '%j is iterated from that page on, in that order',
    async (asked) => {
      const asks: URLSearchParams[] = []
      wire.between = (send) => send()
      await guests(25)
      const fetched = clientOf(service, {
        tokens: { accessToken: (await service.as('admin')).token },
        fetch: (input, init) => {
          asks.push(new URL(String(input)).searchParams)
          return fetch(input, init)
        },
      })
      const list = rest(fetched.janus).users.list({ role: 'guest', limit: 10, ...asked })
      const users = await list.toArray()
      const { page = 1, ...order } = { page: 1, ...asked }
      const all = (await b.users.list({ role: 'guest', limit: 100, ...order })).data
      expect(all).toHaveLength(25)
      expect(users).toEqual(all.slice((page - 1) * 10))
      // A number once, the order each time.
      expect(asks.map((ask) => ask.get('page'))).toEqual(
        asks.map((_, at) => ('page' in asked && at === 0 ? String(asked.page) : null)),
      )
      expect(asks.map((ask) => ask.has('after'))).toEqual(asks.map((_, at) => at > 0))
      for (const ask of asks) expect(ask.get('sortBy')).toBe('sortBy' in asked ? asked.sortBy : null)
    },
  )
})
