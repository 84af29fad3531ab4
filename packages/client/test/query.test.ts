import { InfiniteQueryObserver, MutationObserver, QueryClient, QueryObserver } from '@tanstack/query-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../../../test/support/service.ts'
import { rest, type User } from '../src/generated/rest.ts'
import { rpc, type UserPublic } from '../src/generated/rpc.ts'
import { ConnectionError, type JanusError, NotFoundError } from '../src/index.ts'
import { infiniteQueryOptions, mutationOptions, queryKeyOf, queryOptions } from '../src/query.ts'
import { clientOf } from './clients.ts'

const missing = '01941f29-7c00-7000-8000-00000000000f'
let service: Service
let queries: QueryClient
const made = Array.from({ length: 5 }, (_, n) => `paged-${n}`)
const session = () => {
  const { wire, janus } = clientOf(service, { login: { username: 'root-admin', password } })
  return { wire, a: rpc(janus), b: rest(janus) }
}

beforeAll(async () => {
  service = await startService()
  await service.makeUser({ username: 'root-admin', role: 'super_admin' })
  for (const username of made) await service.makeUser({ username })
})
afterAll(() => service.close())
beforeEach(() => {
  queries = new QueryClient()
})
afterEach(() => queries.clear())

/** Resolves when the observer shows what is looked for. */
const shown = <Result>(
  observer: { subscribe(listener: (result: Result) => void): () => void },
  looked: (result: Result) => boolean,
) =>
  new Promise<Result>((resolve) => {
    const stop = observer.subscribe((result) => {
      if (!looked(result)) return
      resolve(result)
      // The first result can come before `stop` is there.
      queueMicrotask(() => stop())
    })
  })

describe('a query', () => {
  it('fetches, keeps what it got under a key of its own, and is invalidated by method', async () => {
    const { a, b, wire } = session()
    const me = await queries.fetchQuery(queryOptions(a.auth.me))
    const options = queryOptions(a.users.get, me.id)
    expect(options.queryKey).toEqual(['janus', 'rpc.users.get', me.id])
    const observer = new QueryObserver(queries, options)
    const { data } = await shown(observer, ({ isSuccess }) => isSuccess)
    const user: UserPublic | undefined = data
    expect(user?.username).toBe('root-admin')
    const other: User = await queries.fetchQuery(queryOptions(b.users.get, me.id))
    expect(other.username).toBe('root-admin')

    const fetched = () => wire.count('GET /users:get')
    expect(fetched()).toBe(1)
    const stop = observer.subscribe(() => {})
    await queries.invalidateQueries({ queryKey: queryKeyOf(b.users.get) })
    await queries.invalidateQueries({ queryKey: queryKeyOf(a.users.get, 'another') })
    const before = fetched()
    await queries.invalidateQueries({ queryKey: queryKeyOf(a.users.get, me.id) })
    await queries.invalidateQueries({ queryKey: queryKeyOf(a.users.get) })
    await queries.invalidateQueries({ queryKey: queryKeyOf() })
    expect(fetched()).toBe(before + 3)
    stop()
  })

  it('fails with the error of the call, typed by its codes, and is not repeated once more', async () => {
    const { a, wire } = session()
    const observer = new QueryObserver(queries, queryOptions(a.users.get, missing))
    const { error } = await shown(observer, ({ isError }) => isError)
    expect(error).toBeInstanceOf(NotFoundError)
    const code: 'USER_NOT_FOUND' | false | undefined = error?.code === 'USER_NOT_FOUND' && error.code
    expect(code).toBe('USER_NOT_FOUND')
    // @ts-expect-error no code of this operation
    expect(error?.code === 'USERNAME_EXISTS').toBe(false)
    expect(wire.count('GET /users:get')).toBe(1)
  })

  it('gives its call up when it is cancelled', async () => {
    const { a, wire } = session()
    await a.auth.me()
    const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    wire.between = async (send) => {
      begun.resolve()
      await released.promise
      return send()
    }
    let given: JanusError | undefined
    const { queryFn, ...options } = queryOptions(a.users.list, { search: 'paged' })
    const fetching = queries.fetchQuery({
      ...options,
      queryFn: (context) =>
        queryFn(context).catch((error) => {
          given = error
          throw error
        }),
    })
    const ended = expect(fetching).rejects.toThrow()
    await begun.promise
    await queries.cancelQueries({ queryKey: queryKeyOf(a.users.list) })
    await ended
    released.resolve()
    await expect.poll(() => given).toBeInstanceOf(ConnectionError)
    expect(given?.code).toBe('ABORTED')
  })

  it('has its options apart from its key', () => {
    const { a } = session()
    expect(queryOptions(a.users.list, undefined, { timeout: 1 }).queryKey).toEqual(queryKeyOf(a.users.list))
    expect(queryOptions(a.users.list).queryKey).toEqual(['janus', 'rpc.users.list'])
  })

  it('is made of the methods of a face alone', () => {
    const { a } = session()
    expect(() => queryOptions(() => a.auth.me())).toThrow(TypeError)
    // @ts-expect-error without the id
    queryOptions(a.users.get)
    // @ts-expect-error no list
    infiniteQueryOptions(a.users.get, 'id')
    // @ts-expect-error no method
    expect(() => queryKeyOf(a.users)).toThrow(TypeError)
  })
})

