import { readId } from '../../domain/id.ts'
import { isPosition, plainWalk } from '../../domain/users/positions.ts'
import type { Position, Sorting, SortKey } from '../../domain/users/store.ts'

/**
 * The cursor of a place in a list: of the plain walk the id itself, of any other order the base64url
 * (RFC 4648, section 5) of `1 <sortBy> <sortOrder> <id> <key>`. The 1 is the version of this form.
 * It tells nothing that its page does not, and so is not signed: whoever makes one up begins
 * somewhere else in a list that they may read whole.
 */
export function writeCursor({ sortBy, sortOrder }: Sorting, { key, id }: Position): string {
  return sortBy === 'id' ? id : Buffer.from(`1 ${sortBy} ${sortOrder} ${id} ${key}`).toString('base64url')
}

/**
 * The place that a client sends, and the order that it is a place of; undefined for any text that
 * `writeCursor` could not have written, but for the spelling of an id.
 */
export function readCursor(text: string): (Sorting & { after?: Position }) | undefined {
  const plain = readId(text)
  if (plain !== undefined) return plainWalk(plain)
  const [, sortBy, sortOrder, id = '', key = ''] = form.exec(Buffer.from(text, 'base64url').toString()) ?? []
  const place = { key, id }
  if (!isPosition(place, sortBy as SortKey)) return undefined
  const sorting = { sortBy, sortOrder } as Sorting
  // Not every base64 is canonical, and what was no UTF-8 has been read as something else.
  return writeCursor(sorting, place) === text ? { ...sorting, after: place } : undefined
}

const form = /^1 (createdAt|username|email) (ASC|DESC) (\S+) (.+)$/s
