import { readId } from '../id.ts'
import type { Position, Sorting, SortKey } from './store.ts'
import type { User } from './user.ts'

/** Where this user stands in a list that is so sorted. */
export function positionOf(user: User, sortBy: SortKey): Position {
  return { key: sortBy === 'createdAt' ? user.createdAt.toISOString() : asciiLowerCase(user[sortBy]), id: user.id }
}

/**
 * The plain walk: by id ascending, those after this id, known or not; left out: from the beginning.
 */
export const plainWalk = (after?: string): Sorting & { after?: Position } => ({
  sortBy: 'id',
  sortOrder: 'ASC',
  ...(after !== undefined && { after: { key: after, id: after } }),
})

/**
 * Whether this can be a place in a list that is so sorted. What a client sends as one may be
 * anything, and the database takes neither every moment (it knows no year 0) nor every text.
 */
export function isPosition({ key, id }: Position, sortBy: SortKey): boolean {
  if (readId(id) !== id) return false
  if (sortBy === 'id') return key === id
  if (sortBy === 'createdAt') return isMoment(key)
  return key.length <= 254 && key.isWellFormed() && !key.includes('\0')
}

function isMoment(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) || text.startsWith('0000')) return false
  const moment = new Date(text)
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === text
}

/** As the database folds what it sorts by: no other letters, whatever the locale. */
const asciiLowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
