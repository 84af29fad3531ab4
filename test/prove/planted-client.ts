import { BadRequestError, errorOf, JanusError } from '../../packages/client/src/errors.ts'
import type { Method } from './client.ts'
import type { Fault } from './fault.ts'

type Seam = NonNullable<Fault['method']>
type Items = readonly unknown[]

/** Each has to be found through the client; without it there is nothing to find. */
export const plantedInClient: readonly Fault[] = [
  {
    name: 'client: an iteration stops a page early',
    method: iterating((pages) => pages.slice(0, Math.max(1, pages.length - 1)).flat()),
  },
  {
    name: 'client: an iteration takes a page that is not full for none',
    method: only(
      'rest.users.list',
      iterating(([first = [], ...more]) => [first, ...more.filter(isAsLongAs(first))].flat()),
    ),
  },
  {
    name: 'client: at whom a page ends begins the next',
    method: iterating((pages) => pages.flatMap((page, at) => [...(pages[at - 1]?.slice(-1) ?? []), ...page])),
  },
  {
    name: 'client: an error has its reason for its code',
    method: failing((error) => changed(error, { code: error.reason })),
  },
  {
    name: 'client: a conflict is thrown as a bad request',
    method: failing((error) => (error.status === 409 ? new BadRequestError(error.message, fieldsOf(error)) : error)),
  },
  {
    name: 'client: it is not told what is wrong with which field',
    method: failing((error) => changed(error, { problems: [] })),
  },
  {
    name: 'client: what is false is not sent',
    method: only(
      'rpc.users.create',
      (own) =>
        ({ can_write, ...draft }, ...more) =>
          own({ ...draft, ...(can_write && { can_write }) }, ...more),
    ),
  },
  {
    name: 'client: a list that was asked for is not asked for again',
    method: only('rpc.users.list', (own) => {
      const kept = new Map<string, ReturnType<Method>>()
      return (...args) => {
        const key = JSON.stringify(args)
        const call = kept.get(key) ?? own(...args)
        kept.set(key, call)
        return call
      }
    }),
  },
]

function only(method: string, seam: Seam): Seam {
  return (own, id) => (id === method ? seam(own, id) : own)
}

/** Lists whose iteration makes something else of their pages. */
function iterating(itemsOf: (pages: readonly Items[]) => Items): Seam {
  return (own) =>
    (...args) => {
      const call = own(...args)
      const { pages } = call
      if (!pages) return call
      return Object.assign(call, {
        async *[Symbol.asyncIterator]() {
          const all: Items[] = []
          for await (const page of pages()) all.push(Object.values(page as object).find(Array.isArray) ?? [])
          yield* itemsOf(all)
        },
      })
    }
}

/** Calls whose failures are told in another way. */
function failing(tell: (error: JanusError) => JanusError): Seam {
  return (own) =>
    (...args) => {
      const call = own(...args)
      const { withResponse } = call
      return Object.assign(call, {
        withResponse: () =>
          withResponse().catch((error) => {
            throw error instanceof JanusError ? tell(error) : error
          }),
      })
    }
}

const isAsLongAs =
  ({ length }: Items) =>
  (page: Items) =>
    page.length === length

const fieldsOf = (error: JanusError) => ({ ...error, response: error.response })

function changed(error: JanusError, fields: object): JanusError {
  return errorOf(error.message, { ...fieldsOf(error), ...fields })
}
