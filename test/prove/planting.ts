import { differences } from './curl.ts'
import type { Fault } from './fault.ts'
import { planted } from './planted.ts'
import { plantedAudit } from './planted-audit.ts'
import { plantedInClient } from './planted-client.ts'
import { plantedLocks } from './planted-locks.ts'
import { plantedPasswords } from './planted-passwords.ts'
import { plantedPermissions } from './planted-permissions.ts'
import { plantedSessions } from './planted-sessions.ts'
import { arenasOf } from './play.ts'
import { type CounterExample, noFigures, prove } from './prove.ts'

/**
 * Random commands in which a bug has to be found: a minute's worth on two cores that have nothing
 * else to do. Minutes would be other ones on a busy machine.
 */
const limit = 3600

/** What became of the planted bugs. */
export interface Hunted {
  readonly rows: readonly string[]
  readonly bugs: number
  readonly found: readonly number[]
}

/**
 * Has each bug found whose name has `match` in it, one after the other: each has the machine
 * for itself.
 *
 * @param say is told the rows of a table
 * @returns the same rows, how many bugs there are, and of those that were found the seconds it took
 */
export async function provePlanted(
  seed: number,
  match: string,
  stopped: () => boolean,
  say: (line: string) => void,
): Promise<Hunted> {
  const bugs = [
    ...planted,
    ...plantedSessions,
    ...plantedPasswords,
    ...plantedLocks,
    ...plantedAudit,
    ...plantedPermissions,
    ...plantedInClient,
  ].filter(({ name }) => name.includes(match))
  const rows: string[] = []
  const found: number[] = []
  const add = (...cells: string[]) => {
    rows.push(row(...cells))
    say(row(...cells))
  }
  add('bug', 'found after', 'shrunk to', 'request', 'first difference')
  add('---', '---', '---', '---', '---')
  for (const bug of bugs) {
    const example = await hunt(bug, seed, stopped)
    if (!example) {
      add(bug.name, stopped() ? 'not looked for' : `not within ${limit} steps`, '', '', '')
      continue
    }
    const { seconds, steps, commands, failure } = example
    const { exchange, expected, got } = failure.divergence
    const cost = `${seconds.toFixed(1)} s, ${steps} steps`
    const [first = ''] = differences(expected, got)
    add(bug.name, cost, `${commands.length} commands`, `\`${exchange.method} ${exchange.path}\``, first)
    found.push(seconds)
  }
  say(`${found.length} of ${bugs.length} planted bugs were found`)
  return { rows, bugs: bugs.length, found }
}

/**
 * Plays until the bug shows itself, or for as long as it may take.
 *
 * @param shrinkingMs milliseconds for making its example shorter
 */
export async function hunt(
  fault: Fault,
  seed: number,
  stopped = () => false,
  shrinkingMs = 10_000,
): Promise<CounterExample | undefined> {
  const client = fault.method !== undefined
  const plan = { arenas: arenasOf('both'), steps: limit, seed, fault, client, shrinkingMs, stopped }
  return prove(plan, noFigures())
}

const row = (...cells: string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
