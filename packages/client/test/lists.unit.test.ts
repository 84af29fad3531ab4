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
const numbered = (names: string, counts: object) => ({
  success: true,
  data: [...names].map((username) => ({ username })),
  pagination: { nextCursor: null, ...counts },
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
    const { b, lines } = await answering(numbered('ab', counts), numbered('cd', counts), numbered('', counts))
    expect(await namesOf(b.users.list({ page: 1 }))).toBe('abcd')
    expect(lines()).toEqual(['GET /users?page=1', 'GET /users?page=2', 'GET /users?page=3'])
  })

  it('is not believed along the cursor either, which goes on after an empty page', async () => {
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

  it('is the end of the walk where the number of the page is not read, and is not given twice', async () => {
    const { b, lines } = await answering(numbered('ab', plenty))
    const names: string[] = []
    const walk = async () => {
      for await (const { username } of b.users.list({ sortBy: 'email' })) names.push(username)
    }
    await expect(walk()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' })
    expect(names.join('')).toBe('ab')
    expect(lines()).toHaveLength(2)
  })

  it('is the end of the walk where the numbers go round', async () => {
    const { b, lines } = await answering(...['ab', 'cd', 'ab'].map((names) => numbered(names, plenty)))
    await expect(b.users.list({ page: 1 }).toArray()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' })
    expect(lines()).toHaveLength(3)
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
