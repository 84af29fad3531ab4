import { isDeepStrictEqual } from 'node:util'
import type { Subject } from '../support/service.ts'
import type { Command } from './commands.ts'
import { Divergence } from './divergence.ts'
import type { Fault } from './fault.ts'
import { act, type Step } from './rules.ts'
import { eventsOf, type Told } from './rules-audit.ts'
import { firstState, type State, type User } from './state.ts'
import type { Tally } from './tally.ts'
import { type Exchange, exchangesOf, iterationsOf, sessionViewsOf, viewsOf } from './wire.ts'
import { pairs, type Wire, wording } from './wires.ts'
import { openWorld, type World } from './world.ts'

/**
 * Two databases, each driven in one style of a pair; or, without a pair, one that is driven in all.
 */
export interface Arena {
  readonly name: string
  readonly pair?: readonly [Wire, Wire]
}

/**
 * By name: `twin` for every pair, one pair such as `rpc+rest`, `interleaved`, or `both` for all.
 */
export function arenasOf(world: string): Arena[] {
  const twins = pairs().map((pair) => ({ name: pair.map(({ name }) => name).join('+'), pair }))
  const all: Arena[] = [...twins, { name: 'interleaved' }]
  return all.filter(({ name, pair }) => world === 'both' || world === name || (world === 'twin' && pair))
}

/** What a database was asked, or for how many seconds it was left alone. */
export type Line = { readonly exchange: Exchange } | { readonly seconds: number }

/** Where a sequence went wrong. */
export interface Failure {
  /** The command, counted from 0. */
  readonly at: number
  readonly command: Command
  readonly world: string
  /** All that this database was asked until then. */
  readonly lines: readonly Line[]
  readonly divergence: Divergence
}

/** Called for a step that was as predicted, with how it was carried out. */
export type Note = (command: Command, turns: readonly Turn[]) => void

/** A style and what the model makes of the command in it. */
export interface Turn extends Step {
  readonly wire: Wire
}

/** A database, and what was asked of it since the sequence began. */
interface Player {
  readonly name: string
  readonly world: World
  readonly lines: Line[]
  /** What has to stand in its audit trail. */
  readonly told: Told[]
}

/**
 * How many users at a time the lists after a command are iterated with, by its `style`: others are
 * not.
 */
const iterationLimits: readonly (number | undefined)[] = [2, 3]

export type Stage = Awaited<ReturnType<typeof openStage>>

/**
 * The databases of an arena, with one clock, and with a bug in all of them where one is given.
 *
 * @param tally has requests made by the typed client, and counts them
 */
export async function openStage({ pair }: Arena, fault?: Fault, subject?: Subject, tally?: Tally) {
  const clock = { now: firstState().now }
  const names = pair?.map(({ name }) => `${name.toUpperCase()} alone`) ?? ['all styles']
  const players: Player[] = []
  for (const name of names)
    players.push({ name, world: await openWorld(clock, fault, subject, tally), lines: [], told: [] })

  return {
    /**
     * Plays a sequence. After every step everything that can be seen in any style is what the model
     * has.
     *
     * @param lookFrom the first step after which that is looked at
     */
    async play(commands: readonly Command[], note: Note = () => {}, lookFrom = 0): Promise<Failure | undefined> {
      let state = firstState()
      clock.now = state.now
      for (const { lines, told } of players) {
        lines.length = 0
        told.length = 0
      }
      await Promise.all(players.map(({ world }) => world.reset(state.users[0] as User)))
      for (const [at, command] of commands.entries()) {
        state = { ...state, now: state.now + Math.round(command.after * 1000) }
        clock.now = state.now
        const turns = turnsOf(state, command, pair)
        state = turns[0]?.at(-1)?.after ?? state
        const seen = turns.flatMap((each) => each.at(-1) ?? []).slice(0, 1)
        const views = at < lookFrom ? [] : [...viewsOf(state), ...seen.flatMap(sessionViewsOf)]
        // By what the command is, so that a shorter example has them too.
        const limit = at < lookFrom || !tally ? undefined : iterationLimits[command.style]
        const lists = limit === undefined ? [] : iterationsOf(state, limit)
        const divergences = await Promise.all(
          players.map((player, nth) => playStep(player, command, turns[nth] as Turn[], views, lists)),
        )
        const nth = divergences.findIndex((each) => each !== undefined)
        const { name, lines } = players[nth] ?? {}
        if (name && lines)
          return { at, command, world: name, lines: [...lines], divergence: divergences[nth] as Divergence }
        note(command, turns.flat())
        for (const [nth, { told }] of players.entries()) told.push(...(turns[nth] as Turn[]).flatMap(eventsOf))
      }
      return checkTrails(players, commands)
    },

    async close(): Promise<void> {
      for (const { world } of players) await world.close()
    },
  }
}

/** Seconds; all shorter ones of a sequence together are less than a session lives. */
const longWait = 60

/** After a sequence, the audit trail of each database: exactly what was done. */
async function checkTrails(players: readonly Player[], commands: readonly Command[]): Promise<Failure | undefined> {
  for (const { name, world, lines, told } of players) {
    try {
      await world.checkTrail(told)
    } catch (error) {
      if (!(error instanceof Divergence)) throw error
      const story = [...lines, { exchange: error.exchange }]
      return {
        at: commands.length - 1,
        command: commands.at(-1) as Command,
        world: name,
        lines: story,
        divergence: error,
      }
    }
  }
  return undefined
}

async function playStep(
  { world, lines }: Player,
  { after }: Command,
  turns: readonly Turn[],
  views: readonly Exchange[],
  lists: readonly Exchange[],
): Promise<Divergence | undefined> {
  if (after > 0) lines.push({ seconds: after })
  if (after >= longWait) await world.wake()
  try {
    for (const exchange of turns.flatMap((turn) => exchangesOf(turn, turn.wire))) {
      lines.push({ exchange })
      await world.exchange(exchange)
    }
    await Promise.all(views.map((view) => world.exchange(view)))
    for (const list of lists) await world.iterate(list)
    return undefined
  } catch (error) {
    if (!(error instanceof Divergence)) throw error
    // Of what is looked at, only what went wrong is part of the story.
    if ([...views, ...lists].includes(error.exchange)) lines.push({ exchange: error.exchange })
    return error
  }
}

/**
 * For each database, how the command is carried out there: in its own style, or in another where
 * its own has no such operation. Where one style refuses by a rule of its own (a manager may use
 * the REST style alone), the other style of the pair does it there too: twins stay twins.
 */
export function turnsOf(state: State, command: Command, pair?: readonly [Wire, Wire]): Turn[][] {
  const turn = (wire: Wire, from = state): Turn => ({ ...act(from, command, wire.rules), wire })
  if (!pair) {
    const able = wording(command)
    return [[turn(able[command.style % able.length] as Wire)]]
  }
  const able = pair.filter((wire) => wire.words(command))
  if (able.length < 2) {
    const alone = [turn(able[0] ?? wording(command)[0])]
    return [alone, alone]
  }
  const twins = pair.map((wire) => [turn(wire)])
  const refused = twins.map(([first]) => first?.outcome.refused !== undefined)
  if (refused[0] !== refused[1]) {
    const behind = refused.indexOf(true)
    twins[behind]?.push(turn(pair[1 - behind] as Wire, twins[behind][0]?.after))
  }
  if (!isDeepStrictEqual(twins[0]?.at(-1)?.after, twins[1]?.at(-1)?.after))
    throw new Error(`the model itself ends in two states: ${JSON.stringify(command)}`)
  return twins
}
