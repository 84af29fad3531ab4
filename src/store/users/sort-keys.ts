import type { SortKey } from '../../domain/users/store.ts'
import { folded } from './user-rows.ts'

/** What users are sorted by, as the indexes have it; ties go by id. */
export const sortKeys: Record<SortKey, string> = {
  id: 'users.id',
  createdAt: 'users.created_at',
  username: folded('username'),
  email: folded('email'),
}
