import { afterEach, describe, expect, it } from 'vitest'
import { rest } from '../src/generated/rest.ts'
import { rpc } from '../src/generated/rpc.ts'
import { createJanus } from '../src/index.ts'
import { json, type OddServer, startOddServer, text } from './odd-server.ts'

const opened: OddServer[] = []
afterEach(() => {
  for (const server of opened.splice(0)) server.close()
})

/** Both faces of a server that answers with these bodies, one after another. */
async function answering(...bodies: unknown[]) {
  const server = await startOddServer(...bodies.map((body) => json(200, body)))
  opened.push(server)
  const janus = createJanus({ baseUrl: server.url, tokens: { accessToken: 'an.access.token' }, retries: 0 })
  return { server, a: rpc(janus), b: rest(janus), lines: () => server.asked.map(({ line }) => line) }
}

const page = (names: string, next: string | null = null, counts: object = {}) => ({
  users: [...names].map((username) => ({ username })),
  next_cursor: next,
  ...counts,
})
const counted = (names: string, next: string | null | undefined, counts: object) => ({
  success: true,
  data: [...names].map((username) => ({ username })),
  pagination: { nextCursor: next, ...counts },
})
const nothing = { hasNextPage: false, totalPages: 0, total: 0 }
const plenty = { hasNextPage: true, totalPages: 1_000_000, total: 10_000_000 }

const namesOf = async (list: AsyncIterable<{ username: string }>) => {
  let names = ''
  for await (const { username } of list) names += username
  return names
}

describe('what a list says of its length', () => {
  it.each([nothing, plenty])('is not believed: %j', async (counts) => {
    const { b, lines } = await answering(counted('ab', 'x', counts), counted('cd', null, counts))
    expect(await namesOf(b.users.list({ page: 3, sortBy: 'email' }))).toBe('abcd')
    expect(lines()).toEqual(['GET /users?page=3&sortBy=email', 'GET /users?sortBy=email&after=x'])
  })

  it('is not believed where a page is empty: the cursor goes on after it', async () => {
    const { a, lines } = await answering(page('ab', 'x', { total: 0 }), page('', 'y'), page('c', null, { total: 9 }))
    expect(await namesOf(a.users.list({ limit: 2 }))).toBe('abc')
    expect(lines()).toEqual([
      'GET /users:list?limit=2',
      'GET /users:list?limit=2&after=x',
      'GET /users:list?limit=2&after=y',
    ])
  })
})

describe('a page that comes again', () => {
  it('is the end of the walk where its cursor is an old one, however long ago', async () => {
    const { a, lines } = await answering(page('ab', 'x'), page('cd', 'y'), page('ef', 'x'))
    const names: string[] = []
    const walk = async () => {
      for await (const { username } of a.users.list()) names.push(username)
    }
    await expect(walk()).rejects.toMatchObject({ name: 'JanusError', code: 'UNEXPECTED_ANSWER' })
    expect(names.join('')).toBe('abcd')
    expect(lines()).toHaveLength(3)
  })

  it('is the end of the walk where the cursor is not read, and is not given twice', async () => {
    const { b, lines } = await answering(counted('ab', 'x', plenty))
    const names: string[] = []
    const walk = async () => {
      for await (const { username } of b.users.list({ sortBy: 'email' })) names.push(username)
    }
    await expect(walk()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' })
    expect(names.join('')).toBe('ab')
    expect(lines()).toHaveLength(2)
  })
})

describe('a page without a cursor', () => {
  it('is not taken for the last one: of a service before 0.6.0 it is not', async () => {
    const { b } = await answering(counted('ab', undefined, plenty))
    await expect(b.users.list({ sortBy: 'email' }).toArray()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' })
    expect((await b.users.list({ sortBy: 'email' })).data).toHaveLength(2)
  })
})

describe('an answer that is no page', () => {
  it.each([{}, null, [], 'users', { users: null }, { data: 1 }])(
    '%j fails as one that is not expected',
    async (body) => {
      const { a, b } = await answering(body)
      for (const list of [a.users.list(), b.users.list(), b.users.list({ page: 1 })])
        await expect(list.toArray()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' })
    },
  )

  it('is not taken for the end of the list', async () => {
    const server = await startOddServer(json(200, page('ab', 'x')), text(200, ''))
    opened.push(server)
    const { users } = rpc(createJanus({ baseUrl: server.url, tokens: { accessToken: 'one' }, retries: 0 }))
    await expect(users.list().toArray()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 200 })
  })
})
