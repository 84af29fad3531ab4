import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { labelOf } from '../../clients/check/check-generator.ts'
import { generators } from '../../clients/check/generators.ts'
import { tableOf, withLastRun } from '../../clients/check/table.ts'

const read = (name: string) => readFileSync(new URL(`../../clients/${name}`, import.meta.url), 'utf8')
const { dependencies } = JSON.parse(read('package.json'))
const readme = read('README.md')

describe('the generators of other people', () => {
  it('have exact versions, those of the lock file', () => {
    const { packages } = JSON.parse(read('package-lock.json'))
    for (const [name, version] of Object.entries(dependencies)) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
      expect(packages[`node_modules/${name}`].version, name).toBe(version)
    }
    expect(packages[''].dependencies).toEqual(dependencies)
  })

  it('stand with these versions in the table of the last run, one a line', () => {
    const [, table = ''] = /<!-- last run -->\n([\s\S]*?)<!-- \/last run -->/.exec(readme) ?? []
    const lines = table.split('\n').filter((line) => line.startsWith('| '))
    expect(lines.slice(1).map((line) => line.split('|')[1]?.trim())).toEqual(generators.map(labelOf))
    expect(table).toMatch(/^Contract \d+\.\d+\.\d+, \d{4}-\d{2}-\d{2}:$/m)
  })

  it('have a reason for each fault that is listed', () => {
    for (const { known } of generators)
      for (const { reason, contains } of known) {
        expect(reason).not.toBe('')
        expect(contains).not.toEqual([])
      }
  })
})

describe('the table of a run', () => {
  const row = { generator: 'made 1.0.0', compiles: 'yes', listed: 0, rpc: 'ok', rest: 'ok', more: '', seconds: 9.6 }

  it('is Markdown with columns of one width', () => {
    expect(tableOf([row]).split('\n')).toEqual([
      '| Generator  | Compiles | Faults listed | RPC | REST | Beyond | Seconds |',
      '|------------|----------|---------------|-----|------|--------|---------|',
      '| made 1.0.0 | yes      | 0             | ok  | ok   | -      | 10      |',
    ])
  })

  it('takes the place of the one before', () => {
    const once = withLastRun(readme, 'first')
    expect(withLastRun(once, 'second $1')).toBe(once.replace('\nfirst\n', () => '\nsecond $1\n'))
    expect(() => withLastRun('no place', 'text')).toThrow('<!-- last run -->')
  })
})
