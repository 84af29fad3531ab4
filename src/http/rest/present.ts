import type { TokenPair } from '../../domain/sessions/sessions.ts'
import type { Stats } from '../../domain/users/stats.ts'
import type { User } from '../../domain/users/user.ts'
import type { components } from '../contract.ts'
import { presentTime } from '../time.ts'

type Schemas = components['schemas']

export function presentUser(user: User): Schemas['Rest.User'] {
  const { id, username, email, fullName, role, status } = user
  return {
    id,
    username,
    email,
    fullName,
    role,
    status,
    ...(user.lastLoginAt && { lastLoginAt: presentTime(user.lastLoginAt) }),
    createdAt: presentTime(user.createdAt),
    updatedAt: presentTime(user.updatedAt),
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
