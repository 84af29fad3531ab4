/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources of tests, as text. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { idsOf, type Ledger, readLedger, rulesOf, wrongIn } from '../../tools/ledger/ledger.ts'
import { ledgerMarkdown } from '../../tools/ledger/markdown.ts'
import { notPassed } from '../../tools/ledger/runs.ts'
import { titlePattern, titlesOf } from '../../tools/ledger/titles.ts'

const ledger = readLedger()

/** How many clauses of levels 1 and 2 a section of ASVS 5.0.0 has: the first so many, or these. */
const sections: Readonly<Record<string, number>> = {
  ...{ '1.1': 2, '1.2': 9, '1.3': 11, '1.4': 3, '1.5': 2, '2.1': 3, '2.2': 3, '2.3': 4, '2.4': 1 },
  ...{ '3.2': 2, '3.3': 4, '3.4': 6, '3.5': 5, '3.7': 2, '4.1': 3, '4.2': 1, '4.3': 2, '4.4': 4 },
  ...{ '5.1': 1, '5.2': 3, '5.3': 2, '5.4': 3, '6.1': 3, '6.2': 12, '6.3': 4, '6.4': 4, '6.5': 5 },
  ...{ '6.6': 3, '6.8': 4, '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 2, '7.6': 2, '8.1': 2 },
  ...{ '8.2': 3, '8.3': 1, '8.4': 1, '9.1': 3, '9.2': 4, '10.1': 2, '10.2': 2, '10.3': 4, '10.4': 11 },
  ...{ '10.5': 5, '10.6': 2, '10.7': 3, '11.1': 2, '11.2': 3, '11.3': 3, '11.4': 4, '11.5': 1 },
  ...{ '11.6': 1, '12.1': 3, '12.2': 2, '12.3': 4, '13.1': 1, '13.2': 5, '13.3': 2, '13.4': 5 },
  ...{ '14.1': 2, '14.2': 4, '14.3': 3, '15.1': 3, '15.2': 3, '15.3': 7, '16.1': 1, '16.2': 5 },
  ...{ '16.3': 4, '16.4': 3, '16.5': 3, '17.1': 1, '17.2': 4, '17.3': 2 },
}
const clauses = Object.entries(sections).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, n) => `${section}.${n + 1}`),
)
/** Of level 3, and held as well. */
const more = ['6.3.8', '8.3.2']

describe('the security ledger', () => {
  it('names tests and files that are there, for every rule', () => {
    expect(wrongIn(ledger)).toEqual([])
  })

  it('has every clause of ASVS 5.0.0, levels 1 and 2, once', () => {
    expect(clauses).toHaveLength(253)
    const ids = ledger.standards[0]?.chapters.flatMap(({ rules }) => rules.flatMap(idsOf))
    expect(ids?.toSorted()).toEqual([...clauses, ...more].toSorted())
  })

  it('has the ten risks of APIs, and no rule of any standard twice', () => {
    expect(ledger.standards[1]?.chapters.flatMap(({ rules }) => rules.flatMap(idsOf))).toHaveLength(10)
    for (const standard of ledger.standards) {
      const ids = rulesOf({ standards: [standard], awaited: [] }).flatMap(idsOf)
      expect(new Set(ids).size).toBe(ids.length)
    }
  })

  it('is what docs/SECURITY-LEDGER.md says: else `npm run ledger`', () => {
    const page = readFileSync(new URL('../../docs/SECURITY-LEDGER.md', import.meta.url), 'utf8')
    expect(page).toBe(ledgerMarkdown(ledger))
    expect(page.split('\n').filter((line) => line.length > 100 && !line.startsWith('|'))).toEqual([])
  })
})

const withRule = (rule: object, awaited: string[] = []): Ledger => ({
  standards: [{ standard: 's', scope: '', chapters: [{ chapter: 'c', rules: [{ id: '1', rule: 'r', ...rule }] }] }],
  awaited,
})
const here = 'ledger/ledger.unit'

describe('a rule', () => {
  it.each<[string, Ledger, string[]]>([
    ['held by nothing', withRule({ how: 'well' }), ['1 is held by nothing']],
    ['held by no such file', withRule({ tests: ['no/such > a'] }), ['test/no/such.test.ts is not there']],
    [
      'held by no such test',
      withRule({ tests: [`${here} > nothing`] }),
      [`test/${here}.test.ts has no test "nothing"`],
    ],
    ['said nowhere', withRule({ said: ['docs/none.md'] }), ['1: docs/none.md is not there']],
    [
      'awaited for nothing',
      withRule({ outside: 'why' }, [`test/${here}.test.ts`]),
      [`test/${here}.test.ts is awaited, and is there`],
    ],
    ['held by one that is to come', withRule({ tests: ['no/such > a'] }, ['test/no/such.test.ts']), []],
  ])('that is %s is told', (_, given, told) => {
    expect(wrongIn(given)).toEqual(told)
  })
})

describe('a run', () => {
  const rule = withRule({ tests: ['a/b > closes %s of $name', 'a/b > is whole'] })
  const run = (...tests: [string, string][]) => ({
    testResults: [
      { name: '/x/test/a/b.test.ts', assertionResults: tests.map(([title, status]) => ({ title, status })) },
    ],
  })

  it('has to have every named test, all of them passed', () => {
    expect(notPassed(rule, run(['closes one of two', 'passed'], ['is whole', 'passed']))).toEqual([])
    expect(notPassed(rule, run(['closes one of two', 'passed']))).toEqual(['has not run: a/b > is whole'])
    const failed = run(['closes 1 of 2', 'passed'], ['closes 2 of 2', 'failed'], ['is whole', 'skipped'])
    expect(notPassed(rule, failed)).toEqual([
      'has not passed: a/b > closes %s of $name',
      'has not passed: a/b > is whole',
    ])
    expect(notPassed(rule, { testResults: [] })).toHaveLength(2)
  })
})

describe('the titles of tests', () => {
  it('are found in their source, however they are made', () => {
    const source = [
      "it('plain', () => {})",
      "it.each([['a']])('each %s', () => {})",
      "it.each<[string]>([\n  ['not a title'],\n])('typed', () => {})",
      "it.runIf(true)('if', () => {})",
      'it(`made of ${one}`, () => {})',
      "describe('no test', () => { it('within', () => {}) })",
    ]
    expect(titlesOf(source.join('\n'))).toEqual(['plain', 'each %s', 'typed', 'if', 'made of ${one}', 'within'])
  })

  it('stand for those that run', () => {
    expect(titlePattern('opens $way (%s), as ${one}').test('opens a door (2), as b')).toBe(true)
    expect(titlePattern('opens %s').test('closes a')).toBe(false)
    expect(titlePattern('a.b').test('axb')).toBe(false)
  })
})
