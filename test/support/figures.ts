import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { machine, occasion } from '../../bench/report/results.ts'

/** Whether a slow test (`*.slow.test.ts`) runs in full (`npm run test:slow`) rather than in short. */
export const inFull = process.env.JANUS_SLOW !== undefined

const folder = fileURLToPath(new URL('../../docs/figures/', import.meta.url))

/**
 * Says what a slow test that runs in full has measured, and keeps it as {@link keepFigures} does; in
 * short it does nothing.
 */
export function writeFigures(name: string, text: string, plot?: string): void {
  if (inFull) keepFigures('npm run test:slow', name, text, plot)
}

/**
 * Says what was measured, and keeps it in `docs/figures/NAME.md` with the time, the machine and the
 * command.
 *
 * @param text Markdown, from its title on
 * @param plot SVG, which stands beside it as `NAME.svg`
 */
export function keepFigures(command: string, name: string, text: string, plot?: string): void {
  const [title, ...rest] = text.trim().split('\n')
  const facts = `* ${occasion(command)}\n* ${machine()}, Node ${process.versions.node}`
  const whole = [title, '', facts, ...rest].join('\n')
  process.stdout.write(`\n${whole}\n`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}${name}.md`, `${whole}\n`)
  if (plot !== undefined) writeFileSync(`${folder}${name}.svg`, plot)
}
