import { DomainError } from '../../domain/errors.ts'
import { requireId } from '../../domain/id.ts'
import { pageDepth } from '../../domain/users/store.ts'
import { type HandlersOf, type Input, messages } from '../contract.ts'
import { InvalidRequest } from '../failures.ts'
import type { HandlerDeps } from '../style.ts'
import { checkFullName } from './checks.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { presentStats, presentUser } from './present.ts'

export function createRestUsers({ users, stats }: HandlerDeps): HandlersOf<'Rest.Users'> {
  return {
    'Rest.Users.list': async (input) =>
      input.query.after === undefined ? listPage(input) : listAfter(input, input.query.after),

    'Rest.Users.create': async ({ caller, body, language, reply }) => {
      checkFullName(body)
      const user = await users.create(caller, body)
      const answer = { success: true, data: presentUser(user), message: messages.rest.created[language] } as const
      return reply(201, answer, { Location: `/users/${user.id}` })
    },

    'Rest.Users.stats': async ({ reply }) => {
      return reply(200, { success: true, data: presentStats(await stats()) })
    },

    'Rest.Users.get': async ({ path: { id }, reply }) => {
      return reply(200, { success: true, data: presentUser(await users.get(requireId(id))) })
    },

    'Rest.Users.update': async ({ caller, path: { id }, body, language, reply }) => {
      checkFullName(body)
      const user = await users.change(caller, requireId(id), body, 'profile')
      return reply(200, { success: true, data: presentUser(user), message: messages.rest.updated[language] })
    },

    'Rest.Users.delete': async ({ caller, path: { id }, language, reply }) => {
      await users.remove(caller, requireId(id))
      return reply(200, { success: true, message: messages.rest.deleted[language] })
    },
  }

  async function listPage({ query, reply }: Input<'Rest.Users.list'>) {
    const { page = 1, limit = 20, sortBy = 'createdAt', sortOrder = 'DESC', after: _, ...filter } = query
    const sorting = { sortBy, sortOrder }
    const found = await users.list({ ...filter, ...sorting, limit, offset: (page - 1) * limit }).catch(namePageTooDeep)
    const { total, isCapped } = found
    return reply(200, {
      success: true,
      data: found.users.map(presentUser),
      pagination: {
        page,
        limit,
        total,
        ...(isCapped ? { totalIsCapped: true } : { totalPages: Math.ceil(total / limit) }),
        nextCursor: found.next ? writeCursor(sorting, found.next) : null,
      },
    })
  }

  async function listAfter(input: Input<'Rest.Users.list'>, cursor: string) {
    const { page: _, limit = 20, sortBy: __, sortOrder: ___, after: ____, ...filter } = input.query
    const place = readPlace(input, cursor)
    const { users: found, next } = await users.walk({ ...filter, ...place, limit })
    const pagination = { limit, nextCursor: next ? writeCursor(place, next) : null }
    return input.reply(200, { success: true, data: found.map(presentUser), pagination })
  }
}

/**
 * Where a list is to go on, and in which order: that of the cursor. With any other value beside it a
 * parameter would be ignored without a word.
 *
 * @throws InvalidRequest
 */
function readPlace({ query, givenQuery }: Pick<Input<'Rest.Users.list'>, 'query' | 'givenQuery'>, cursor: string) {
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

/** A page too deep, with the parameter that asked for it. */
function namePageTooDeep(error: unknown): never {
  if (!(error instanceof DomainError) || error.reason !== 'page_too_deep') throw error
  throw new InvalidRequest({ place: 'query', field: 'page', kind: 'page_too_deep', expected: String(pageDepth) })
}
