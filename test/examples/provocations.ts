import { pageDepth } from '../../src/domain/users/store.ts'
import { sendBytes } from '../support/bytes.ts'
import { startDraining } from '../support/draining.ts'
import { type Reply, type Service, startService } from '../support/service.ts'

/** How to make an operation fail in this way. */
export type Provocation = () => Promise<Reply>
export type Person = Awaited<ReturnType<Service['as']>>

/** On a service of its own, whose settings, clock or tables are changed for it. */
const apart = (
  settings: Parameters<typeof startService>[0],
  provoke: (own: Service, caller: Person) => Promise<Reply>,
): Provocation => {
  return async () => {
    const own = await startService(settings)
    try {
      return await provoke(own, await own.as('admin', { username: 'caller' }))
    } finally {
      await own.close()
    }
  }
}

export const refreshOf: Record<Style, (own: Service, token: string) => Promise<Reply>> = {
  Rpc: (own, token) => own.call('POST', '/auth:refresh', { json: { refresh_token: token } }),
  Rest: (own, token) => own.call('POST', '/auth/refresh', { json: { refreshToken: token } }),
}
export type Style = 'Rpc' | 'Rest'

export const reused = (style: Style) =>
  apart({}, async (own, { refresh }) => {
    const next = (await refreshOf.Rpc(own, refresh)).body.refresh_token
    await refreshOf.Rpc(own, next)
    own.clock.advance(11)
    return refreshOf[style](own, refresh)
  })

export const expired = (style: Style) =>
  apart({}, async (own, { refresh }) => {
    own.clock.advance(604_801)
    return refreshOf[style](own, refresh)
  })

export const revoked = (path: string) =>
  apart({}, async (own, { token }) => {
    await own.call('POST', '/auth/logout', { token })
    return own.call('GET', path, { token })
  })

export const locked = (path: string, body: object) =>
  apart({ loginAttempts: 1 }, async (own) => {
    await own.call('POST', path, { json: body })
    return own.call('POST', path, { json: body })
  })

/** By somebody who has to change the password first. */
export const closed = (path: string) =>
  apart({}, async (own, { user, token }) => {
    await own.knex('users').where('id', user.id).update({ must_change_password: true })
    return own.call('GET', path, { token })
  })

/** Without the current password, where it is asked for. */
export const unproved = (method: string, path: string) =>
  apart({ emailChangeNeedsPassword: true }, async (own, { token }) =>
    own.call(method, path, { token, json: { email: 'moved@example.com' } }),
  )

export const limited = (path: string) =>
  apart({ rateLimitPerMinute: 1 }, async (own, { token }) => {
    own.clock.nextMinute()
    await own.call('GET', path, { token })
    return own.call('GET', path, { token })
  })

export const broken = (path: string) =>
  apart({}, async (own, { token }) => {
    await own.knex.raw('alter table users rename column full_name to broken')
    return own.call('GET', path, { token })
  })

export const stuck = (path: string) =>
  apart({ dbPoolMax: 2, dbStatementTimeoutMs: 200 }, async (own, { token }) =>
    own.knex.transaction(async (tx) => {
      await tx.raw('lock table users in access exclusive mode')
      return own.call('GET', path, { token })
    }),
  )

/** Where the counters tell of many users, whom nobody has to make. */
export const deep = (path: string) =>
  apart({}, async (own, { token }) => {
    await own
      .knex('user_counts')
      .where('role', 'admin')
      .update({ n: 3 * pageDepth })
    return own.call('GET', path, { token })
  })

/** By the HTTP server itself, before there is a request to be answered. */
export const early = (head: string, wait = false): Provocation => {
  return async () => {
    const front = await startDraining()
    if (wait) front.server.headersTimeout = 100
    try {
      return await sendBytes(front.url, [head], '', !wait)
    } finally {
      await front.close()
    }
  }
}
