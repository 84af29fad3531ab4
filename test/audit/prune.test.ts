import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyTrail } from '../../src/domain/audit/verify.ts'
import { createIds } from '../../src/domain/id.ts'
import { keptFrom, pruneTrail } from '../../src/store/audit/prune.ts'
import { createTrailSource } from '../../src/store/audit/trail-source.ts'
import type { Database } from '../../src/store/database.ts'
import { freshDatabase, open } from '../support/database.ts'
import { madeUp, sealerOf } from './support.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let database: Database
let sealer: Awaited<ReturnType<typeof sealerOf>>
const month = (number: number, day = 15) => new Date(Date.UTC(2026, number - 1, day, 12))
const first = (number: number) => new Date(Date.UTC(2026, number - 1))
let now = month(1)

beforeAll(async () => {
  home = await freshDatabase()
  database = open(home.connection)
  sealer = await sealerOf(database.store, { now: () => now })
  for (let number = 1; number <= 6; number++) {
    now = month(number)
    // No partition was made for the first month: its events, and the first of the second, are in the
    // default one, and so the others of the second too.
    if (number > 1) await database.store.audit.makePartitions(now)
    await write(3, now)
    await sealer.seal()
    // At the turn of the month, and sealed together, the later first: its clock was ahead.
    await write(2, new Date(first(number + 1).getTime() + 1000))
    await write(2, new Date(first(number + 1).getTime() - 1000))
    await sealer.seal()
  }
})
afterAll(async () => {
  await database?.close()
  await home?.close()
})

const write = (count: number, at: Date) => database.store.audit.insert(madeUp(count, at))
const prune = (before: Date) => pruneTrail(database.knex, before, createIds({ now: () => now }), now)

async function verify(root?: string) {
  const faults: string[] = []
  const found = await verifyTrail(createTrailSource(database.sql), {
    root,
    onFault: (fault) => void faults.push(fault),
  })
  return { ...found, faults }
}

const left = async () =>
  (await database.knex.raw('select min(at) as at, count(*)::int as count from audit_events')).rows[0] as {
    at: Date
    count: number
  }

describe('pruning', () => {
  it('drops whole months, and the trail is proven from there on', async () => {
    expect(await verify()).toMatchObject({ faults: [], first: 1, last: 42 })
    now = month(7)
    const pruned = await prune(first(3))
    expect(pruned).toEqual({ dropped: 10, partitions: [] })
    await sealer.seal()
    expect((await left()).at.getTime()).toBe(first(3).getTime() + 1000)
    expect(await verify()).toMatchObject({ faults: [], first: 11, last: 43 })
    expect(await verify(sealer.roots.at(-2)?.root)).toMatchObject({ faults: [] })
    const [told] = await database.store.audit.list({ action: 'audit_pruned', limit: 10 })
    expect(told).toMatchObject({
      number: 43,
      credential: { kind: 'operator', id: null },
      details: { dropped: 10, before: first(3).toISOString() },
    })
  })

  it('may be done again, and where there is nothing older it does nothing', async () => {
    expect(await prune(first(3))).toBe('nothing')
    expect(await prune(first(5))).toEqual({
      dropped: 24,
      partitions: ['audit_events_2026_03', 'audit_events_2026_04', 'audit_seals_2026_03', 'audit_seals_2026_04'],
    })
    await sealer.seal()
    expect((await left()).at.getTime()).toBe(first(5).getTime() + 1000)
    expect(await verify()).toMatchObject({ faults: [], first: 25 })
  })

  it('drops nothing that has no seal', async () => {
    await write(1, month(5))
    expect(await prune(first(6))).toBe('unsealed')
    await sealer.seal()
    expect((await verify()).faults).toEqual([])
  })

  it('leaves a boundary that nobody moves', async () => {
    const raw = (sql: string) => database.knex.raw(sql)
    await raw('alter table audit_roots disable trigger user; alter table audit_seals disable trigger user')
    await raw('delete from audit_seals where number <= 31; delete from audit_roots where last_number < 31')
    expect((await verify()).faults.join()).toMatch(/events 1 to \d+ are missing/)
  })

  it('keeps so many days at least, whole months', () => {
    expect(keptFrom(new Date('2026-11-27T12:00:00Z'), 400)).toEqual(new Date('2025-10-01T00:00:00Z'))
    expect(keptFrom(new Date('2026-03-31T23:59:59Z'), 31)).toEqual(new Date('2026-02-01T00:00:00Z'))
  })
})
