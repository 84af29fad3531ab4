import type { FastifyInstance } from 'fastify'
import type { Parts } from './app.ts'
import { Failure } from './failure.ts'
import { toUuid } from './ids.ts'
import { hashPassword } from './passwords.ts'
import { rest as schema } from './schemas.ts'
import { exactTime, presentTime } from './times.ts'
import type { Draft, Filter, UserRow } from './users.ts'

const words = {
  created: { zh: '用户创建成功', en: 'User created' },
  updated: { zh: '用户更新成功', en: 'User updated' },
  loggedIn: { zh: '登录成功', en: 'Logged in' },
}

const present = (row: UserRow) => ({
  id: row.id,
  username: row.username,
  email: row.email,
  fullName: row.full_name,
  role: row.role,
  status: row.status,
  lastLoginAt: row.last_login_at === null ? undefined : presentTime(row.last_login_at),
  createdAt: presentTime(row.created_at),
  updatedAt: presentTime(row.updated_at),
})

/** The place behind a user in the list of the newest. */
const cursorOf = ({ id, created_at }: UserRow): string =>
  Buffer.from(`1 createdAt DESC ${id} ${exactTime(created_at)}`).toString('base64url')

/** The calls of the REST style. */
export function addRest(app: FastifyInstance, { users, sessions, authenticated, cost, ttl }: Parts): void {
  const readers = authenticated(['super_admin', 'admin', 'manager'])

  app.get<{ Params: { id: string } }>('/users/:id', { schema: schema.get, ...readers }, async ({ params }) => ({
    success: true,
    data: present(await users.get(toUuid(params.id))),
  }))

  app.get<{ Querystring: Filter & { page?: number; limit?: number } }>(
    '/users',
    { schema: schema.list, ...readers },
    async ({ query: { page = 1, limit = 20, ...filter } }) => {
      const { users: found, total } = await users.list(filter, page, limit)
      const last = page * limit < total ? found.at(-1) : undefined
      const nextCursor = last ? cursorOf(last) : null
      const pagination = { page, limit, total, totalPages: Math.ceil(total / limit), nextCursor }
      return { success: true, data: found.map(present), pagination }
    },
  )

  app.post<{ Body: Draft & { password: string } }>(
    '/users',
    { schema: schema.create, ...readers },
    async ({ body: { password, ...draft }, language }, reply) => {
      const user = await users.insert(draft, await hashPassword(password, cost))
      reply.code(201).header('Location', `/users/${user.id}`)
      return { success: true, data: present(user), message: words.created[language] }
    },
  )

  app.patch<{ Params: { id: string }; Body: { role: string } }>(
    '/users/:id',
    { schema: schema.change, ...readers },
    async ({ params, body, caller, language }) => {
      const id = toUuid(params.id)
      if (id === caller.id) throw new Failure(403, 'self_privilege_change')
      const user = await users.changeRole(id, body.role, caller.role)
      return { success: true, data: present(user), message: words.updated[language] }
    },
  )

  app.post<{ Body: { usernameOrEmail: string; password: string } }>(
    '/auth/login',
    { schema: schema.login },
    async ({ body, language }) => {
      const { user, expiresAt: _, ...pair } = await sessions.login(body.usernameOrEmail, body.password)
      const data = { ...pair, tokenType: 'Bearer', expiresIn: ttl, user: present(user) }
      return { success: true, data, message: words.loggedIn[language] }
    },
  )

  app.post<{ Body: { refreshToken: string } }>('/auth/refresh', { schema: schema.refresh }, async ({ body }) => {
    const { accessToken, refreshToken } = await sessions.refresh(body.refreshToken)
    return { success: true, data: { accessToken, refreshToken, tokenType: 'Bearer', expiresIn: ttl } }
  })
}
