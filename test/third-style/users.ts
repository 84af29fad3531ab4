import { createHash } from 'node:crypto'
import { readId, requireId } from '../../src/domain/id.ts'
import { plainWalk } from '../../src/domain/users/positions.ts'
import type { Role, Status, User, UserChange } from '../../src/domain/users/user.ts'
import type { FailureReason } from '../../src/http/contract.ts'
import { HttpError } from '../../src/http/failures.ts'
import { type AnyHandler, type HandlerOf, reading } from '../../src/http/operation.ts'
import type { HandlerDeps } from '../../src/http/style.ts'
import { presentTime } from '../../src/http/time.ts'

/*
 * The operations as types. A style of the service has them from generated/api.ts; that of this
 * fixture is made while the tests run.
 */
interface Shown {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly name: { readonly full: string }
  readonly access: { readonly role: Role; readonly status: Status }
  readonly createdAt: string
  readonly updatedAt: string
}
interface OneUser {
  200: { headers: { ETag: string }; content: { 'application/vnd.janus.v1+json': Shown } }
}
interface Change {
  readonly email?: string
  readonly name?: { readonly full?: string | null }
  readonly access?: { readonly role?: Role; readonly status?: Exclude<Status, 'deleted'> }
}
interface Operations {
  'Resource.Users.list': {
    parameters: { query?: { limit?: number; after?: string; status?: Status } }
    responses: { 200: { headers: Record<never, never>; content: { 'application/x-ndjson': Shown } } }
  }
  'Resource.Users.get': { parameters: { path: { id: string } }; responses: OneUser }
  'Resource.Users.change': {
    parameters: { path: { id: string }; header?: { 'If-Match'?: string } }
    requestBody: { content: { 'application/merge-patch+json': Change } }
    responses: OneUser
  }
  'Resource.Users.delete': {
    parameters: { path: { id: string } }
    responses: { 204: { headers: Record<never, never>; content?: never } }
  }
}
type Handlers = { readonly [Id in keyof Operations]: HandlerOf<Operations[Id]> }

export function createUserHandlers({ users }: HandlerDeps): Readonly<Record<keyof Operations, AnyHandler>> {
  const handlers: Handlers = {
    'Resource.Users.list': reading(
      ({ query: { limit = 100, after, ...filter } }) => {
        const start = after === undefined ? undefined : readId(after)
        return users.walk({ ...filter, ...plainWalk(start), limit })
      },
      ({ reply }, { users: found }) => reply(200, linesOf(found)),
    ),

    'Resource.Users.get': reading(
      ({ path: { id } }) => users.get(requireId(id)),
      ({ reply }, user) => {
        const shown = present(user)
        return reply(200, shown, { ETag: tagOf(shown) })
      },
    ),

    'Resource.Users.change': async ({ caller, path: { id }, headers, body, reply }) => {
      const seen = headers['If-Match']
      if (seen === undefined) throw new HttpError('precondition_required' as FailureReason)
      const user = await users.change(caller, requireId(id), changeOf(body), 'change_user', (current) => {
        if (seen !== '*' && seen !== tagOf(present(current)))
          throw new HttpError('precondition_failed' as FailureReason)
      })
      const shown = present(user)
      return reply(200, shown, { ETag: tagOf(shown) })
    },

    'Resource.Users.delete': async ({ caller, path: { id }, reply }) => {
      await users.remove(caller, requireId(id))
      return reply(204)
    },
  }
  return handlers
}

/** RFC 7396: what is null goes away. */
function changeOf({ email, name, access }: Change): UserChange {
  return {
    ...(email !== undefined && { email }),
    ...(name?.full !== undefined && { fullName: name.full ?? '' }),
    ...access,
  }
}

async function* linesOf(users: readonly User[]): AsyncIterable<Shown> {
  for (const user of users) yield present(user)
}

function present({ id, username, email, fullName, role, status, createdAt, updatedAt }: User): Shown {
  const times = { createdAt: presentTime(createdAt), updatedAt: presentTime(updatedAt) }
  return { id, username, email, name: { full: fullName }, access: { role, status }, ...times }
}

/** Strong: other bytes have another tag (RFC 9110, 8.8.3). */
function tagOf(shown: Shown): string {
  return `"${createHash('sha256').update(JSON.stringify(shown)).digest('base64url')}"`
}
