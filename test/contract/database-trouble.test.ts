import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { startFront } from '../support/front.ts'
import { outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'
import { ask, expectUnavailable, kinds, prepare, untilReady } from './database-requests.ts'

type Home = Awaited<ReturnType<typeof freshDatabase>>

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
    await service.store.transaction(async () => {
      const { rpc, rest } = ask(service, 'a read', caller)
      expect((await Promise.all([rpc(), rest()])).map(outcome)).toEqual(['503 SERVICE_UNAVAILABLE', '503 SYS_005'])
    })
    const { rpc } = ask(service, 'a write', caller)
    expect((await rpc()).status).toBe(201)
    await service.close()
  })
})