describe('an infinite query', () => {
  /** Walks it to its end: the usernames of each page. */
  async function walk(observer: InfiniteQueryObserver<any, any, any, any, any>, names: (page: any) => string[]) {
    const stop = observer.subscribe(() => {})
    await observer.fetchOptimistic(observer.options as any)
    while (observer.getCurrentResult().hasNextPage) await observer.fetchNextPage()
    const { data } = observer.getCurrentResult()
    stop()
    return data.pages.map(names) as string[][]
  }
  const pairs = () => [made.slice(0, 2), made.slice(2, 4), made.slice(4)]

  it('walks along the cursor, in RPC', async () => {
    const { a } = session()
    const options = infiniteQueryOptions(a.users.list, { search: 'paged', limit: 2 })
    const observer = new InfiniteQueryObserver(queries, options)
    const first: string | undefined = observer.getCurrentResult().data?.pages[0]?.users[0]?.username
    expect(first).toBeUndefined()
    expect(await walk(observer, ({ users }) => users.map((user: UserPublic) => user.username))).toEqual(pairs())
    expect(options.queryKey.slice(0, 3)).toEqual(queryKeyOf(a.users.list, { search: 'paged', limit: 2 }))
  })

  it.each([
    ['along the cursor', { sortOrder: 'ASC' } as const, () => pairs()],
    ['from a page on', { page: 2, sortBy: 'username', sortOrder: 'ASC' } as const, () => pairs().slice(1)],
    [
      'by name, backwards',
      { sortBy: 'username' } as const,
      () => [made.slice(3).reverse(), made.slice(1, 3).reverse(), made.slice(0, 1)],
    ],
  ])('walks %s, in REST', async (_, order, expected) => {
    const { b } = session()
    const options = infiniteQueryOptions(b.users.list, { search: 'paged', limit: 2, ...order })
    const observer = new InfiniteQueryObserver(queries, options)
    expect(await walk(observer, ({ data }) => data.map((user: User) => user.username))).toEqual(expected())
  })

  it('and a query of the same list do not share a key', async () => {
    const { a } = session()
    const page = await queries.fetchQuery(queryOptions(a.users.list))
    const { pages, pageParams } = await queries.fetchInfiniteQuery(infiniteQueryOptions(a.users.list))
    expect(pages).toEqual([page])
    expect(pageParams).toEqual([undefined])
  })

  it('never loops on a cursor that comes again', () => {
    const { a } = session()
    const { getNextPageParam } = infiniteQueryOptions(a.users.list)
    const page = { users: [], next_cursor: 'here', limit: 1 }
    expect(getNextPageParam(page, [page], undefined, [undefined])).toBe('here')
    expect(getNextPageParam(page, [page, page], 'here', [undefined, 'here'])).toBeUndefined()
  })
})

describe('a mutation', () => {
  it('takes what the method takes: alone, or several as a list', async () => {
    const { a } = session()
    const creation = new MutationObserver(queries, mutationOptions(a.users.create))
    const user = {
      username: 'mutated',
      email: 'mutated@example.com',
      password: 'long enough 123',
      role: 'user',
    } as const
    const { id } = await creation.mutate(user)
    const change = new MutationObserver(queries, mutationOptions(a.users.update))
    expect((await change.mutate([id, { role: 'moderator' }])).role).toBe('moderator')
    // @ts-expect-error a body, not a list
    await expect(creation.mutate([user])).rejects.toThrow()
    await creation.mutate(user).catch(() => {})
    const { error } = creation.getCurrentResult()
    expect(error?.code === 'USERNAME_EXISTS').toBe(true)
    expect(mutationOptions(a.users.create).mutationKey).toEqual(['janus', 'rpc.users.create'])
  })
})
