import { describe, expect, it } from 'vitest'
import { median, quantile, shuffled, spread } from '../../bench/measure/statistics.ts'
import { latencySvg } from '../../bench/report/latency-svg.ts'
import { withSection } from '../../bench/report/results.ts'
import { figure, findingsTable, isMet } from '../../bench/report/table.ts'

describe('figures of the bench', () => {
  it('are medians, quantiles and spreads', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(spread([90, 100, 110])).toBeCloseTo(0.1)
    const sorted = Array.from({ length: 100 }, (_, n) => n + 1)
    expect([0.5, 0.99, 1].map((share) => quantile(sorted, share))).toEqual([50, 99, 100])
    expect(quantile([7], 0.99)).toBe(7)
    expect(shuffled([1, 2, 3]).toSorted()).toEqual([1, 2, 3])
  })

  it('are shown with three digits', () => {
    expect([1234.5, 99.99, 1.256, 0.01234, Number.NaN].map(figure)).toEqual(['1235', '100', '1.26', '0.0123', '-'])
  })

  it('say whether a goal is met, as they are shown', () => {
    const most = { what: 'get', unit: ' ×', goal: 1.25 }
    expect([1.25, 1.254, 1.256].map((measured) => isMet({ ...most, measured }))).toEqual([true, true, false])
    expect(isMet({ ...most, measured: Number.NaN })).toBe(false)
    const least = { what: 'rows', unit: ' rows/s', goal: 20_000, atLeast: true }
    expect([19_999, 20_000].map((measured) => isMet({ ...least, measured }))).toEqual([false, true])
    expect(findingsTable([{ ...most, measured: 2, noise: 0.05 }])).toContain(
      '| get | 2 × ± 5 % | ≤ 1.25 × | **not met** |',
    )
  })
})

describe('RESULTS.md', () => {
  it('has each section once, the others as they were', () => {
    const one = withSection('# Title\n', 'a', 'first')
    const two = withSection(one, 'b', 'second')
    expect(withSection(two, 'a', 'again')).toBe(two.replace('first', 'again'))
    expect(two).toMatch(/# Title\n\n<!-- a -->\nfirst\n<!-- end of a -->\n\n<!-- b -->\nsecond\n<!-- end of b -->\n$/)
  })
})

describe('the chart of latency', () => {
  it('draws each call over the same axes, the slower the higher', () => {
    const points = (ms: number) => [1000, 1_000_000].map((users) => ({ users, p50: ms, p99: 2 * ms }))
    const svg = latencySvg([
      { title: 'get & list', points: points(2) },
      { title: 'search', points: points(40) },
    ])
    const heights = [...svg.matchAll(/<polyline points="0\.0,([\d.]+) 220\.0,([\d.]+)"/g)].map(([, y]) => Number(y))
    expect(heights).toHaveLength(2)
    expect(heights[0]).toBeGreaterThan(heights[1] as number)
    expect(svg).toContain('get &amp; list')
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  })
})
