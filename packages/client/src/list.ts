import { callOf } from './call.ts'
import { JanusError } from './errors.ts'
import { at } from './paths.ts'
import type { Answer, Call, List } from './types.ts'

export type Query = Readonly<Record<string, unknown>>

/**
 * Where a list has what, as in the contract's `x-pagination`: the paths of the items and of the
 * next cursor within a page, the cursor of the first page if there is one, and, joined by commas,
 * the parameters that ask for pages by number, which is the first of them.
 */
export type Paging = [items: string, next: string, start?: string, pages?: string]

export function listOf<Item, Code extends string, Page>(
  [items, next, start, numbers = '']: Paging,
  given: Query,
  send: (query: Query) => Promise<Answer<Page, Page>>,
): List<Item, Code, Page> {
  let first: Call<Page, Code> | undefined
  const itemsOf = (page: Page) => at(page, items) as Item[]
  const list = {
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const page of pages()) yield* itemsOf(page)
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
    const seen = new Set<unknown>()
    const numbered = numbers.split(',')
    const byNumber = numbered.some((name) => given[name] !== undefined)
    const parameter = (byNumber && numbered[0]) || 'after'
    let where = given[parameter] ?? (byNumber ? 1 : start)
    for (;;) {
      const { data: page } = await send({ ...given, [parameter]: where })
      const found = itemsOf(page)
      // The first item stands for its page: all of them would be kept as long as the walk lasts.
      const mark = byNumber ? JSON.stringify(found?.[0]) : at(page, next)
      if (!Array.isArray(found) || seen.has(mark)) throw new JanusError('No new page', { code: 'UNEXPECTED_ANSWER' })
      // Counts can be wrong, an empty page cannot.
      if (byNumber && !found.length) return
      seen.add(mark)
      yield page
      if (mark == null) return
      where = byNumber ? Number(where) + 1 : mark
    }
  }
}
