const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const count = { type: 'integer' } as const

const object = (properties: Record<string, unknown>, optional: readonly string[] = []) =>
  ({
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    additionalProperties: false,
  }) as const

const role = { enum: ['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest'] } as const
const status = { enum: ['active', 'inactive', 'suspended', 'pending', 'banned', 'deleted'] } as const
const id = {
  type: 'string',
  pattern: '^([0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25})$',
} as const
const limit = { type: 'integer', minimum: 1, maximum: 100 } as const
const search = { type: 'string', minLength: 1, maxLength: 100 } as const
const filter = { role, status, search }
const filters = Object.keys(filter)
const password = { type: 'string', minLength: 8, maxLength: 128 } as const
const draft = {
  username: { type: 'string', pattern: '^[A-Za-z0-9_.-]{3,50}$' },
  email: { type: 'string', minLength: 5, maxLength: 254, pattern: '^[^@\\s]{1,64}@[^@\\s]+\\.[^@\\s]+$' },
  password,
  role,
}

/** Property by property, in the order in which the answers have them. */
const restUser = object(
  {
    id: text,
    username: text,
    email: text,
    fullName: text,
    role: text,
    status: text,
    lastLoginAt: text,
    createdAt: text,
    updatedAt: text,
  },
  ['lastLoginAt'],
)
const rpcBrief = { id: text, username: text, email: text, role: text, can_write: flag }
const rpcUser = object({ ...rpcBrief, created_at: text, updated_at: text, last_login_at: text }, ['last_login_at'])
const restTokens = { accessToken: text, refreshToken: text, tokenType: text, expiresIn: count }
const rpcTokens = object({
  access_token: text,
  refresh_token: text,
  expires_at: text,
  token_type: text,
  user: object(rpcBrief),
})
const ok = (properties: Record<string, unknown>) => ({ 200: object({ success: flag, ...properties }) })

/** Of each call: what it takes, and what it answers. */
export const rest = {
  get: { params: object({ id }), response: ok({ data: restUser }) },
  list: {
    querystring: object({ page: { ...count, minimum: 1 }, limit, ...filter }, ['page', 'limit', ...filters]),
    response: ok({
      data: { type: 'array', items: restUser },
      pagination: object({
        page: count,
        limit: count,
        total: count,
        totalPages: count,
        nextCursor: { type: 'string', nullable: true },
      }),
    }),
  },
  create: {
    body: object({ ...draft, fullName: { type: 'string', maxLength: 100 } }, ['fullName', 'role']),
    response: { 201: object({ success: flag, data: restUser, message: text }) },
  },
  change: { params: object({ id }), body: object({ role }), response: ok({ data: restUser, message: text }) },
  login: {
    body: object({ usernameOrEmail: text, password: text }),
    response: ok({ data: object({ ...restTokens, user: restUser }), message: text }),
  },
  refresh: { body: object({ refreshToken: text }), response: ok({ data: object(restTokens) }) },
}

export const rpc = {
  get: { querystring: object({ id }), response: { 200: object({ user: rpcUser }) } },
  list: {
    querystring: object({ limit, after: id, ...filter }, ['limit', 'after', ...filters]),
    response: {
      200: object({
        users: { type: 'array', items: rpcUser },
        next_cursor: { type: 'string', nullable: true },
        limit: count,
      }),
    },
  },
  create: {
    body: object({ ...draft, can_write: flag }, ['can_write']),
    response: { 201: object({ message: text, user: rpcUser }) },
  },
  update: {
    querystring: object({ id }),
    body: { anyOf: [object({ role }), object({ action: { const: 'revoke_sessions' } })] },
    response: { 200: object({ message: text, user: rpcUser }) },
  },
  login: { body: object({ username: text, password: text }), response: { 200: rpcTokens } },
  refresh: { body: object({ refresh_token: text }), response: { 200: rpcTokens } },
}
