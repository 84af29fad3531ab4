/** A line of the table that the check prints. */
export interface Row {
  /** With its packages' versions: `orval 8.38.0`. */
  readonly generator: string
  /** `yes`, or `errors: 12`. */
  readonly compiles: string
  /** How many faults of its own are listed and were met. */
  readonly listed: number
  readonly rpc: string
  readonly rest: string
  /** What else was tried: `zod ok, MSW ok`, or nothing. */
  readonly more: string
  readonly seconds: number
}

const heads = ['Generator', 'Compiles', 'Faults listed', 'RPC', 'REST', 'Beyond', 'Seconds']

/** The table that the check prints. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ generator, compiles, listed, rpc, rest, more, seconds }) => [
    generator,
    compiles,
    String(listed),
    rpc,
    rest,
    more || '-',
    seconds.toFixed(0),
  ])
  return columns(heads, cells)
}

/** A table in Markdown, its columns as wide as what is in them. */
export function columns(heads: readonly string[], cells: readonly (readonly string[])[]): string {
  const widths = heads.map((_, column) => Math.max(...[heads, ...cells].map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) => `| ${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`
  return [line(heads), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...cells.map(line)].join('\n')
}

/** A README with this text where its last run stands. */
export function withLastRun(readme: string, text: string): string {
  const place = /(<!-- last run -->\n)[\s\S]*?(<!-- \/last run -->)/
  if (!place.test(readme)) throw new Error('README.md has no place for the last run: <!-- last run -->')
  return readme.replace(place, (_, begin: string, end: string) => `${begin}${text}\n${end}`)
}
