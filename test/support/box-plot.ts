import { quantile } from './statistics.ts'

export interface Panel {
  readonly title: string
  readonly samples: Readonly<Record<string, readonly number[]>>
}

const [left, width, row, head] = [190, 720, 22, 34]

/** An SVG of samples in milliseconds: from the 5th to the 95th percentile, the quartiles, the median. */
export function boxPlot(title: string, panels: readonly Panel[]): string {
  const heights = panels.map(({ samples }) => head + Object.keys(samples).length * row + 26)
  const height = 30 + heights.reduce((sum, each) => sum + each, 0)
  let top = 30
  const drawn = panels.map((panel, at) => {
    const from = top
    top += heights[at] as number
    return draw(panel, from)
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>${title}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="10" y="20" font-size="14">${title}</text>
${drawn.join('\n')}
</svg>
`
}

function draw({ title, samples }: Panel, top: number): string {
  const all = Object.values(samples).flat()
  const [least, most] = [quantile(all, 0.02), quantile(all, 0.97)]
  const x = (value: number) =>
    Math.round(
      (left + ((Math.min(Math.max(value, least), most) - least) / (most - least)) * (width - left - 20)) * 10,
    ) / 10
  const rows = Object.entries(samples).map(([name, values], at) => {
    const y = top + head + at * row
    const [p5, p25, p50, p75, p95] = [0.05, 0.25, 0.5, 0.75, 0.95].map((part) => x(quantile(values, part))) as [
      number,
      number,
      number,
      number,
      number,
    ]
    return `<text x="${left - 10}" y="${y + 4}" text-anchor="end">${name}</text>
<path d="M${p5} ${y}H${p95}" stroke="#888"/><rect x="${p25}" y="${y - 6}" width="${Math.max(1, p75 - p25)}" height="12" fill="#9bc4e2"/><path d="M${p50} ${y - 8}V${y + 8}" stroke="#003b5c" stroke-width="2"/>`
  })
  const end = top + head + rows.length * row
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const value = least + part * (most - least)
    return `<text x="${x(value)}" y="${end + 4}" text-anchor="middle" fill="#555">${value.toFixed(2)} ms</text>`
  })
  return `<text x="10" y="${top + 14}" font-weight="bold">${title}</text>\n${[...rows, ...ticks].join('\n')}`
}
