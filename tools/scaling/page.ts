import { withSection } from '../../bench/report/results.ts'
import { table } from '../../bench/report/table.ts'
import { type Assumptions, table as assumptionTable, optionOf } from './assumptions.ts'
import type { Figures } from './figures.ts'
import { short, usersText, wrap } from './format.ts'
import { type Limit, limits, usersAt } from './limits.ts'
import { schemaPart, statementsPart } from './shards.ts'
import { stored } from './storage.ts'
import { needLines, stackedBars } from './svg.ts'
import { costsPart, linearPart, loadsPart, sizesPart, timesPart } from './tables.ts'

/** docs/SCALING.md with all its parts that are made, in their places. */
export const withParts = (page: string, f: Figures, a: Assumptions): string =>
  Object.entries(parts(f, a)).reduce((text, [key, part]) => withSection(text, key, part), page)

/** By the names of their places. */
export const parts = (f: Figures, a: Assumptions): Record<string, string> => ({
  assumptions: assumptionsPart(a),
  ends: endsPart(f, a),
  levers: leversPart(f, a),
  sizes: sizesPart(f, a),
  loads: loadsPart(f, a),
  times: timesPart(f, a),
  schema: schemaPart(f.schema),
  statements: statementsPart(),
  costs: costsPart(f),
  linear: linearPart(f),
})

/** SVG by the names of their files. */
export function pictures(f: Figures, a: Assumptions): Record<string, string> {
  const users = 1e6
  const bySize = (one: { value: number }, other: { value: number }) => other.value - one.value
  const parts = stored(f, a, users).map((one) => ({ ...one, value: one.bytes / users / 1000 }))
  const bars = Object.entries(Object.groupBy(parts, (one) => one.table))
    .map(([name, ones = []]) => ({
      name,
      parts: [...ones.slice(0, 1), ...ones.slice(1).toSorted(bySize)],
      sum: ones.reduce((sum, { value }) => sum + value, 0),
    }))
    .filter(({ sum }) => sum >= 0.01)
    .toSorted((one, other) => other.sum - one.sum)
  const isTrail = ({ name }: { name: string }) => name.startsWith('audit_')
  return {
    'scaling-storage.svg': stackedBars('Disk for one user: rows, and each index, in kB', [
      { title: 'All but the audit trail', bars: bars.filter((bar) => !isTrail(bar)) },
      { title: `The audit trail of ${a.auditDays} days, on another scale`, bars: bars.filter(isTrail) },
    ]),
    'scaling-needs.svg': needLines(
      'What so many users need, as a share of what the assumed primary has',
      reached(f, a),
    ),
  }
}

/** What is reached first comes first. */
const reached = (f: Figures, a: Assumptions): (Limit & { at: number })[] =>
  limits(f, a)
    .map((limit) => ({ ...limit, at: usersAt(limit) }))
    .toSorted((one, other) => one.at - other.at)

const assumptionsPart = (a: Assumptions) =>
  table(
    ['what', 'option', 'value'],
    Object.entries(assumptionTable).map(([name, [, what]]) => [
      what,
      `\`--${optionOf(name)}\``,
      String(a[name as keyof Assumptions]),
    ]),
  )

function endsPart(f: Figures, a: Assumptions): string {
  const all = reached(f, a)
  const rows = all.map(({ name, at, has, unit }) => [name, `**${usersText(at)}**`, `${short(has)} ${unit}`.trim()])
  const told = all.slice(0, 3).map(({ name, at }) => `${name} (${usersText(at)})`)
  return [
    table(['what ends', 'at so many users', 'of which there are'], rows),
    wrap(`Under these assumptions the first to end are, in this order: ${told.join(', ')}.`),
  ].join('\n\n')
}

function leversPart(f: Figures, a: Assumptions): string {
  const [auditDays, refreshes] = [90, a.refreshes / 4]
  const variants: [string, Partial<Assumptions>][] = [
    ['as assumed', {}],
    ['`AUDIT_DAYS=90`', { auditDays }],
    ['`ACCESS_TOKEN_TTL` four times as long: a quarter of the refreshes', { refreshes }],
    ['both', { auditDays, refreshes }],
    ['half as many users come', { active: a.active / 2 }],
    ['twice as many come', { active: Math.min(1, a.active * 2) }],
  ]
  const shown = ['disk', 'memory', 'restore', 'WAL', 'cores']
  return table(
    ['ends at so many users', ...shown],
    variants.map(([name, change]) => {
      const ends = new Map(limits(f, { ...a, ...change }).map((limit) => [limit.name, usersText(usersAt(limit))]))
      return [name, ...shown.map((one) => ends.get(one) ?? '')]
    }),
  )
}
