import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Connection } from '../../src/store/connection.ts'
import { freshDatabase } from '../support/database.ts'
import { startFront } from '../support/front.ts'
import { outcome } from '../support/outcome.ts'
import { type Reply, type Service, startService } from '../support/service.ts'

type Home = Awaited<ReturnType<typeof freshDatabase>>

/** One of every kind of request that needs the database, in both styles. */
const kinds = ['a token check', 'a read', 'a list', 'a write', 'a change', 'a login', 'a refresh', 'a logout'] as const
let made = 0

function ask(service: Service, kind: (typeof kinds)[number], { token, refresh, id }: Record<string, string>) {
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
      () => call('POST', `/users:update?id=${id}`, { can_write: made % 2 === 0 }),
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

async function prepare(service: Service): Promise<Record<string, string>> {
  const { token, refresh } = await service.as('admin', { username: 'caller' })
  const { id } = await service.makeUser()
  return { token, refresh, id }
}

async function expectUnavailable(service: Service, kind: (typeof kinds)[number], caller: Record<string, string>) {
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
function untilReady(service: Service): Promise<void> {
  return vi.waitFor(async () => expect((await fetch(`${service.url}/ready`)).status).toBe(200))
}

async function sql(connection: Connection, text: string): Promise<void> {
  const client = new pg.Client(typeof connection === 'string' ? { connectionString: connection } : connection)
  await client.connect()
  await client.query(text)
  await client.end()
}

describe('while the network swallows what is sent to the database', () => {
  it('a request on an open connection is answered all the same, and the next one has a connection that works', async () => {
    const home = await freshDatabase()
    const front = await startFront(home.connection)
    const service = await startService({ connection: front.connection, dbStatementTimeoutMs: 100, dbPoolMax: 1 })
    const { token } = await service.as('admin')
    front.silence()
    expect(outcome(await service.call('GET', '/users:list', { token }))).toBe('503 SERVICE_UNAVAILABLE')
    expect(outcome(await service.call('GET', '/users:list', { token }))).toMatch(/^200/)
    await service.close()
    await front.stop()
    await home.close()
  })
})

describe('while the database is away', () => {
  let home: Home
  let front: Awaited<ReturnType<typeof startFront>>
  let service: Service
  let caller: Record<string, string>

  beforeAll(async () => {
    home = await freshDatabase()
    front = await startFront(home.connection)
    service = await startService({ connection: front.connection })
    caller = await prepare(service)
    await front.stop()
  })
  afterAll(async () => {
    await service?.close()
    await front?.stop()
    await home?.close()
  })

  it.each(kinds)('%s answers that the service is not available', async (kind) => {
    await expectUnavailable(service, kind, caller)
  })

  it('the process lives and is not ready', async () => {
    expect((await service.call('GET', '/health')).status).toBe(200)
    const ready = await fetch(`${service.url}/ready`)
    expect(ready.status).toBe(503)
    expect(ready.headers.get('retry-after')).toBe('1')
    expect(await ready.json()).toEqual({ status: 'unavailable' })
  })

  it('what needs no database is answered', async () => {
    expect(outcome(await service.call('GET', '/users', {}))).toBe('401 AUTH_003')
    expect(outcome(await service.call('GET', '/users', { token: 'rubbish' }))).toBe('401 AUTH_003')
    expect(outcome(await service.call('POST', '/auth:login', { json: {} }))).toBe('400 MISSING_REQUIRED_FIELD')
    expect((await service.call('GET', '/.well-known/jwks.json')).status).toBe(200)
  })

  it('the log says why, in a line without a stack or a secret, once a second at most', async () => {
    // The next line tells how many were held back before it.
    await delay(1100)
    expect((await fetch(`${service.url}/ready`)).status).toBe(503)
    const failed = service.logged.filter(({ status }) => status === 503)
    expect(failed.length).toBeGreaterThan(0)
    for (const { level, msg, cause, ...more } of failed) {
      expect([level, msg]).toEqual([40, 'not available'])
      expect(cause).toMatch(/^(connect ECONNREFUSED|read ECONNRESET|Connection terminated|Timeout acquiring)[^\n]*$/)
      expect(more).not.toHaveProperty('err')
    }
    const times = failed.map(({ time }) => time)
    for (const [index, time] of times.entries()) expect(time - (times[index - 1] ?? 0)).toBeGreaterThan(900)
    const { hidden } = failed.find((entry) => entry.hidden) ?? {}
    expect(hidden).toBeGreaterThan(0)
    expect(JSON.stringify(service.logged)).not.toMatch(/correct horse|long enough to pass/)
    expect(JSON.stringify(service.logged)).not.toContain(caller.token)
    expect(JSON.stringify(service.logged)).not.toContain(caller.refresh)
  })

  // The last of this database: from here it is back.
  it('and when it is back, everything works as before', async () => {
    await front.start()
    await untilReady(service)
    for (const kind of kinds) {
      const { rpc } = ask(service, kind, caller)
      expect((await rpc()).status).toBeLessThan(300)
    }
  })
})

describe('while the database is slow', () => {
  let service: Service
  let caller: Record<string, string>

  beforeAll(async () => {
    service = await startService({ dbStatementTimeoutMs: 500 })
    caller = await prepare(service)
  })
  afterAll(() => service?.close())

  it('everything gives up, frees its connection, and works again once it is not', async () => {
    await service.knex.transaction(async (tx) => {
      await tx.raw('lock table users in access exclusive mode')
      await Promise.all(kinds.map((kind) => expectUnavailable(service, kind, caller)))
      expect((await service.call('GET', '/health')).status).toBe(200)
    })
    for (const kind of kinds) {
      const { rest } = ask(service, kind, caller)
      expect((await rest()).status).toBeLessThan(300)
    }
  })
})

describe('while more ask than there are connections', () => {
  it('the others are told to come again', async () => {
    const service = await startService({ dbPoolMax: 1 })
    const caller = await prepare(service)
    await service.knex.transaction(async () => {
      const { rpc, rest } = ask(service, 'a read', caller)
      expect((await Promise.all([rpc(), rest()])).map(outcome)).toEqual(['503 SERVICE_UNAVAILABLE', '503 SYS_005'])
    })
    const { rpc } = ask(service, 'a write', caller)
    expect((await rpc()).status).toBe(201)
    await service.close()
  })
})

describe('while the database only reads, as after a failover', () => {
  let home: Home
  let front: Awaited<ReturnType<typeof startFront>>
  let service: Service
  let caller: Record<string, string>

  const alter = async (change: string) => {
    const { database } = new pg.Client(
      typeof home.connection === 'string' ? { connectionString: home.connection } : home.connection,
    )
    await sql(home.connection, `begin read write; alter database ${database} ${change}; commit`)
    await front.stop()
    await front.start()
    await untilReady(service)
  }

  beforeAll(async () => {
    home = await freshDatabase()
    front = await startFront(home.connection)
    service = await startService({ connection: front.connection })
    caller = await prepare(service)
    await alter('set default_transaction_read_only = on')
  })
  afterAll(async () => {
    await service?.close()
    await front?.stop()
    await home?.close()
  })

  it.each(['a write', 'a change', 'a login', 'a refresh', 'a logout'] as const)('%s is not to be had', async (kind) => {
    await expectUnavailable(service, kind, caller)
  })

  it.each(['a token check', 'a read', 'a list'] as const)('%s is', async (kind) => {
    const { rpc, rest } = ask(service, kind, caller)
    expect((await rpc()).status).toBe(200)
    expect((await rest()).status).toBe(200)
  })

  it('readiness says so, once a write has failed, and goes on to take requests', async () => {
    const ready = async () => (await fetch(`${service.url}/ready`)).json()
    expect(await ready()).toEqual({ status: 'ready', cannot: ['write'] })
    // Longer than a failure is remembered: by then it has been tried again.
    await delay(5500)
    expect(await ready()).toEqual({ status: 'ready', cannot: ['write'] })
  })

  // The last of this database: from here it writes again.
  it('and when it writes again, everything works as before', async () => {
    await alter('reset default_transaction_read_only')
    await vi.waitFor(
      async () => expect(await (await fetch(`${service.url}/ready`)).json()).toEqual({ status: 'ready' }),
      { timeout: 20_000, interval: 200 },
    )
    for (const kind of kinds) {
      const { rest } = ask(service, kind, caller)
      expect((await rest()).status).toBeLessThan(300)
    }
  })
})
