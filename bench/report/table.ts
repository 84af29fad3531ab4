/** A table of Markdown; all columns but the first are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, n) => (n === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n')
}

/** A figure with its goal. */
export interface Finding {
  readonly what: string
  readonly measured: number
  readonly unit: string
  /** At most, unless `atLeast`. */
  readonly goal: number
  readonly atLeast?: boolean
  /** How far the rounds differ, as a share. */
  readonly noise?: number
}

export const isMet = ({ measured, goal, atLeast }: Finding): boolean =>
  atLeast ? measured >= goal : Number(measured.toFixed(2)) <= goal

/** What was to be reached, and whether it was. */
export function findingsTable(findings: readonly Finding[]): string {
  return table(
    ['', 'measured', 'goal', ''],
    findings.map((finding) => {
      const { what, measured, unit, goal, atLeast, noise } = finding
      const spread = noise === undefined ? '' : ` ± ${Math.round(100 * noise)} %`
      const verdict = isMet(finding) ? 'met' : '**not met**'
      return [what, `${figure(measured)}${unit}${spread}`, `${atLeast ? '≥' : '≤'} ${figure(goal)}${unit}`, verdict]
    }),
  )
}

/** Three digits that mean something. */
export function figure(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'failed, ∞'
  if (!Number.isFinite(value)) return '-'
  if (Math.abs(value) >= 100) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}
