import { toUlid } from '../../domain/id.ts'
import type { TokenPair } from '../../domain/sessions/sessions.ts'
import type { User } from '../../domain/users/user.ts'
import type { components, Language } from '../contract.ts'
import { presentTime } from '../time.ts'

type Schemas = components['schemas']

export function presentBrief(user: User): Schemas['Rpc.UserBrief'] {
  const { username, email, role, canWrite } = user
  return { id: toUlid(user.id), username, email, role, can_write: canWrite }
}

export function presentUser(user: User): Schemas['Rpc.UserPublic'] {
  return {
    ...presentBrief(user),
    created_at: presentTime(user.createdAt),
    updated_at: presentTime(user.updatedAt),
    ...(user.lastLoginAt && { last_login_at: presentTime(user.lastLoginAt) }),
  }
}

export function presentTokens({ accessToken, refreshToken, expiresAt, user }: TokenPair): Schemas['Rpc.Tokens'] {
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_at: presentTime(expiresAt),
    token_type: 'Bearer',
    user: presentBrief(user),
  }
}

/** What was done, in the caller's language. */
export const messages = {
  created: { en: 'user created successfully', zh: '用户创建成功' },
  updated: { en: 'user updated successfully', zh: '用户更新成功' },
  passwordReset: { en: 'password reset successfully', zh: '密码重置成功' },
  sessionsRevoked: { en: 'all sessions revoked successfully', zh: '已撤销全部会话' },
  deleted: { en: 'user deleted successfully', zh: '用户删除成功' },
  loggedOut: { en: 'logged out successfully', zh: '已成功登出' },
  passwordChanged: { en: 'password updated successfully, please login again', zh: '密码修改成功，请重新登录' },
} as const satisfies Record<string, Record<Language, string>>
