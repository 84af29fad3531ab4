import fc from 'fast-check'
import type { Command } from './commands.ts'
import type { Fault } from './fault.ts'
import { type Arena, type Failure, openStage, type Turn } from './play.ts'
import { cast, sequenceLength, sequences } from './sequences.ts'
import { shrink } from './shrink.ts'
import { noTally, type Tally } from './tally.ts'

export interface Plan {
  readonly arenas: readonly Arena[]
  /** Random commands, over all arenas. */
  readonly steps: number
  readonly seed: number
  /** Of an earlier counter-example: plays that sequence alone. */
  readonly path?: string
  /** A bug that is to be found; otherwise there is none. */
  readonly fault?: Fault
  /** Has requests made by the typed client, and lists iterated. */
  readonly client?: boolean
  /** Milliseconds for making a counter-example shorter. */
  readonly shrinkingMs?: number
  /** Once true, no further sequence begins. */
  readonly stopped?: () => boolean
}

/**
 * Reasons of the contract's table that no command can run into: they come from the load, the
 * network, the path, or a fault.
 */
export const outside: readonly string[] = [
  // Only where the service is configured to ask for it.
  'current_password_required',
  'rate_limited',
  'body_too_large',
  'unsupported_media_type',
  'unsupported_charset',
  'unsupported_coding',
  'no_such_path',
  'no_such_method',
  'malformed_request',
  'request_timeout',
  'headers_too_large',
  'fault',
  'unavailable',
]

/** What was played so far. */
export interface Figures {
  steps: number
  sequences: number
  /** By kind of command. */
  readonly commands: Record<string, number>
  /** By reason and style. */
  readonly refusals: Record<string, Record<string, number>>
  /** Where it was to be used. */
  readonly client: Tally
}

export interface CounterExample {
  readonly arena: Arena
  readonly seed: number
  readonly path: string
  /** Random commands played before it was found, and seconds. */
  readonly steps: number
  readonly seconds: number
  readonly commands: readonly Command[]
  readonly failure: Failure
}

export const noFigures = (): Figures => ({ steps: 0, sequences: 0, commands: {}, refusals: {}, client: noTally() })

/**
 * Plays random sequences of commands, each arena with seeds of its own, until `steps` are done or
 * something diverges; that is shrunk.
 *
 * @param figures brought up to date meanwhile
 */
export async function prove(plan: Plan, figures: Figures): Promise<CounterExample | undefined> {
  const started = Date.now()
  let found: CounterExample | undefined
  const tally = plan.client ? figures.client : undefined
  const stages = await Promise.all(plan.arenas.map((arena) => openStage(arena, plan.fault, undefined, tally)))
  try {
    await Promise.all(plan.arenas.map(playArena))
    return found && (await shrunk(found))
  } finally {
    for (const stage of stages) await stage.close()
  }

  async function playArena(arena: Arena, nth: number): Promise<void> {
    const seed = plan.seed + nth
    const runs = Math.max(1, Math.ceil(plan.steps / plan.arenas.length / sequenceLength))
    let failure: Failure | undefined
    let failing: readonly Command[] = []
    const property = fc.asyncProperty(sequences(), async (commands) => {
      if (found || plan.stopped?.()) throw new Error('stopped')
      failing = commands
      failure = await stages[nth]?.play(commands, note)
      if (failure) throw failure.divergence
      figures.sequences += 1
    })
    const path = plan.path === undefined ? {} : { path: plan.path }
    const options = { seed, ...path, numRuns: plan.path === undefined ? runs : 1, endOnFailure: true }
    const result = await fc.check(property, options)
    if (failure && !found) {
      const seconds = (Date.now() - started) / 1000
      const { steps } = figures
      found = { arena, seed, path: result.counterexamplePath ?? '', steps, seconds, commands: failing, failure }
    } else if (result.failed && !found && !plan.stopped?.()) {
      throw new Error(`${arena.name}, seed ${seed}, path ${result.counterexamplePath}`, { cause: result.errorInstance })
    }
  }

  function note(command: Command, turns: readonly Turn[]): void {
    if (!cast.includes(command)) {
      figures.steps += 1
      figures.commands[command.kind] = (figures.commands[command.kind] ?? 0) + 1
    }
    for (const { wire, outcome } of turns) {
      if (outcome.refused === undefined) continue
      figures.refusals[outcome.refused] ??= {}
      const counts = figures.refusals[outcome.refused] as Record<string, number>
      counts[wire.name] = (counts[wire.name] ?? 0) + 1
    }
  }

  async function shrunk(example: CounterExample): Promise<CounterExample> {
    const stage = stages[plan.arenas.indexOf(example.arena)]
    // What went wrong is seen at the end.
    const play = async (commands: readonly Command[]) => stage?.play(commands, () => {}, commands.length - 1)
    return { ...example, ...(await shrink(play, example, Date.now() + (plan.shrinkingMs ?? shrinkingMs))) }
  }
}

/** Beyond it a shorter counter-example is not worth the wait. */
const shrinkingMs = 25_000
