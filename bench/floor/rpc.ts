import type { FastifyInstance } from 'fastify'
import type { Parts } from './app.ts'
import { Failure } from './failure.ts'
import { toUlid, toUuid } from './ids.ts'
import { hashPassword } from './passwords.ts'
import { rpc as schema } from './schemas.ts'
import type { Sessions } from './sessions.ts'
import { presentTime } from './times.ts'
import type { Draft, Filter, UserRow } from './users.ts'

const words = {
  created: { zh: '用户创建成功', en: 'user created successfully' },
  updated: { zh: '用户更新成功', en: 'user updated successfully' },
  revoked: { zh: '已撤销全部会话', en: 'all sessions revoked successfully' },
}

const brief = (row: UserRow) => ({
  id: toUlid(row.id),
  username: row.username,
  email: row.email,
  role: row.role,
  can_write: row.can_write,
})

const present = (row: UserRow) => ({
  ...brief(row),
  created_at: presentTime(row.created_at),
  updated_at: presentTime(row.updated_at),
  last_login_at: row.last_login_at === null ? undefined : presentTime(row.last_login_at),
})

const presentTokens = ({ accessToken, refreshToken, expiresAt, user }: Awaited<ReturnType<Sessions['login']>>) => ({
  access_token: accessToken,
  refresh_token: refreshToken,
  expires_at: expiresAt,
  token_type: 'Bearer',
  user: brief(user),
})

/** The calls of the RPC style; a path with a colon in it doubles it for Fastify. */
export function addRpc(app: FastifyInstance, { users, sessions, authenticated, cost }: Parts): void {
  const managers = authenticated(['super_admin', 'admin'])

  app.get<{ Querystring: { id: string } }>('/users::get', { schema: schema.get, ...managers }, async ({ query }) => ({
    user: present(await users.get(toUuid(query.id))),
  }))

  app.get<{ Querystring: Filter & { limit?: number; after?: string } }>(
    '/users::list',
    { schema: schema.list, ...managers },
    async ({ query: { limit = 15, after, ...filter } }) => {
      const found = await users.walk(filter, after && toUuid(after), limit)
      const page = found.slice(0, limit)
      const last = found.length > limit ? page.at(-1) : undefined
      return { users: page.map(present), next_cursor: last ? toUlid(last.id) : null, limit }
    },
  )

  app.post<{ Body: Omit<Draft, 'canWrite'> & { password: string; can_write?: boolean } }>(
    '/users::create',
    { schema: schema.create, ...managers },
    async ({ body: { password, can_write, ...draft }, language }, reply) => {
      const hash = await hashPassword(password, cost)
      const user = await users.insert({ ...draft, ...(can_write !== undefined && { canWrite: can_write }) }, hash)
      reply.code(201).header('Location', `/users:get?id=${toUlid(user.id)}`)
      return { message: words.created[language], user: present(user) }
    },
  )

  app.post<{ Querystring: { id: string }; Body: { role: string } | { action: 'revoke_sessions' } }>(
    '/users::update',
    { schema: schema.update, ...managers },
    async ({ query, body, caller, language }) => {
      const id = toUuid(query.id)
      if (id === caller.id) throw new Failure(403, 'self_change')
      if ('role' in body) {
        const user = await users.changeRole(id, body.role, caller.role)
        return { message: words.updated[language], user: present(user) }
      }
      return { message: words.revoked[language], user: present(await users.revokeSessions(id, caller.role)) }
    },
  )

  app.post<{ Body: { username: string; password: string } }>(
    '/auth::login',
    { schema: schema.login },
    async ({ body }) => presentTokens(await sessions.login(body.username, body.password)),
  )

  app.post<{ Body: { refresh_token: string } }>('/auth::refresh', { schema: schema.refresh }, async ({ body }) =>
    presentTokens(await sessions.refresh(body.refresh_token)),
  )
}
