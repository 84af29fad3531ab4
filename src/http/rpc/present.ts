import { toUlid } from '../../domain/id.ts'
import type { ListedSession } from '../../domain/sessions/lists.ts'
import type { TokenPair } from '../../domain/sessions/sessions.ts'
import type { User } from '../../domain/users/user.ts'
import type { components } from '../contract.ts'
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
    ...(user.mustChangePassword && { must_change: true }),
    user: presentBrief(user),
  }
}

export function presentSession(session: ListedSession): Schemas['Rpc.Session'] {
  const { id, createdAt, lastUsedAt, address, userAgent, current } = session
  return {
    id: toUlid(id),
    created_at: presentTime(createdAt),
    last_used_at: presentTime(lastUsedAt),
    address,
    user_agent: userAgent,
    current,
  }
}
