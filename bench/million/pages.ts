import { pageDepth } from '../../src/domain/users/store.ts'
import { roles, statuses } from '../../src/domain/users/user.ts'

/** A call whose time is looked at. */
export interface Probe {
  readonly title: string
  readonly path: string
  readonly kind: 'first page' | 'any page' | 'statistics'
}

const limit = 20

/** Every filter with every order. */
export function lists(): { title: string; query: string }[] {
  const choices = (name: string, values: readonly string[]) => ['', ...values.map((value) => `${name}=${value}`)]
  const orders = ['createdAt', 'username', 'email'].flatMap((key) =>
    ['ASC', 'DESC'].map((order) => `sortBy=${key}&sortOrder=${order}`),
  )
  return choices('role', roles).flatMap((role) =>
    choices('status', statuses).flatMap((status) =>
      orders.map((order) => {
        const query = [role, status, order].filter(Boolean).join('&')
        return { title: query.replace('sortBy=', '').replace('&sortOrder=', ' '), query }
      }),
    ),
  )
}

/**
 * The pages of a list of so many users: the first, as deep as pages reach from either end, the
 * middle of what can be reached, and the last.
 */
export function pagesOf({ title, query }: { title: string; query: string }, total: number): Probe[] {
  const last = Math.max(1, Math.ceil(total / limit))
  const deepest = pageDepth / limit
  const places: [string, number][] = [
    ['first', 1],
    ['middle', Math.min(Math.ceil(last / 2), Math.floor(deepest / 2))],
    ['deepest from the front', Math.min(Math.ceil(last / 2), deepest)],
    ['deepest from the end', Math.max(Math.ceil(last / 2), last - deepest + 2)],
    ['last', last],
  ]
  const seen = new Set<number>()
  return places.flatMap(([place, page]) => {
    if (seen.has(page)) return []
    seen.add(page)
    const kind = page === 1 ? 'first page' : 'any page'
    return [{ title: `${title}, ${place}`, path: `/users?limit=${limit}&page=${page}&${query}`, kind }]
  })
}

/** What people search for: letters, syllables, what everybody has, what nobody has, other scripts. */
const terms: readonly (readonly [string, string])[] = [
  ['a common letter', 'e'],
  ['a rare letter', 'q'],
  ['two letters, common', 'an'],
  ['two letters, rare', 'zq'],
  ['a word that everybody has', 'example'],
  ['a name with many hits', 'chen'],
  ['a name', 'lovelace'],
  ['a name in full', 'Ada Lovelace'],
  ['nobody', 'nobodyhasthis'],
  ['a Chinese character', '王'],
  ['two Chinese characters', '欧阳'],
  ['Cyrillic', 'Иванова'],
  ['Arabic', 'حداد'],
]

/** Searches in both styles; with a role and a status, by each order, and deeper pages. */
export function searches(): Probe[] {
  return terms.flatMap(([what, term]) => {
    const search = `search=${encodeURIComponent(term)}`
    const first = (more: string, title: string): Probe => ({
      title: `${what} (${term})${title}`,
      path: `/users?limit=${limit}&${search}${more}`,
      kind: 'first page',
    })
    const rpc = (more: string, title: string): Probe => ({
      title: `RPC: ${what} (${term})${title}`,
      path: `/users:list?limit=${limit}&${search}${more}`,
      kind: 'first page',
    })
    return [
      first('', ''),
      first('&sortBy=username&sortOrder=ASC', ', by username'),
      first('&sortBy=email&sortOrder=DESC', ', by email'),
      first('&role=guest', ', guests'),
      first('&role=super_admin&status=banned', ', banned super administrators'),
      { ...first('&page=100', ', page 100'), kind: 'any page' },
      { ...first('&page=490', ', page 490'), kind: 'any page' },
      rpc('', ''),
      rpc('&role=guest', ', guests'),
      rpc('&role=super_admin', ', super administrators'),
      rpc('&status=banned', ', banned'),
    ]
  })
}
