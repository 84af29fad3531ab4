import { DomainError } from '../../domain/errors.ts'
import { requireId } from '../../domain/id.ts'
import { andThen, type Query } from '../../domain/query.ts'
import { pageDepth } from '../../domain/users/store.ts'
import { type HandlersOf, type Input, messages } from '../contract.ts'
import { InvalidRequest } from '../failures.ts'
import { reading } from '../operation.ts'
import type { HandlerDeps } from '../style.ts'
import { presentTime } from '../time.ts'
import { checkFullName } from './checks.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { presentStats, presentUser } from './present.ts'

export function createRestUsers({ users, stats }: HandlerDeps): HandlersOf<'Rest.Users'> {
  return {
    'Rest.Users.list': reading(
      (asked) => (asked.query.after === undefined ? readPage(asked) : readAfter(asked, asked.query.after)),
      ({ reply }, { users, pagination }) => reply(200, { success: true, data: users.map(presentUser), pagination }),
    ),

    'Rest.Users.create': async ({
      caller,
      body: { mustChange: mustChangePassword = false, ...body },
      language,
      reply,
    }) => {
      checkFullName(body)
      const user = await users.create(caller, { ...body, mustChangePassword })
      const answer = { success: true, data: presentUser(user), message: messages.rest.created[language] } as const
      return reply(201, answer, { Location: `/users/${user.id}` })
    },

    'Rest.Users.stats': reading(stats, ({ reply }, counted) =>
      reply(200, { success: true, data: presentStats(counted) }),
    ),

    'Rest.Users.get': reading(
      ({ path: { id } }) => users.getWithLock(requireId(id)),
      ({ reply }, { user, lockedUntil }) =>
        reply(200, {
          success: true,
          data: { ...presentUser(user), ...(lockedUntil && { lockedUntil: presentTime(lockedUntil) }) },
        }),
    ),

    'Rest.Users.update': async ({ caller, path: { id }, body, language, reply }) => {
      checkFullName(body)
      const user = await users.change(caller, requireId(id), body, 'change_user')
      return reply(200, { success: true, data: presentUser(user), message: messages.rest.updated[language] })
    },

    'Rest.Users.resetPassword': async ({ caller, path: { id }, body, language, reply }) => {
      const user = await users.resetPassword(caller, requireId(id), body.newPassword, body.mustChange)
      return reply(200, { success: true, data: presentUser(user), message: messages.rest.passwordReset[language] })
    },

    'Rest.Users.unlock': async ({ caller, path: { id }, language, reply }) => {
      const user = await users.unlock(caller, requireId(id))
      return reply(200, { success: true, data: presentUser(user), message: messages.rest.unlocked[language] })
    },

    'Rest.Users.delete': async ({ caller, path: { id }, language, reply }) => {
      await users.remove(caller, requireId(id))
      return reply(200, { success: true, message: messages.rest.deleted[language] })
    },
  }

  function readPage({ query }: Asked) {
    const { page = 1, limit = 20, sortBy = 'createdAt', sortOrder = 'DESC', after: _, ...filter } = query
    const sorting = { sortBy, sortOrder }
    const found = users.list({ ...filter, ...sorting, limit, offset: (page - 1) * limit })
    return andThen(nameDeepPage(found), ({ users, total, isCapped, next }) => ({
      users,
      pagination: {
        page,
        limit,
        total,
        ...(isCapped ? { totalIsCapped: true } : { totalPages: Math.ceil(total / limit) }),
        nextCursor: next ? writeCursor(sorting, next) : null,
      },
    }))
  }

  function readAfter(asked: Asked, cursor: string) {
    const { page: _, limit = 20, sortBy: __, sortOrder: ___, after: ____, ...filter } = asked.query
    const place = readPlace(asked, cursor)
    return andThen(users.walk({ ...filter, ...place, limit }), ({ users, next }) => ({
      users,
      pagination: { limit, nextCursor: next ? writeCursor(place, next) : null },
    }))
  }
}

type Asked = Pick<Input<'Rest.Users.list'>, 'query' | 'givenQuery'>

/**
 * Where a list is to go on, and in which order: that of the cursor. With any other value beside it a
 * parameter would be ignored without a word.
 *
 * @throws InvalidRequest
 */
function readPlace({ query, givenQuery }: Asked, cursor: string) {
  const place = readCursor(cursor)
  if (!place) throw new InvalidRequest({ place: 'query', field: 'after', kind: 'bad_cursor' })
  const isPlain = place.sortBy === 'id'
  const { sortBy, sortOrder } = isPlain ? ({ sortBy: 'createdAt', sortOrder: 'ASC' } as const) : place
  for (const [field, same] of Object.entries({ page: 1, sortBy, sortOrder })) {
    if (!givenQuery.has(field) || query[field as 'page'] === same) continue
    throw new InvalidRequest(
      isPlain || field === 'page'
        ? { place: 'query', field, kind: 'excluded', expected: 'after' }
        : { place: 'query', field: 'after', kind: 'other_order', expected: `sortBy=${sortBy}&sortOrder=${sortOrder}` },
    )
  }
  return place
}

/** Names, with a page that is too deep, the parameter that asked for it. */
const nameDeepPage = <Result>(asked: Query<Result>): Query<Result> => ({
  ...asked,
  async result(answers, from) {
    try {
      return await asked.result(answers, from)
    } catch (error) {
      if (!(error instanceof DomainError) || error.reason !== 'page_too_deep') throw error
      throw new InvalidRequest({ place: 'query', field: 'page', kind: 'page_too_deep', expected: String(pageDepth) })
    }
  },
})
