import { short, usersText } from './format.ts'
import type { Limit } from './limits.ts'

const [width, left, right] = [960, 170, 20]
const colours = [
  '#1f5fa8',
  '#c8501e',
  '#2e8b57',
  '#8a4fbf',
  '#b8860b',
  '#0f8b8d',
  '#c2347d',
  '#5a5a5a',
  '#7a9a01',
  '#a0522d',
  '#3b3b98',
]
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const colour = (n: number) => colours[n % colours.length] as string

const whole = (title: string, height: number, parts: readonly string[]) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="10" y="20" font-size="14">${escaped(title)}</text>
${parts.join('\n')}
</svg>
`

/** A table, and its parts: itself and its indexes. */
export interface Bar {
  readonly name: string
  readonly sum: number
  readonly parts: readonly { readonly name: string; readonly value: number }[]
}

/** Stacked bars in panels, each on an axis of its own, in kB. */
export function stackedBars(title: string, panels: readonly { title: string; bars: readonly Bar[] }[]) {
  let top = 34
  const drawn = panels.flatMap((panel) => {
    const scale = (width - left - right - 70) / Math.max(...panel.bars.map(({ sum }) => sum))
    const lines = [`<text x="10" y="${top + 14}" font-weight="bold">${escaped(panel.title)}</text>`]
    top += 26
    for (const { name, parts, sum } of panel.bars) {
      lines.push(`<text x="${left - 8}" y="${top + 15}" text-anchor="end" fill="#222">${name}</text>`)
      let x = left
      for (const [n, part] of parts.entries()) {
        const wide = part.value * scale
        lines.push(
          `<rect x="${x.toFixed(1)}" y="${top}" width="${wide.toFixed(1)}" height="20" fill="${n === 0 ? '#8fb4d9' : n % 2 ? '#e0b48c' : '#d39a66'}" stroke="#fff"/>`,
        )
        const label = n === 0 ? 'rows' : part.name.replace(`${name}_`, '')
        if (wide > label.length * 6.4 + 8)
          lines.push(`<text x="${(x + 4).toFixed(1)}" y="${top + 14}" font-size="11" fill="#222">${label}</text>`)
        x += wide
      }
      lines.push(`<text x="${(x + 6).toFixed(1)}" y="${top + 15}" fill="#222">${short(sum)} kB</text>`)
      top += 26
    }
    top += 10
    return lines
  })
  return whole(title, top, drawn)
}

/** What is needed as a share of what there is, over the users; both axes logarithmic. */
export function needLines(title: string, limits: readonly (Limit & { readonly at: number })[]): string {
  const [top, height, from, to] = [44, 380, 5, 9]
  const [plotLeft, plotWidth] = [64, 560]
  const x = (users: number) => plotLeft + ((Math.log10(users) - from) / (to - from)) * plotWidth
  const [least, most] = [0.0001, 10]
  const y = (share: number) => top + ((Math.log10(most) - Math.log10(share)) / Math.log10(most / least)) * height
  const grid = [0.0001, 0.001, 0.01, 0.1, 1, 10].map(
    (share) =>
      `<path d="M${plotLeft} ${y(share).toFixed(1)}H${plotLeft + plotWidth}" stroke="${share === 1 ? '#222' : '#ddd'}"/><text x="${plotLeft - 6}" y="${(y(share) + 4).toFixed(1)}" text-anchor="end" fill="#444">${share * 100} %</text>`,
  )
  const ticks = [5, 6, 7, 8, 9].map(
    (power) =>
      `<path d="M${x(10 ** power)} ${top}V${top + height}" stroke="#eee"/><text x="${x(10 ** power)}" y="${top + height + 18}" text-anchor="middle" fill="#444">${usersText(10 ** power)}</text>`,
  )
  const lines = limits.map(({ need, has, at }, n) => {
    const points = Array.from({ length: 81 }, (_, step) => 10 ** (from + (step * (to - from)) / 80))
      .map((users) => [users, need(users) / has] as const)
      .filter(([, share]) => share >= least && share <= most)
      .map(([users, share]) => `${x(users).toFixed(1)},${y(share).toFixed(1)}`)
    const mark =
      at <= 10 ** to
        ? `<circle cx="${x(at).toFixed(1)}" cy="${y(1).toFixed(1)}" r="4.5" fill="${colour(n)}" stroke="#fff"/>`
        : ''
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour(n)}" stroke-width="2"/>${mark}`
  })
  const legend = limits.map(({ name, at }, n) => {
    const line = top + 8 + n * 30
    const when = `${at > 1e9 ? '' : 'at '}${usersText(at)}`
    return `<path d="M${plotLeft + plotWidth + 18} ${line}h18" stroke="${colour(n)}" stroke-width="3"/><text x="${plotLeft + plotWidth + 42}" y="${line + 4}" fill="#222">${escaped(name)}</text><text x="${plotLeft + plotWidth + 42}" y="${line + 17}" font-size="11" fill="#555">${when}</text>`
  })
  return whole(title, top + height + 40, [
    ...ticks,
    ...grid,
    ...lines,
    ...legend,
    `<text x="${plotLeft + plotWidth / 2}" y="${top + height + 34}" text-anchor="middle" fill="#444">users</text>`,
  ])
}
