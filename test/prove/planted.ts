import { positionOf } from '../../src/domain/users/positions.ts'
import type { User } from '../../src/domain/users/user.ts'
import { partOf } from '../support/outcome.ts'
import type { Fault } from './fault.ts'
import {
  claimsOf,
  during,
  editAnswer,
  editBody,
  editQuery,
  everybody,
  hasAction,
  isProfile,
  isTo,
  isUpdate,
  listed,
  pardon,
} from './seams.ts'

/**
 * Each has to be found; most are in one style alone, which its own tests may well take for right.
 */
export const planted: readonly Fault[] = [
  {
    name: 'REST: an update passes over the status',
    store: ({ users }) => ({
      users: {
        change: async (user, { status: _, ...change }) =>
          Object.keys(change).length > 1 ? users.change(user, change) : ((await users.find(user.id)) as User),
      },
    }),
  },
  {
    name: 'RPC: a list with a role forgets its cursor',
    request: editQuery('GET /users:list', (query) => {
      if (query.has('role')) query.delete('after')
    }),
  },
  {
    name: 'both cursors step over one user',
    store: ({ users }) => ({
      users: {
        listAfter: async ({ limit, ...keyset }) =>
          keyset.after !== undefined && (await users.find(keyset.after.id))
            ? (await users.listAfter({ ...keyset, limit: limit + 1 })).slice(1)
            : users.listAfter({ ...keyset, limit }),
      },
    }),
  },
  {
    name: 'REST: a cursor passes over those that sort alike',
    store: ({ users }) => ({
      users: {
        listAfter: async ({ after, limit, ...list }) => {
          if (!after || list.sortBy === 'id') return users.listAfter({ ...list, ...(after && { after }), limit })
          const found = await users.listAfter({ ...list, after, limit: 10_000 })
          return found.filter((user) => positionOf(user, list.sortBy).key !== after.key).slice(0, limit)
        },
      },
    }),
  },
  {
    name: 'REST: pages that are too deep are empty',
    reply: (reply, { path }) => {
      if (partOf(reply, 'reason') !== 'page_too_deep') return reply
      const asked = new URLSearchParams(path.split('?')[1])
      const pagination = { page: Number(asked.get('page')), limit: Number(asked.get('limit')), nextCursor: null }
      return { ...reply, status: 200, body: { success: true, data: [], pagination: { ...pagination, total: 0 } } }
    },
  },
  {
    name: 'REST: pages are counted down',
    reply: editAnswer('GET /users', ({ pagination }) => {
      if (pagination?.total) pagination.totalPages = Math.floor(pagination.total / pagination.limit)
    }),
  },
  {
    name: 'REST: the last pages are upside down',
    store: ({ users }) => ({
      users: {
        list: async (page) => {
          const found = await users.list(page)
          return page.offset > (page.total ?? 0) / 2 ? found.reverse() : found
        },
      },
    }),
  },
  {
    name: 'REST: users of one moment are sorted by name',
    store: ({ users }) => ({ users: { list: listed((filter) => everybody(users, filter), 'username').list } }),
  },
  {
    name: 'REST: the direction is not heeded',
    request: editQuery('GET /users', (query) => {
      if (query.has('sortOrder')) query.set('sortOrder', 'DESC')
    }),
  },
  {
    name: 'deleted users come back in a search',
    store: ({ users }) => ({
      users: listed(async (filter) => [
        ...(await everybody(users, filter)),
        ...(filter.search !== undefined && !filter.status
          ? await everybody(users, { ...filter, status: 'deleted' })
          : []),
      ]),
    }),
  },
  {
    name: 'a search takes _ for any character',
    store: ({ users }) => ({
      users: listed(async ({ search = '', ...filter }) => {
        if (!search.includes('_')) return everybody(users, { ...filter, ...(search && { search }) })
        const pattern = new RegExp(search.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('_', '.'), 'iu')
        const texts = ({ username, email, fullName }: User) => [username, email, fullName]
        return (await everybody(users, filter)).filter((user) => texts(user).some((text) => pattern.test(text)))
      }),
    }),
  },
  {
    name: 'sessions of a suspended user wake up again',
    store: during(isUpdate, () => ({ sessions: { removeAllOf: async () => {} } })),
  },
  {
    name: 'RPC: a reset leaves the sessions',
    store: during(hasAction('reset_password'), () => ({ sessions: { removeAllOf: async () => {} } })),
  },
  {
    name: 'RPC: a reset leaves the lock',
    store: during(hasAction('reset_password'), () => ({ loginFailures: { removeAllOf: async () => {} } })),
  },
  {
    name: 'RPC: revoking counts as a change',
    store: during(hasAction('revoke_sessions'), ({ sessions, users }, { now }) => ({
      sessions: {
        removeAllOf: async (id) => {
          await sessions.removeAllOf(id)
          await users.change((await users.find(id)) as User, { updatedAt: now })
        },
      },
    })),
  },
  { name: 'REST: a manager makes administrators', reply: pardon('role_above_actor', 'PATCH /users/') },
  { name: 'REST: a manager changes administrators', reply: pardon('target_above_actor', 'PATCH /users/') },
  { name: 'people delete themselves', reply: pardon('self_deletion', '') },
  {
    name: 'RPC: guests may write unless told otherwise',
    request: editBody('POST /users:create', (draft) => {
      draft.can_write ??= true
    }),
  },
  {
    name: 'REST: a super administrator is protected with the code of any other',
    reply: (reply) =>
      reply.body?.details?.code === 'USER_008'
        ? { ...reply, status: 403, body: { ...reply.body, details: { ...reply.body.details, code: 'USER_004' } } }
        : reply,
  },
  {
    name: 'RPC: no UUIDs',
    request: editQuery('GET /users:get', (query) => {
      if (query.get('id')?.length === 36) query.set('id', 'no-such-id')
    }),
  },
  {
    name: 'REST: no ULIDs in lower case',
    request: (sent) =>
      sent.method === 'GET'
        ? { ...sent, path: sent.path.replace(/^\/users\/[0-9a-z]{26}$/, '/users/no-such-id') }
        : sent,
  },
  {
    name: 'REST: whoever logs in is shown as if for the first time',
    reply: editAnswer('POST /auth/login', ({ data }) => {
      delete data?.user?.lastLoginAt
    }),
  },
  {
    name: 'RPC: no login by email',
    request: editBody('POST /auth:login', (login) => {
      login.username = login.username.replace('@', '.')
    }),
  },
  {
    name: 'emails differ by case',
    sql: 'drop index users_email_key; create unique index users_email_key on users (email) where deleted_at is null',
  },
  {
    name: 'statistics count deleted users',
    store: ({ users }) => ({
      users: {
        countByRoleAndStatus: async () => {
          const deleted = await everybody(users, { status: 'deleted' })
          const counts = deleted.map(({ role }) => ({ role, status: 'deleted', count: 1 }) as const)
          return [...(await users.countByRoleAndStatus()), ...counts]
        },
      },
    }),
  },
  {
    name: 'a profile that is sent as it was has changed',
    store: during(isProfile, ({ sessions, users }, { now }) => ({
      sessions: {
        find: async (id) => {
          const found = await sessions.find(id)
          return found && { ...found, user: await users.change(found.user, { updatedAt: now }) }
        },
      },
    })),
  },
  {
    name: 'a used refresh token is forgiven five seconds too long',
    store: ({ sessions }) => ({
      sessions: {
        findRefreshToken: async (hash) => {
          const found = await sessions.findRefreshToken(hash)
          return found?.usedAt ? { ...found, usedAt: new Date(found.usedAt.getTime() + 5000) } : found
        },
      },
    }),
  },
  {
    name: 'a refresh token whose answer arrived is forgiven for ever',
    store: ({ sessions }) => ({
      sessions: {
        lock: async (id) => {
          const found = await sessions.lock(id)
          return found && { ...found, confirmedStep: -1 }
        },
      },
    }),
  },
  {
    name: 'RPC: anybody’s refresh token logs out',
    store: during(isTo('POST /auth:logout'), ({ sessions }, { sent }) => ({
      sessions: {
        findRefreshToken: async (hash) => {
          const found = await sessions.findRefreshToken(hash)
          return found && { ...found, sessionId: claimsOf(sent).sid }
        },
      },
    })),
  },
  {
    // In the REST style, whose answer to a refresh shows the role nowhere else.
    name: 'access tokens tell the role of yesterday',
    store: during(isTo('POST /auth/refresh'), ({ sessions }) => ({
      sessions: {
        find: async (id) => {
          const found = await sessions.find(id)
          return found && { ...found, user: { ...found.user, role: 'user' } }
        },
      },
    })),
  },
]
