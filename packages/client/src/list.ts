import { callOf } from './call.ts'
import { JanusError } from './errors.ts'
import { at } from './paths.ts'
import type { Answer, Call, List } from './types.ts'

export type Query = Readonly<Record<string, unknown>>

/** Where a list has what, as in the contract's `x-pagination`. */
export interface Paging {
  /** Paths within a page. */
  readonly items: string
  readonly next: string
  /** The cursor of the first page; left out: none. */
  readonly start?: string | undefined
  /** Parameters that ask for pages by number, which is the first of them. */
  readonly pages?: readonly string[] | undefined
}

export function listOf<Item, Code extends string, Page>(
  { items, next, start, pages: numbered = [] }: Paging,
  given: Query,
  send: (query: Query) => Promise<Answer<Page>>,
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
    list[name] = (...args: never[]) => (once()[name] as (...args: never[]) => never)(...args)
  return list

  /** Asked for when it is wanted: who iterates has no use for it. */
  function once(): Call<Page, Code> {
    first ??= callOf(send(given), (page) => page)
    return first
  }

  async function* pages(): AsyncGenerator<Page, void, undefined> {
    const seen = new Set<unknown>()
    const number = numbered[0] as string
    const byNumber = numbered.some((name) => given[name] !== undefined)
    let where: Query = byNumber ? { [number]: given[number] ?? 1 } : { after: given.after ?? start }
    for (;;) {
      const { raw: page } = await send({ ...given, ...where })
      const found = itemsOf(page)
      // Counts can be wrong, an empty page cannot.
      const mark = byNumber ? JSON.stringify(found) : at(page, next)
      if (byNumber && found.length === 0) return
      yield page
      if (!byNumber && mark == null) return
      if (seen.has(mark)) throw new JanusError('The same page came twice', { code: 'UNEXPECTED_ANSWER' })
      seen.add(mark)
      where = byNumber ? { [number]: Number(where[number]) + 1 } : { after: mark }
    }
  }
}
