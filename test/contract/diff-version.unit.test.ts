import { describe, expect, it } from 'vitest'
import type { Difference } from '../../contract/diff/comparison.ts'
import { ComparisonError } from '../../contract/diff/references.ts'
import { compareVersions, judgeVersion } from '../../contract/diff/version.ts'

const difference = (rule: string, breaking: boolean): Difference => ({
  ...{ at: 'Rpc.Users.get answer 200', operation: 'Rpc.Users.get', words: 'is gone' },
  ...{ rule, breaking },
})
const kinds = {
  nothing: [],
  prose: [difference('prose-changed', false)],
  compatible: [difference('prose-changed', false), difference('answer-header-added', false)],
  breaking: [difference('answer-header-added', false), difference('answer-status-removed', true)],
}

describe('the version', () => {
  it.each([
    ['0.1.0', '0.1.0', 'nothing', true],
    ['0.1.0', '0.1.0', 'prose', true],
    ['0.1.0', '0.1.0', 'compatible', false],
    ['0.1.0', '0.1.0', 'breaking', false],
    ['0.1.0', '0.1.1', 'compatible', true],
    ['0.1.0', '0.1.1', 'breaking', false],
    ['0.1.9', '0.2.0', 'breaking', true],
    ['0.0.1', '0.0.2', 'breaking', false],
    ['0.9.0', '0.10.0', 'breaking', true],
    ['0.9.0', '1.0.0', 'breaking', true],
    ['1.0.0', '1.0.0', 'prose', true],
    ['1.0.0', '1.0.1', 'prose', true],
    ['1.0.0', '1.0.1', 'compatible', false],
    ['1.0.0', '1.1.0', 'compatible', true],
    ['1.9.0', '1.10.0', 'compatible', true],
    ['1.2.3', '1.3.0', 'breaking', false],
    ['1.2.3', '2.0.0', 'breaking', true],
    ['0.2.0', '0.1.0', 'nothing', false],
    ['0.10.0', '0.9.0', 'breaking', false],
    ['2.0.0', '1.9.0', 'prose', false],
  ] as const)('after %s may be %s with changes that are %s: %s', (released, current, kind, ok) => {
    expect(judgeVersion(released, current, kinds[kind])).toMatchObject({ ok })
  })

  it.each([
    ['0.1.0', '0.1.0', 'compatible', '0.1.1'],
    ['0.1.0', '0.1.5', 'breaking', '0.2.0'],
    ['1.2.3', '1.2.3', 'compatible', '1.3.0'],
    ['1.2.3', '1.9.0', 'breaking', '2.0.0'],
    ['1.2.3', '1.2.2', 'nothing', '1.2.4'],
  ] as const)('after %s, when %s is refused for changes that are %s, is told: %s', (released, current, kind, next) => {
    expect(judgeVersion(released, current, kinds[kind]).words).toContain(`set info.version (spec/main.tsp) to ${next}`)
  })

  it.each(['1', '1.0', 'v1.0.0', '1.0.0-rc.1', '01.0.0', 'undefined', ''])('cannot be %j', (version) => {
    expect(() => judgeVersion('1.0.0', version, [])).toThrow(ComparisonError)
  })

  it('is ordered by numbers, not by letters', () => {
    expect(['0.10.0', '1.0.0', '0.9.0', '0.9.10', '0.9.2'].sort(compareVersions)).toEqual([
      ...['0.9.0', '0.9.2', '0.9.10', '0.10.0', '1.0.0'],
    ])
  })
})
