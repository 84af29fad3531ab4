/**
 * `npm run prove`: that all styles are one; with `--client` the typed client makes the requests.
 * `--planted`: that it would be noticed if they were not; with `--match`, by bugs of such a name
 * alone. `--record` keeps what was found in `docs/figures/`.
 */
import { parseArgs } from 'node:util'
import { setup } from '../support/server.ts'
import { toCurl } from './curl.ts'
import { reasons } from './judgements.ts'
import { provePlanted } from './planting.ts'
import { arenasOf } from './play.ts'
import { type CounterExample, type Figures, noFigures, prove } from './prove.ts'
import { recordPlanted, recordRun } from './record.ts'
import { shortfall, tallied } from './tally.ts'
import { pairs, wires } from './wires.ts'

const usage = `usage: npm run prove -- [--steps N] [--seed S] [--path P] [--world both|twin|interleaved|${pairs()
  .map((pair) => pair.map(({ name }) => name).join('+'))
  .join('|')}] [--client] [--planted [--match TEXT]] [--record]`

const { steps, seed, path, world, client, planted, match, record } = options()
const arenas = arenasOf(world)
const command = `npm run prove -- ${process.argv.slice(2).join(' ')}`
let stopped = false
process.once('SIGINT', () => {
  stopped = true
})
const stop = await setup()
try {
  process.exitCode = (await (planted ? plant() : run())) ? 0 : 1
} finally {
  await stop()
}

/** Whether every planted bug was found, and there was one. */
async function plant(): Promise<boolean> {
  const hunted = await provePlanted(seed, match, () => stopped, say)
  if (record) recordPlanted(command, seed, hunted)
  return hunted.found.length === hunted.bugs && hunted.bugs > 0
}

/** Whether nothing diverged. */
async function run(): Promise<boolean> {
  const figures = noFigures()
  const started = Date.now()
  const seconds = () => (Date.now() - started) / 1000
  const ticking = setInterval(() => progress(figures, seconds()), process.stdout.isTTY ? 500 : 30_000)
  const plan = { arenas, steps, seed, client, stopped: () => stopped, ...(path !== undefined && { path }) }
  const example = await prove(plan, figures).finally(() => clearInterval(ticking))
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
  if (example) report(example)
  say(summary(figures, seconds()))
  const missing = client ? shortfall(figures.client) : undefined
  if (missing) say(`the client is not proven: ${missing}`)
  const isProven = example === undefined && missing === undefined
  if (record && isProven) recordRun(command, seed, seconds(), figures, client)
  return isProven
}

function progress({ steps: done }: Figures, seconds: number): void {
  const rate = done / seconds
  const line = `${done} of ${steps} steps, ${rate.toFixed(0)} steps/s, ${Math.max(0, (steps - done) / rate).toFixed(0)} s left`
  process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${line}` : `${line}\n`)
}

function summary({ steps: done, sequences, commands, refusals, client: tally }: Figures, seconds: number): string {
  const list = (counts: [string, number | string][]) => counts.map(([name, count]) => `${name} ${count}`).join(', ')
  const missing = reasons.filter((reason) => !refusals[reason])
  return [
    `${done} steps in ${sequences} sequences, ${seconds.toFixed(0)} s, ${(done / seconds).toFixed(0)} steps/s, seed ${seed}`,
    `commands: ${list(Object.entries(commands).sort())}`,
    `refusals (${wires.map(({ name }) => name.toUpperCase()).join(' + ')}): ${list(Object.entries(refusals).map(([reason, counts]) => [reason, wires.map(({ name }) => counts[name] ?? 0).join('+')]))}`,
    `refusals not met: ${missing.join(', ') || 'none'}`,
    ...(client ? [tallied(tally)] : []),
  ].join('; ')
}

function report(example: CounterExample): void {
  const { arena, seed: own, path: at, failure, commands } = example
  say(`diverged: ${failure.world}, ${failure.command.kind}, shrunk to ${commands.length} commands`)
  say(`again: npm run prove --${client ? ' --client' : ''} --world ${arena.name} --seed ${own} --path ${at}\n`)
  say(`${toCurl(failure)}\n`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        steps: { type: 'string', default: '10000' },
        seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
        path: { type: 'string' },
        world: { type: 'string', default: 'both' },
        client: { type: 'boolean', default: false },
        planted: { type: 'boolean', default: false },
        match: { type: 'string', default: '' },
        record: { type: 'boolean', default: false },
      },
    })
    const { steps, seed, world } = values
    if (!/^\d{1,9}$/.test(steps) || !/^-?\d{1,10}$/.test(seed) || arenasOf(world).length === 0) throw new Error(usage)
    return { ...values, steps: Number(steps), seed: Number(seed), world }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exit(2)
  }
}
