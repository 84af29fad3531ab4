import { isDeepStrictEqual } from 'node:util'
import { type Command, other, type Style, stylesOf } from './commands.ts'
import { act, type Step } from './rules.ts'
import { firstState, type State, type User } from './state.ts'
import { type Exchange, exchangesOf, viewsOf } from './wire.ts'
import { Divergence, openWorld, type World } from './world.ts'

/** Two databases, each driven in one style; or one, driven in both. */
export type Arena = 'twin' | 'interleaved'

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
  readonly style: Style
}

/** A database, and what was asked of it since the sequence began. */
interface Player {
  readonly name: string
  readonly world: World
  readonly lines: Line[]
}

export type Stage = Awaited<ReturnType<typeof openStage>>

/** The databases of an arena, with one clock. */
export async function openStage(arena: Arena) {
  const clock = { now: firstState().now }
  const names = arena === 'twin' ? ['RPC alone', 'REST alone'] : ['both styles']
  const players: Player[] = []
  for (const name of names) players.push({ name, world: await openWorld(clock), lines: [] })

  return {
    /**
     * Plays a sequence. After every step everything that can be seen in either style is what the model has.
     *
     * @param lookFrom the first step after which that is looked at
     */
    async play(commands: readonly Command[], note: Note = () => {}, lookFrom = 0): Promise<Failure | undefined> {
      let state = firstState()
      clock.now = state.now
      for (const { lines } of players) lines.length = 0
      await Promise.all(players.map(({ world }) => world.reset(state.users[0] as User)))
      for (const [at, command] of commands.entries()) {
        state = { ...state, now: state.now + Math.round(command.after * 1000) }
        clock.now = state.now
        const turns = turnsOf(state, command, arena)
        state = turns[0]?.at(-1)?.after ?? state
        const { rpc, pages, cursor } = viewsOf(state)
        const views = (nth: number) =>
          at < lookFrom ? [] : [...rpc, ...pages, ...(arena === 'twin' && nth === 0 ? [] : cursor)]
        const divergences = await Promise.all(
          players.map((player, nth) => playStep(player, command, turns[nth] as Turn[], views(nth))),
        )
        const nth = divergences.findIndex((each) => each !== undefined)
        const { name, lines } = players[nth] ?? {}
        if (name && lines)
          return { at, command, world: name, lines: [...lines], divergence: divergences[nth] as Divergence }
        note(command, turns.flat())
      }
      return undefined
    },

    async close(): Promise<void> {
      for (const { world } of players) await world.close()
    },
  }
}

async function playStep(
  { world, lines }: Player,
  { after }: Command,
  turns: readonly Turn[],
  views: readonly Exchange[],
): Promise<Divergence | undefined> {
  if (after > 0) lines.push({ seconds: after })
  try {
    for (const exchange of turns.flatMap((turn) => exchangesOf(turn, turn.style))) {
      lines.push({ exchange })
      await world.exchange(exchange)
    }
    await Promise.all(views.map((view) => world.exchange(view)))
    return undefined
  } catch (error) {
    if (!(error instanceof Divergence)) throw error
    // Of the views, only the one that went wrong is part of the story.
    if (views.includes(error.exchange)) lines.push({ exchange: error.exchange })
    return error
  }
}

/**
 * For each database, how the command is carried out there. Where one style refuses by a rule of its own (a manager may use the REST style alone), the
 * other style does it there too: twins stay twins.
 */
function turnsOf(state: State, command: Command, arena: Arena): Turn[][] {
  const styles = stylesOf(command)
  const turn = (style: Style, from = state): Turn => ({ ...act(from, command, style), style })
  if (arena === 'interleaved') return [[turn(styles.includes(command.style) ? command.style : (styles[0] as Style))]]
  const [only, second] = styles as [Style, Style?]
  if (!second) {
    const alone = [turn(only)]
    return [alone, alone]
  }
  const twins = (['rpc', 'rest'] as const).map((style) => [turn(style)])
  const refused = twins.map(([first]) => first?.outcome.refused !== undefined)
  if (refused[0] !== refused[1]) {
    const behind = twins[refused.indexOf(true)] as [Turn]
    behind.push(turn(other(behind[0].style), behind[0].after))
  }
  if (!isDeepStrictEqual(twins[0]?.at(-1)?.after, twins[1]?.at(-1)?.after))
    throw new Error(`the model itself ends in two states: ${JSON.stringify(command)}`)
  return twins
}
