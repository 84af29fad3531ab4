import { expect, vi } from 'vitest'
import { outcome } from '../support/outcome.ts'
import type { Reply, Service } from '../support/service.ts'

/** One of every kind of request that needs the database, in both styles. */
export const kinds = [
  'a token check',
  'a read',
  'a list',
  'a write',
  'a change',
  'a login',
  'a refresh',
  'a logout',
] as const
let made = 0

export function ask(service: Service, kind: (typeof kinds)[number], { token, refresh, id }: Record<string, string>) {
  const draft = { username: `new-${++made}`, email: `new-${made}@example.com`, password: 'long enough to pass' }
  const call = (method: string, path: string, json?: object) =>
    service.call(method, path, { token: token as string, ...(json && { json }) })
  const [rpc, rest] = {
    'a token check': [() => call('GET', '/auth:me'), () => call('GET', '/auth/profile')],
    'a read': [() => call('GET', `/users:get?id=${id}`), () => call('GET', `/users/${id}`)],
    'a list': [() => call('GET', '/users:list?search=a'), () => call('GET', '/users/stats')],
    'a write': [
      () => call('POST', '/users:create', { ...draft, role: 'user' }),
      () => call('POST', '/users', { ...draft, username: `${draft.username}-r`, email: `r-${draft.email}` }),
    ],
    'a change': [
      () => call('POST', `/users:update?id=${id}`, { role: made % 2 ? 'guest' : 'moderator' }),
      () => call('PATCH', `/users/${id}`, { fullName: `Name ${made}` }),
    ],
    'a login': [
      () => call('POST', '/auth:login', { username: 'caller', password: 'correct horse battery' }),
      () => call('POST', '/auth/login', { usernameOrEmail: 'caller', password: 'correct horse battery' }),
    ],
    'a refresh': [
      () => call('POST', '/auth:refresh', { refresh_token: refresh }),
      () => call('POST', '/auth/refresh', { refreshToken: refresh }),
    ],
    'a logout': [() => call('POST', '/auth:logout', { refresh_token: refresh }), () => call('POST', '/auth/logout')],
  }[kind] as [() => Promise<Reply>, () => Promise<Reply>]
  return { rpc, rest }
}

export async function prepare(service: Service): Promise<Record<string, string>> {
  const { token, refresh } = await service.as('admin', { username: 'caller' })
  const { id } = await service.makeUser()
  return { token, refresh, id }
}

export async function expectUnavailable(
  service: Service,
  kind: (typeof kinds)[number],
  caller: Record<string, string>,
) {
  const { rpc, rest } = ask(service, kind, caller)
  for (const [reply, expected] of [
    [await rpc(), '503 SERVICE_UNAVAILABLE'],
    [await rest(), '503 SYS_005'],
  ] as const) {
    expect(outcome(reply)).toBe(expected)
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
  }
}

/** Until the connections that broke are noticed. */
export function untilReady(service: Service): Promise<void> {
  return vi.waitFor(async () => expect((await fetch(`${service.url}/ready`)).status).toBe(200))
}
