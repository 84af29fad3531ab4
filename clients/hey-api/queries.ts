import { MutationObserver, QueryClient } from '@tanstack/preact-query'
import * as query from '../out/hey-api/@tanstack/preact-query.gen.ts'
import { zRestUsersListResponse, zRpcUsersListResponse } from '../out/hey-api/zod.gen.ts'
import { accept } from '../smoke/schemas.ts'

/** Carries the options for TanStack Query through a client of it: a query, pages, a mutation. */
export async function queries(): Promise<string[]> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const faults: string[] = []
  const name = `tanstack-${process.pid}`
  const secret = 'correct horse battery'

  const created = await new MutationObserver(client, query.restUsersCreateMutation()).mutate({
    body: { username: name, email: `${name}@example.com`, password: secret },
  })
  const { id } = created.data
  const one = await client.fetchQuery(query.restUsersGetOptions({ path: { id } }))
  if (one.data.username !== name) faults.push(`the query of one user answered ${JSON.stringify(one)}`)

  const rpcPage = await client.fetchQuery(query.rpcUsersListOptions({ query: { limit: 2 } }))
  accept(zRpcUsersListResponse, 'the list in RPC', rpcPage)
  const restPage = await client.fetchQuery(query.restUsersListOptions({ query: { limit: 2 } }))
  accept(zRestUsersListResponse, 'the list in REST', restPage)

  const { pages } = await client.fetchInfiniteQuery({
    ...query.rpcUsersListInfiniteOptions({ query: { limit: 1 } }),
    initialPageParam: {},
    getNextPageParam: (page) => page.next_cursor,
    pages: 2,
  })
  const ids = pages.flatMap(({ users }) => users.map((user) => user.id))
  if (new Set(ids).size !== 2) faults.push(`two pages of one user each were ${JSON.stringify(ids)}`)

  await new MutationObserver(client, query.restUsersDeleteMutation()).mutate({ path: { id } })
  const gone = await client.fetchQuery({ ...query.restUsersGetOptions({ path: { id } }), staleTime: 0 }).then(
    () => undefined,
    (error) => error,
  )
  if (gone?.details?.code !== 'USER_001') faults.push(`a user who is gone was answered ${JSON.stringify(gone)}`)
  client.clear()
  return faults
}
