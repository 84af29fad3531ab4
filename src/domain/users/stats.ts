import { mayLag, type Query, query } from '../query.ts'
import { administrators as administratorRoles } from './permission-table.ts'
import { type Role, roles, type Status } from './user.ts'

export interface Stats {
  readonly total: number
  readonly active: number
  /** Every status but active. */
  readonly inactive: number
  /** `admin` and `super_admin` together. */
  readonly administrators: number
  readonly managers: number
  readonly others: number
  /**
   * Users made in the last 30 days over those that were there before, in percent, one decimal; 0
   * when there were none.
   */
  readonly growthPercent: number
  readonly byRole: Record<Role, number>
}

const thirtyDays = 30 * 24 * 60 * 60 * 1000

/**
 * Counts the users that are not deleted. The sums agree at any moment, since all of them come from
 * one reading of the counters.
 */
export const countUsers = (now: Date): Query<Stats> =>
  mayLag(
    query(
      [
        ['users', 'countByRoleAndStatus'],
        ['users', 'countCreatedAfter', new Date(now.getTime() - thirtyDays)],
      ],
      ([counts, recent]) => statsOf(counts, recent),
    ),
  )

function statsOf(counts: readonly { role: Role; status: Status; count: number }[], recent: number): Stats {
  const sum = (matches: (count: (typeof counts)[number]) => boolean) =>
    counts.filter(matches).reduce((all, { count }) => all + count, 0)
  const total = sum(() => true)
  const active = sum(({ status }) => status === 'active')
  const administrators = sum(({ role }) => administratorRoles.includes(role))
  const managers = sum(({ role }) => role === 'manager')
  const before = Math.max(0, total - recent)
  return {
    total,
    active,
    inactive: total - active,
    administrators,
    managers,
    others: total - administrators - managers,
    growthPercent: before === 0 ? 0 : Math.round((recent / before) * 1000) / 10,
    byRole: Object.fromEntries(roles.map((role) => [role, sum((count) => count.role === role)])) as Record<
      Role,
      number
    >,
  }
}
