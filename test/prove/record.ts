import { product } from '../../src/config.ts'
import { keepFigures } from '../support/figures.ts'
import { reasons } from './judgements.ts'
import type { Hunted } from './planting.ts'
import type { Figures } from './prove.ts'
import { tallied } from './tally.ts'
import { wires } from './wires.ts'

/** Keeps the figures of a run in which nothing diverged, as `docs/figures/proof.md` and its like. */
export function recordRun(command: string, seed: number, seconds: number, figures: Figures, client: boolean): void {
  const { steps, sequences, commands, refusals } = figures
  const missing = reasons.filter((reason) => !refusals[reason])
  const counts = Object.entries(commands).sort()
  keepFigures(
    command,
    client ? 'proof-by-client' : 'proof',
    `# ${client ? 'The proof, its requests made by the client' : 'The proof that both styles are one'}
* contract ${product.version}, seed ${seed}
* ${steps} steps in ${sequences} sequences, in ${Math.round(seconds / 60)} min: nothing diverged
* ${(steps / seconds).toFixed(0)} steps a second; a step is a command in every world, and a view of all users after it
* refusals that commands can run into, and were not met: ${missing.join(', ') || 'none'}${client ? `\n* ${tallied(figures.client).replaceAll('; ', '\n* ')}` : ''}

| command | steps |
| --- | --: |
${counts.map(([name, count]) => `| ${name} | ${count} |`).join('\n')}

| refused for | ${wires.map(({ name }) => name.toUpperCase()).join(' | ')} |
| --- |${' --: |'.repeat(wires.length)}
${Object.entries(refusals)
  .sort()
  .map(([reason, by]) => `| \`${reason}\` | ${wires.map(({ name }) => by[name] ?? 0).join(' | ')} |`)
  .join('\n')}`,
  )
}

/** Keeps what became of the planted bugs as `docs/figures/planted-bugs.md`. */
export function recordPlanted(command: string, seed: number, { rows, bugs, found }: Hunted): void {
  const times = found.toSorted((a, b) => a - b)
  const median = times[Math.floor(times.length / 2)] ?? Number.NaN
  keepFigures(
    command,
    'planted-bugs',
    `# Planted bugs
* contract ${product.version}, seed ${seed}
* ${found.length} of ${bugs} were found: the median after ${median.toFixed(0)} s, the slowest after ${times.at(-1)?.toFixed(0)} s

${rows.join('\n')}`,
  )
}
