import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { machine, occasion } from '../../bench/report/results.ts'

/** Whether a slow test (`*.slow.test.ts`) runs in full (`npm run test:slow`) rather than in short. */
export const inFull = process.env.JANUS_SLOW !== undefined

const folder = fileURLToPath(new URL('../../docs/figures/', import.meta.url))

/**
 * Says what a slow test that runs in full has measured, and keeps it in `docs/figures/NAME.md`; in
 * short it does nothing.
 *
 * @param text Markdown, from its title on
 * @param plot SVG, which stands beside it as `NAME.svg`
 */
export function writeFigures(name: string, text: string, plot?: string): void {
  if (!inFull) return
  const [title, ...rest] = text.trim().split('\n')
  const facts = `* ${occasion('npm run test:slow')}\n* ${machine()}, Node ${process.versions.node}`
  const whole = [title, '', facts, ...rest].join('\n')
  process.stdout.write(`\n${whole}\n`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}${name}.md`, `${whole}\n`)
  if (plot !== undefined) writeFileSync(`${folder}${name}.svg`, plot)
}
