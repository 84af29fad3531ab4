import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Connection, checkServer } from '../../src/store/connection.ts'
import { freshDatabase, open } from '../support/database.ts'
import { startFront } from '../support/front.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>

beforeAll(async () => {
  home = await freshDatabase()
})
afterAll(() => home?.close())

describe('a server', () => {
  const fine = { version: 150_018, versionName: '15.18', encoding: 'UTF8' }

  it('must be PostgreSQL 15 or newer, in UTF8', () => {
    expect(() => checkServer(fine)).not.toThrow()
    expect(() => checkServer({ ...fine, version: 140_012, versionName: '14.12' })).toThrow(
      /14\.12; version 15 or newer.*Upgrade/,
    )
    expect(() => checkServer({ ...fine, encoding: 'SQL_ASCII' })).toThrow(/SQL_ASCII.*create database/)
  })

  it('may be found by URL, and sees who asks and what bounds them', async () => {
    const database = open(asUrl(home.connection))
    const { rows } = await database.knex.raw(
      `select name, setting from pg_settings where name in
       ('application_name', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name`,
    )
    expect(rows.map((row: { setting: string }) => row.setting)).toEqual(['janus', '15000', '2000', '5000'])
    await database.close()
  })

  it('may stand behind a pooler that refuses timeouts', async () => {
    const front = await startFront(home.connection, { refuse: 'statement_timeout' })
    const warn = vi.fn()
    const database = open(front.connection, { log: { info: () => {}, warn } })
    await Promise.all([database.ready(), database.ready(), database.store.users.count({})])
    expect(warn).toHaveBeenCalledOnce()
    expect(warn.mock.calls[0]?.[0]).toContain('alter role')
    await database.close()
    await front.stop()
  })
})

function asUrl(connection: Connection): string {
  if (typeof connection === 'string') return connection
  const { host, port, user, database } = connection
  return `postgresql:///${database}?${new URLSearchParams({ host, port: `${port}`, user })}`
}
