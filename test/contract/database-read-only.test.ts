import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Connection } from '../../src/store/connection.ts'
import { urlOf } from '../process/janus.ts'
import { freshDatabase } from '../support/database.ts'
import { startFront } from '../support/front.ts'
import { type Service, startService } from '../support/service.ts'
import { ask, expectUnavailable, kinds, prepare, untilReady } from './database-requests.ts'

type Home = Awaited<ReturnType<typeof freshDatabase>>

async function sql(connection: Connection, text: string): Promise<void> {
  const client = new pg.Client(typeof connection === 'string' ? { connectionString: connection } : connection)
  await client.connect()
  await client.query(text)
  await client.end()
}

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

describe('while the database only reads, and the service asks for one that writes', () => {
  it('nothing is to be had, the log says so, and what was switched off is switched on again', async () => {
    const home = await freshDatabase()
    const front = await startFront(home.connection)
    const service = await startService({ connection: `${urlOf(front.connection)}?target_session_attrs=read-write` })
    const caller = await prepare(service)
    const { database } = front.connection as { database: string }
    const alter = (change: string) =>
      sql(home.connection, `begin read write; alter database ${database} ${change}; commit`)
    await alter('set default_transaction_read_only = on')
    await front.stop()
    await front.start()
    // Of the refusals, one a second at most has its line.
    await vi.waitFor(
      async () => {
        await expectUnavailable(service, 'a list', caller)
        expect(service.logged.at(-1)?.cause).toMatch(/^127\.0\.0\.1:\d+ only reads$/)
      },
      { timeout: 20_000, interval: 200 },
    )
    await expectUnavailable(service, 'a write', caller)
    expect((await fetch(`${service.url}/ready`)).status).toBe(503)
    await alter('reset default_transaction_read_only')
    await untilReady(service)
    for (const kind of ['a write', 'a list'] as const)
      expect((await ask(service, kind, caller).rpc()).status).toBeLessThan(300)
    await service.close()
    await front.stop()
    await home.close()
  })
})
