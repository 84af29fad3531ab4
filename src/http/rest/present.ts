import type { ListedSession } from '../../domain/sessions/lists.ts'
import type { TokenPair } from '../../domain/sessions/sessions.ts'
import type { Stats } from '../../domain/users/stats.ts'
import type { User } from '../../domain/users/user.ts'
import type { components } from '../contract.ts'
import { presentTime } from '../time.ts'

type Schemas = components['schemas']

export function presentUser(user: User): Schemas['Rest.User'] {
  const {
    id,
    username,
    email,
    canWrite: _,
    mustChangePassword: __,
    lastLoginAt,
    createdAt,
    updatedAt,
    ...fields
  } = user
  // What the contract does not show, or writes otherwise, has to be named above.
  fields satisfies Pick<Schemas['Rest.User'], keyof typeof fields>
  return {
    id,
    username,
    email,
    ...fields,
    ...(lastLoginAt && { lastLoginAt: presentTime(lastLoginAt) }),
    createdAt: presentTime(createdAt),
    updatedAt: presentTime(updatedAt),
  }
}

/** @param ttl seconds that the access token lives */
export function presentTokens({ accessToken, refreshToken }: TokenPair, ttl: number): Schemas['Rest.TokenPair'] {
  return { accessToken, refreshToken, tokenType: 'Bearer', expiresIn: ttl }
}

export function presentStats(stats: Stats): Schemas['Rest.Stats'] {
  return {
    totalUsers: stats.total,
    activeUsers: stats.active,
    inactiveUsers: stats.inactive,
    adminUsers: stats.administrators,
    managerUsers: stats.managers,
    regularUsers: stats.others,
    userGrowthRate: stats.growthPercent,
    byRole: stats.byRole,
  }
}

export function presentSession({ createdAt, lastUsedAt, ...session }: ListedSession): Schemas['Rest.Session'] {
  const { id, address, userAgent, current } = session
  return { id, createdAt: presentTime(createdAt), lastUsedAt: presentTime(lastUsedAt), address, userAgent, current }
}
