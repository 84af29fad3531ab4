import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { assumed, assumptionsOf, optionOf } from '../../tools/scaling/assumptions.ts'
import { benched, type Figures, firstTable } from '../../tools/scaling/figures.ts'
import { bytes, count, duration, short, usersText, wrap } from '../../tools/scaling/format.ts'
import { type Limit, limits, times, usersAt } from '../../tools/scaling/limits.ts'
import { dailyCalls, dayLoad, peakLoad, stormLoad } from '../../tools/scaling/loads.ts'
import { pictures, withParts } from '../../tools/scaling/page.ts'
import { statements, statementsIn, unroutedStatements } from '../../tools/scaling/statements.ts'
import { disk, memory, rowsOf, stored } from '../../tools/scaling/storage.ts'

const docs = new URL('../../docs/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, docs), 'utf8')
const measured: Figures = JSON.parse(read('figures/scaling.json'))

describe('docs/SCALING.md', () => {
  it('is what is made of its figures: else `npm run scaling -- --write`', () => {
    const page = read('SCALING.md')
    expect(withParts(page, measured, assumed)).toBe(page)
    expect(page.split('\n').filter((line) => line.length > 100 && !/^(\||.*\]\()/.test(line))).toEqual([])
  })

  it('has the pictures of its figures', () => {
    for (const [name, picture] of Object.entries(pictures(measured, assumed)))
      expect(read(`figures/${name}`)).toBe(picture)
  })

  it('has measured rows that take as much at twice the users, within a tenth', () => {
    for (const { name, rows, bytes: taken } of measured.tables.filter((one) => one.rows[0] > 10_000))
      expect(Math.abs(taken[1] / rows[1] / (taken[0] / rows[0]) - 1), name).toBeLessThan(0.1)
  })

  it('knows each statement and each advisory lock of the store', () => {
    expect(unroutedStatements()).toEqual([])
    expect(statements().length).toBeGreaterThan(60)
    const stray = { file: 'a.ts', name: 'stray', route: undefined, locks: false }
    expect(unroutedStatements([...statements(), stray])).toEqual([
      'The statement stray of src/store/a.ts has no route: say in tools/scaling/statements.ts which nodes it would ask.',
    ])
    expect(unroutedStatements(statements().slice(1))).toEqual([
      expect.stringContaining('no statement of src/store any more'),
    ])
  })
})

/** Round figures, of one table. */
const f: Figures = {
  ...measured,
  users: [1000, 2000],
  tables: [
    {
      name: 'users',
      rows: [1000, 2000],
      bytes: [1_040_960, 2_040_960],
      indexes: [{ name: 'users_pkey', bytes: [108_192, 208_192] }],
    },
  ],
  hashMs: 250,
  work: {
    ...measured.work,
    login: { database: 0, walMost: 1000, walLeast: 100, events: 1 },
  },
  sealing: { eventsPerSecond: 1000, walPerEvent: 10 },
  requests: { ...measured.requests, login: { server: 250_000, database: 3000 }, change: { server: 500, database: 1 } },
}
const a = { ...assumed, bloat: 1, active: 0.5 }

describe('the arithmetic', () => {
  it('multiplies what a row takes, without what an empty table has', () => {
    expect(stored(f, a, 1e6).map(({ name, bytes: taken }) => [name, taken])).toEqual([
      ['users', 1e9],
      ['users_pkey', 1e8],
    ])
    expect(disk(f, a, 1e7)).toBe(10 * disk(f, a, 1e6))
  })

  it('takes a page for touched where one of its rows is somebody’s who comes', () => {
    const [rows, keys] = stored(f, a, 1e6)
    expect(rows?.hot).toBeCloseTo(1e9 * (1 - 0.5 ** 8.192), -3)
    expect(keys?.hot).toBeCloseTo(1e8, -3)
    expect(memory(f, a, 1e6)).toBeGreaterThan(rows?.hot ?? 0)
  })

  it('has a storm of logins hash, and nothing else', () => {
    const storm = stormLoad(f, { ...a, stormMinutes: 60 }, 7_200_000)
    expect(storm).toMatchObject({ logins: 1000, requests: 1000, hashCores: 250, processes: 84, events: 1000 })
    expect(storm.databaseCores).toBeCloseTo(3)
    expect(storm.serviceCores).toBeCloseTo(0.5)
    expect([storm.walMost, storm.walLeast]).toEqual([1_010_000, 110_000])
  })

  it('has the busiest hour as often as is assumed what a mean one has', () => {
    const [peak, day] = [peakLoad(f, a, 1e6), dayLoad(f, a, 1e6)]
    expect(peak.requests).toBeCloseTo((day.requests * a.peak) / 86_400)
    expect(dailyCalls(a, 1000)).toMatchObject({ get: 1000 * 0.5 * a.reads, login: 1000 * 0.5 * a.logins })
  })

  it('keeps the trail for its days, and half a month more', () => {
    const trail = { name: 'audit_events', rows: [1, 1], bytes: [1, 1], indexes: [] } as const
    expect(rowsOf(f, a, 1e6, trail)).toBeCloseTo(dayLoad(f, a, 1e6).events * 415)
    expect(rowsOf(f, a, 1e6, { ...trail, name: 'signing_keys' })).toBe(1)
  })

  it('finds the number of users at which a limit is reached', () => {
    const limit: Limit = { name: '', unit: '', has: 8, need: (users) => users / 1e6 }
    expect(usersAt(limit) / 8e6).toBeCloseTo(1, 3)
    expect(usersAt({ ...limit, need: () => 1 })).toBe(Number.POSITIVE_INFINITY)
    for (const { name, need } of limits(measured, assumed)) expect(need(2e7), name).toBeGreaterThan(need(1e7))
    expect(times(f, { ...a, diskMb: 100 }, 1e6).backup).toBeCloseTo(1.1e9 / 1e8 / 3600)
  })
})

describe('what is given', () => {
  it('takes the place of what is assumed', () => {
    expect(assumptionsOf({})).toBeUndefined()
    expect(assumptionsOf({ 'audit-days': '90' })).toEqual({ ...assumed, auditDays: 90 })
    expect(optionOf('stormMinutes')).toBe('storm-minutes')
  })

  it.each([
    [
      'no number',
      { active: 'many' },
      '--active is share of all users who come on a day: a number above 0, not "many".',
    ],
    ['nothing', { 'audit-days': '0' }, 'a number above 0'],
    ['more than all', { active: '2' }, '--active is a share: at most 1'],
  ])('is refused where it is %s', (_, given, told) => {
    expect(() => assumptionsOf(given)).toThrow(told)
  })
})

describe('what is read', () => {
  it('are the figures of the bench, or it is said which is missing', () => {
    expect(benched(readFileSync(new URL('../bench/RESULTS.md', docs), 'utf8')).get.database).toBeGreaterThan(0)
    expect(() => benched('| | janus: server | janus: database |\n')).toThrow(
      'bench/RESULTS.md has no figure "janus: server" of "get by id, REST": npm run bench writes it.',
    )
  })

  it('is a table of another page, if that is there', () => {
    expect(firstTable(new URL('figures/none.md', docs))).toBeNull()
    expect(firstTable(new URL('figures/kills.md', docs))).toMatch(/^\| kills \|.*\n\| --: \|.*\n.*\|$/)
  })

  it('are statements, wherever a source makes them, and whether they lock', () => {
    const source = `const find = statement<object>((knex) => knex('a'))
export const lock = statement((knex) => knex('a').forUpdate())
const plain = 1
function list() {
  return ask(knex.raw('select for no key update'))
}
`
    expect(statementsIn(source)).toEqual([
      { name: 'find', locks: false },
      { name: 'lock', locks: true },
      { name: 'list', locks: true },
    ])
  })
})

describe('figures', () => {
  it('are short', () => {
    expect([0.1234, 12.34, 1234, 1234567].map(short)).toEqual(['0.12', '12', '1 234', '1 234 567'])
    expect([1, 1500, 2.5e9].map(bytes)).toEqual(['0.001 kB', '1.5 kB', '2.5 GB'])
    expect([0.5, 60_000, 1.5e6].map(count)).toEqual(['0.5', '60 000', '1.5 M'])
    expect([48, 1.5, 0.25, 0.01].map(duration)).toEqual(['2 days', '1.5 h', '15 min', '36 s'])
    expect([1e6, 2e9].map(usersText)).toEqual(['1 M', 'beyond 1 G'])
    expect(
      wrap('word '.repeat(30).trim())
        .split('\n')
        .map((line) => line.length),
    ).toEqual([99, 49])
  })
})
