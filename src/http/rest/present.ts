import type { TokenPair } from '../../domain/sessions/sessions.ts'
import type { Stats } from '../../domain/users/stats.ts'
import type { User } from '../../domain/users/user.ts'
import type { components, Language } from '../contract.ts'
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

/** What was done, in the caller's language. */
export const messages = {
  loggedIn: { zh: '登录成功', en: 'Logged in' },
  loggedOut: { zh: '登出成功', en: 'Logged out' },
  passwordChanged: { zh: '密码修改成功', en: 'Password changed' },
  created: { zh: '用户创建成功', en: 'User created' },
  updated: { zh: '用户更新成功', en: 'User updated' },
  deleted: { zh: '用户删除成功', en: 'User deleted' },
} as const satisfies Record<string, Record<Language, string>>
