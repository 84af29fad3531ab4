import { figure } from './table.ts'

/** The latency of a call, by how many users there were; milliseconds. */
export interface Series {
  readonly title: string
  readonly points: { users: number; p50: number; p99: number }[]
}

const [cell, gap, columns] = [{ width: 220, height: 130 }, 44, 4]
const label = 'font-size="11" fill="#666"'

/** A small chart for each call, all on the same logarithmic axes: the line p50, the band up to p99. */
export function latencySvg(series: readonly Series[]): string {
  const points = series.flatMap((one) => one.points)
  const across = scale(
    points.map(({ users }) => users),
    cell.width,
  )
  const times = points.flatMap(({ p50, p99 }) => [p50, p99])
  const up = scale(
    [10 ** Math.floor(Math.log10(Math.min(...times))), 10 ** Math.ceil(Math.log10(Math.max(...times)))],
    cell.height,
  )
  const charts = series.map((one, n) => {
    const [x, y] = [gap + (n % columns) * (cell.width + gap), gap + Math.floor(n / columns) * (cell.height + gap)]
    return `<g transform="translate(${x} ${y})">${chart(one, across, (ms) => cell.height - up(ms))}</g>`
  })
  const width = gap + columns * (cell.width + gap)
  const height = gap + Math.ceil(series.length / columns) * (cell.height + gap)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" font-family="sans-serif" role="img" aria-label="Latency of each call over the number of users">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${gap}" y="16" ${label}>p50, and up to p99, in milliseconds, over the number of users; both axes logarithmic</text>
${charts.join('\n')}
</svg>
`
}

function chart({ title, points }: Series, across: (users: number) => number, down: (ms: number) => number): string {
  const path = (key: 'p50' | 'p99', order = points) =>
    order.map((point) => `${across(point.users).toFixed(1)},${down(point[key]).toFixed(1)}`).join(' ')
  const grid = [0.01, 0.1, 1, 10, 100, 1000, 10_000]
    .filter((ms) => down(ms) >= -0.5 && down(ms) <= cell.height + 0.5)
    .map(
      (ms) =>
        `<path d="M0 ${down(ms).toFixed(1)}H${cell.width}" stroke="#ddd"/><text x="-4" y="${(down(ms) + 4).toFixed(1)}" text-anchor="end" ${label}>${ms}</text>`,
    )
  const names = points.map(
    ({ users }) =>
      `<text x="${across(users).toFixed(1)}" y="${cell.height + 14}" text-anchor="middle" ${label}>${shortly(users)}</text>`,
  )
  const last = points.at(-1)
  return [
    ...grid,
    ...names,
    `<polygon points="${path('p50')} ${path('p99', points.toReversed())}" fill="#bcd3ef" fill-opacity="0.6"/>`,
    `<polyline points="${path('p50')}" fill="none" stroke="#1f5fa8" stroke-width="2"/>`,
    `<text y="-6" font-size="12" font-weight="bold">${title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`,
    last ? `<text x="${cell.width}" y="-6" text-anchor="end" ${label}>${figure(last.p50)} ms</text>` : '',
  ].join('')
}

/** From the values to 0 … size, by their logarithms. */
function scale(values: readonly number[], size: number): (value: number) => number {
  const [least, most] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))]
  return (value) => (most === least ? size / 2 : ((Math.log10(value) - least) / (most - least)) * size)
}

const shortly = (users: number) => (users >= 1_000_000 ? `${users / 1_000_000}M` : `${users / 1000}k`)
