import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { migrationSource } from '../../src/store/migrations.ts'

describe('the names of migrations', () => {
  const folder = readdirSync(new URL('../../src/store/migrations', import.meta.url))
  const rule = /^(000[1-5]|20\d{12})-[a-z0-9]+(-[a-z0-9]+)*$/

  it('are those of the files of the folder, each of which goes up and down', async () => {
    expect(await migrationSource.getMigrations([])).toEqual(folder.map((name) => name.replace(/\.ts$/, '')).sort())
    for (const name of await migrationSource.getMigrations([])) {
      const { up, down } = await migrationSource.getMigration(name)
      expect([up, down].map((each) => typeof each)).toEqual(['function', 'function'])
    }
  })

  it('are the five numbers that databases have recorded, then times: each a moment, in UTC, to the second', async () => {
    const names = await migrationSource.getMigrations([])
    expect(names.slice(0, 5)).toEqual(['0001-users', '0002-sessions', '0003-hash-cost', '0004-counters', '0005-search'])
    expect(names.filter((name) => !rule.test(name))).toEqual([])
    expect(names.slice(5).filter((name) => !isMoment(name.slice(0, 14)))).toEqual([])
  })

  it.each([
    ['20261126120000', true],
    ['20261326120000', false],
    ['20260230120000', false],
    ['20261126246000', false],
  ])('%s: a moment is %s', (digits, expected) => {
    expect(isMoment(digits)).toBe(expected)
  })
})

function isMoment(digits: string): boolean {
  const iso = digits.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6.000Z')
  const time = new Date(iso)
  return !Number.isNaN(time.getTime()) && time.toISOString() === iso
}
