import { readId, requireId } from '../../domain/id.ts'
import { plainWalk } from '../../domain/users/positions.ts'
import { type HandlersOf, type Input, messages } from '../contract.ts'
import { InvalidRequest } from '../failures.ts'
import type { HandlerDeps } from '../style.ts'
import { checkFullName } from './checks.ts'
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
    const { users: found, total } = await users.list({
      ...filter,
      sortBy,
      sortOrder,
      limit,
      offset: (page - 1) * limit,
    })
    const pagination = { page, limit, total, totalPages: Math.ceil(total / limit) }
    return reply(200, { success: true, data: found.map(presentUser), pagination })
  }

  async function listAfter({ query, givenQuery, reply }: Input<'Rest.Users.list'>, cursor: string) {
    const { page: _, limit = 20, sortBy: __, sortOrder: ___, after: ____, ...filter } = query
    for (const [field, same] of Object.entries(cursorOrder))
      if (givenQuery.has(field) && query[field as keyof typeof cursorOrder] !== same)
        throw new InvalidRequest({ place: 'query', field, kind: 'excluded', expected: 'after' })
    const after = readId(cursor)
    const { users: found, next } = await users.walk({ ...filter, ...plainWalk(after), limit })
    return reply(200, {
      success: true,
      data: found.map(presentUser),
      pagination: { limit, nextCursor: next?.id ?? null },
    })
  }
}

/** What a cursor does anyway; with any other value a parameter would be ignored without a word. */
const cursorOrder = { page: 1, sortBy: 'createdAt', sortOrder: 'ASC' } as const
