import { callOf } from './call.ts'
import { JanusError } from './errors.ts'
import { at } from './paths.ts'
import type { Answer, Call, List } from './types.ts'

export type Query = Readonly<Record<string, unknown>>

/**
 * Where a page has what, as in the contract's `x-pagination`: the paths of its items and of the
 * next cursor.
 */
export type Paging = [items: string, next: string]

/** What asks for the page at a cursor: without a number, which would be another page's. */
export const askAfter = (given: Query, after: unknown): Query => ({ ...given, page: undefined, after })

export function listOf<Item, Code extends string, Page>(
  [items, next]: Paging,
  given: Query,
  send: (query: Query) => Promise<Answer<Page, Page>>,
): List<Item, Code, Page> {
  let first: Call<Page, Code> | undefined
  const list = {
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const page of pages()) yield* at(page, items) as Item[]
    },
    async toArray({ limit = Infinity } = {}) {
      const all: Item[] = []
      if (limit > 0)
        for await (const item of list) {
          all.push(item)
          if (all.length >= limit) break
        }
      return all
    },
  } as unknown as List<Item, Code, Page>
  for (const name of ['then', 'catch', 'finally', 'result', 'withResponse'] as const)
    list[name] = (...args: never[]) => {
      // Asked for when it is wanted: who iterates has no use for it.
      first ??= callOf(send(given))
      return (first[name] as (...args: never[]) => never)(...args)
    }
  return list

  async function* pages(): AsyncGenerator<Page, void, undefined> {
    // A page without a cursor is none: that the list ends there would be a guess.
    const seen = new Set<unknown>([undefined])
    let asked = given
    for (;;) {
      const { data: page } = await send(asked)
      const cursor = at(page, next)
      if (!Array.isArray(at(page, items)) || seen.has(cursor))
        throw new JanusError('No new page', { code: 'UNEXPECTED_ANSWER' })
      seen.add(cursor)
      yield page
      if (cursor === null) return
      asked = askAfter(given, cursor)
    }
  }
}
