import { type Request, write } from '../load/job.ts'
import type { Material } from '../requests.ts'
import type { Subject } from './world.ts'

/** An answer as both have to give it. */
interface Whole {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: string
}

function comparedRequests({ ids: [id = '', other = ''], tokens: [token], usernames: [username], password }: Material) {
  const headers = { Authorization: `Bearer ${token}` }
  const read = (path: string): Request => ({ method: 'GET', path, headers })
  const write = (method: string, path: string, body: unknown): Request => ({ method, path, headers, body })
  const name = () => `bench-${Math.random().toString(36).slice(2, 10)}`
  return {
    reads: [
      `/users/${id}`,
      `/users:get?id=${id}`,
      '/users?limit=20',
      '/users?page=3&limit=20',
      '/users?role=guest&status=active',
      '/users?search=chen',
      '/users:list?limit=20',
      `/users:list?limit=20&after=${id}`,
      '/users:list?search=chen&role=user',
      '/users:list?search=nobodyhasthis',
    ].map(read),
    writes: () => [
      write('PATCH', `/users/${id}`, { role: 'manager' }),
      write('PATCH', `/users/${id}`, { role: 'user' }),
      write('POST', `/users:update?id=${id}`, { role: 'moderator' }),
      write('POST', `/users:update?id=${id}`, { role: 'user' }),
      write('POST', `/users:update?id=${other}`, { action: 'revoke_sessions' }),
      write('POST', '/users', { username: name(), email: `${name()}@example.com`, password, role: 'user' }),
      write('POST', '/users:create', { username: name(), email: `${name()}@example.com`, password, role: 'guest' }),
      write('POST', '/auth/login', { usernameOrEmail: username, password }),
      write('POST', '/auth:login', { username, password }),
    ],
  }
}

/**
 * Holds the floor's answers against those of Janus, on the same database: status, headers and body
 * (byte for byte, but for the order of properties), of writes without what is new in each.
 *
 * @throws Error with the first two answers that differ
 */
export async function compareAnswers(janus: Subject, floor: Subject): Promise<number> {
  const { reads, writes } = comparedRequests(janus.material)
  for (const request of reads) await compare(request, request, (text) => text)
  const [ours, theirs] = [writes(), writes()]
  for (const [n, request] of ours.entries()) await compare(request, theirs[n] as Request, withoutNews)
  // What a login gave is good for one refresh.
  for (const [login, path, of] of [
    ['/auth/login', '/auth/refresh', (data: any) => ({ refreshToken: data.data.refreshToken })],
    ['/auth:login', '/auth:refresh', (data: any) => ({ refresh_token: data.refresh_token })],
  ] as const) {
    const request = ours.find((one) => one.path === login) as Request
    const refresh = async (): Promise<Request> => {
      const { body } = await send(janus.server.url, request)
      return { method: 'POST', path, body: of(JSON.parse(body)) }
    }
    await compare(await refresh(), await refresh(), withoutNews)
  }
  return reads.length + ours.length + 2

  async function compare(request: Request, same: Request, shown: (text: string) => string): Promise<void> {
    const [one, other] = [await send(janus.server.url, request), await send(floor.server.url, same)]
    const text = ({ status, headers, body }: Whole) => shown([status, ...headers, '', ordered(body)].join('\n'))
    if (text(one) !== text(other))
      throw new Error(
        `The floor answers otherwise than Janus:\n${write({ ...request, headers: {} }, '')}\n\nJanus:\n${text(one)}\n\nfloor:\n${text(other)}`,
      )
  }
}

/** Ids in both spellings, times, tokens, and names that were made up for one request. */
const withoutNews = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, '(id)')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '(time)')
    .replace(/"(access_?token|refresh_?token)":"[^"]{40,}"/gi, '"$1":"(token)"')
    .replace(/bench-[a-z0-9]+/g, '(name)')
    .replace(/^content-length:.*$/im, '')

async function send(url: string, { method, path, headers = {}, body }: Request): Promise<Whole> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }), 'Accept-Language': '' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const own = ['date', 'x-request-id', 'keep-alive', 'connection']
  const lines = [...answer.headers].filter(([name]) => !own.includes(name)).map(([name, value]) => `${name}: ${value}`)
  return { status: answer.status, headers: lines.toSorted(), body: await answer.text() }
}

/** The properties in one order: JSON has none. */
const ordered = (body: string): string =>
  JSON.stringify(JSON.parse(body), (_, value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
