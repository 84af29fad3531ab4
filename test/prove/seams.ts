import type { Store } from '../../src/domain/store.ts'
import { plainWalk, positionOf } from '../../src/domain/users/positions.ts'
import type { User } from '../../src/domain/users/user.ts'
import { partOf } from '../support/outcome.ts'
import type { Fault, Moment, Overrides, Sent } from './fault.ts'
import { failures } from './wire.ts'

type UserStore = Store['users']
type UserFilter = Parameters<UserStore['count']>[0]
type UserPage = Parameters<UserStore['list']>[0]
type Change<T> = (what: T) => void

/** Whether a request is of this method and path, apart from its query. */
export function isTo(target: string): (sent: Sent) => boolean {
  return ({ method, path }) => `${method} ${path.split('?')[0]}` === target
}

export function isUpdate(sent: Sent): boolean {
  if (sent.method === 'PATCH') return sent.path.startsWith('/users/')
  return isTo('POST /users:update')(sent) && jsonOf(sent)?.action === undefined
}

export function isProfile(sent: Sent): boolean {
  return isTo('PATCH /auth/profile')(sent) || (isTo('POST /auth:me')(sent) && jsonOf(sent)?.password === undefined)
}

export function hasAction(action: string): (sent: Sent) => boolean {
  return (sent) => isTo('POST /users:update')(sent) && jsonOf(sent)?.action === action
}

/** Overrides for as long as such a request is answered. */
export function during(
  when: (sent: Sent) => boolean,
  overrides: NonNullable<Fault['store']>,
): NonNullable<Fault['store']> {
  return (own, at: Moment): Overrides => (when(at.sent) ? overrides(own, at) : {})
}

export function editQuery(target: string, change: Change<URLSearchParams>): NonNullable<Fault['request']> {
  return (sent) => {
    const [path, text] = sent.path.split('?')
    if (!isTo(target)(sent) || text === undefined) return sent
    const query = new URLSearchParams(text)
    change(query)
    return { ...sent, path: `${path}?${query}` }
  }
}

export function editBody(target: string, change: Change<any>): NonNullable<Fault['request']> {
  return (sent) => {
    const body = isTo(target)(sent) ? jsonOf(sent) : undefined
    if (body === undefined) return sent
    change(body)
    return { ...sent, body: JSON.stringify(body) }
  }
}

export function editAnswer(target: string, change: Change<any>): NonNullable<Fault['reply']> {
  return (reply, sent) => {
    if (isTo(target)(sent) && reply.status < 400) change(reply.body)
    return reply
  }
}

/** Where a request that begins so is refused for this reason, it is done all the same. */
export function pardon(reason: string, beginning: string): NonNullable<Fault['reply']> {
  const codes = Object.values(failures.get(reason) ?? {}).flatMap((answer) =>
    typeof answer === 'object' ? answer.code : [],
  )
  return (reply, { method, path }, asRoot) => {
    const [said, code] = [partOf(reply, 'reason'), partOf(reply, 'code')]
    const isIt = said === undefined ? codes.includes(code as string) : said === reason
    return isIt && `${method} ${path}`.startsWith(beginning) ? asRoot() : reply
  }
}

/** All that match, deleted ones only where they are asked for. */
export function everybody(users: UserStore, { role, status, search }: UserFilter): Promise<User[]> {
  const filter = { ...(role && { role }), ...(status && { status }), ...(search !== undefined && { search }) }
  return users.listAfter({ ...filter, ...plainWalk(), limit: 10_000 })
}

/**
 * Lists and counts of whom `matching` finds, by the rules of the store. @param tie what decides
 * among equals
 */
export function listed(
  matching: (filter: UserFilter) => Promise<User[]>,
  tie: 'id' | 'username' = 'id',
): Pick<UserStore, 'list' | 'listAfter' | 'count'> {
  const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)
  const sorted = async (list: UserFilter & Pick<UserPage, 'sortBy' | 'sortOrder'>) => {
    const { sortBy, sortOrder } = list
    const keyOf = (user: User) => (sortBy === 'createdAt' ? user.createdAt.getTime() : user[sortBy].toLowerCase())
    const users = await matching(list)
    users.sort((a, b) => compare(keyOf(a), keyOf(b)) || compare(a[tie], b[tie]))
    return sortOrder === 'ASC' ? users : users.reverse()
  }
  return {
    count: async (filter) => ({ total: (await matching(filter)).length, isCapped: false }),
    listAfter: async ({ after, limit, ...list }) => {
      const isBehind = (user: User) => {
        const { key, id } = positionOf(user, list.sortBy)
        const order = after ? compare(key, after.key) || compare(id, after.id) : 0
        return !after || (list.sortOrder === 'ASC' ? order > 0 : order < 0)
      }
      return (await sorted(list)).filter(isBehind).slice(0, limit)
    },
    list: async (page) => (await sorted(page)).slice(page.offset, page.offset + page.limit),
  }
}

function jsonOf({ body }: Sent): any {
  try {
    return body === undefined ? undefined : JSON.parse(body)
  } catch {
    return undefined
  }
}

/** What the access token of a request says. */
export function claimsOf({ authorization = '' }: Sent): any {
  return JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString())
}
