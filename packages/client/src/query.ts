import { askAfter, type Query } from './list.ts'
import { at } from './paths.ts'
import type { CallOptions, Result } from './types.ts'

/** A method of a face: `rpc(janus).users.get`. */
export type Method = (...args: never[]) => Answering
/** A method that lists. */
export type ListMethod = (...args: never[]) => Answering & { pages(): unknown }

type Answering = PromiseLike<unknown> & { result(): Promise<Result<unknown, string, unknown>> }

/** What a method gives; of a list a page. */
export type DataOf<Of extends Method> = Awaited<ReturnType<Of>>
/** What it fails with: a `JanusError` with the codes of its operation. */
export type ErrorOf<Of extends Method> = Extract<
  Awaited<ReturnType<ReturnType<Of>['result']>>,
  { readonly ok: false }
>['error']

/** What a method takes before its options: alone where it is one, else as a list. */
export type VariablesOf<Of extends Method> =
  Required<Parameters<Of>> extends [...infer Args, unknown]
    ? Args extends []
      ? // biome-ignore lint/suspicious/noConfusingVoidType: what may be left out
        void
      : Args extends [infer Only]
        ? Only
        : Args
    : never

/** The cursor before a page; undefined for the first. */
export type PageParam = string | undefined

interface Retry<Of extends Method> {
  /** Never: the client has repeated what can be repeated. */
  readonly retry: (failures: number, error: ErrorOf<Of>) => boolean
}

export interface QueryOptions<Of extends Method> extends Retry<Of> {
  readonly queryKey: readonly unknown[]
  readonly queryFn: (context: { readonly signal: AbortSignal }) => Promise<DataOf<Of>>
}

export interface InfiniteQueryOptions<Of extends ListMethod> extends Retry<Of> {
  readonly queryKey: readonly unknown[]
  readonly queryFn: (context: { readonly signal: AbortSignal; readonly pageParam: PageParam }) => Promise<DataOf<Of>>
  readonly initialPageParam: PageParam
  readonly getNextPageParam: (page: DataOf<Of>, pages: DataOf<Of>[], param: PageParam, params: PageParam[]) => PageParam
}

export interface MutationOptions<Of extends Method> extends Retry<Of> {
  readonly mutationKey: readonly unknown[]
  readonly mutationFn: (variables: VariablesOf<Of>) => Promise<DataOf<Of>>
}

/**
 * A call as a query of TanStack Query: `useQuery(queryOptions(a.users.get, id))`. Its signal gives
 * the call up when nobody waits for it any more.
 *
 * @param args those of the method; its options are not part of the key
 */
export function queryOptions<Of extends Method>(method: Of, ...args: Parameters<Of>): QueryOptions<Of> {
  const { key, given, call } = partsOf(method, args)
  return {
    queryKey: key,
    queryFn: ({ signal }) => call(given, { signal }),
    retry: never,
  }
}

/**
 * A list as an infinite query: page after page along the cursor, from the one that is asked for.
 *
 * @param args those of the method; its options are not part of the key
 */
export function infiniteQueryOptions<Of extends ListMethod>(
  method: Of,
  ...args: Parameters<Of>
): InfiniteQueryOptions<Of> {
  const { key, given, next = '', call } = partsOf(method, args)
  const query = (given.pop() ?? {}) as Query
  return {
    // Its data has another shape than that of a query.
    queryKey: [...key.slice(0, 2), ...given, query, 'infinite'],
    queryFn: ({ signal, pageParam }) =>
      call([...given, pageParam === undefined ? query : askAfter(query, pageParam)], { signal }),
    initialPageParam: undefined,
    getNextPageParam(page, _, __, params) {
      const cursor = (at(page, next) ?? undefined) as PageParam
      return params.includes(cursor) ? undefined : cursor
    },
    retry: never,
  }
}

/**
 * A write as a mutation: `useMutation(mutationOptions(a.users.create))`, then `mutate(body)`; with
 * several arguments `mutate([id, body])`.
 */
export function mutationOptions<Of extends Method>(method: Of): MutationOptions<Of> {
  const { key, given, call } = partsOf(method, [])
  return {
    mutationKey: key,
    mutationFn: (variables) => call(given.length === 1 ? [variables] : ((variables ?? []) as unknown[])),
    retry: never,
  }
}

/**
 * The beginning of keys, to invalidate what they are of: of everything, of a method, of a call.
 *
 * @throws TypeError for what is no method of a face
 */
export function queryKeyOf<Of extends Method>(method?: Of, ...args: Partial<Parameters<Of>>): readonly unknown[] {
  return method ? partsOf(method, args).key : ['janus']
}

const never = () => false

/**
 * A method with arguments: its key, those before its options, where a page has the next cursor, and
 * how to call it.
 */
function partsOf<Of extends Method>(method: Of, args: readonly unknown[]) {
  const { id, line } = method as { id?: string; line?: string }
  if (!id || !line) throw new TypeError('This is no method of a face, such as rpc(janus).users.get')
  const [, path = '', flags = '', , , next] = line.split(' ')
  const count = path.split('{').length - 1 + flags.replace(/[^bq]/g, '').length
  const given = Array.from({ length: count }, (_, place) => args[place])
  const last = given.map((each) => each !== undefined).lastIndexOf(true)
  return {
    key: ['janus', id, ...given.slice(0, last + 1)] as const,
    given,
    next,
    async call(all: readonly unknown[], more?: CallOptions): Promise<DataOf<Of>> {
      const send = method as unknown as (...args: unknown[]) => unknown
      return (await send(...all, { ...(args[count] as CallOptions), ...more })) as DataOf<Of>
    },
  }
}
