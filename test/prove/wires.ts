import type { ContractDocument } from '../../contract/document.ts'
import type { Command, List } from './commands.ts'
import type { Step, StyleRules } from './rules.ts'
import type { Draft } from './wire-parts.ts'

/** How a style asks for the audit trail, and what it calls the parts of its answer. */
export interface Trail {
  readonly path: string
  readonly eventsOf: (body: any) => readonly any[]
  /** Null at the end. */
  readonly nextOf: (body: any) => number | null
  /** The name of a part, given in snake_case. */
  readonly nameOf: (name: string) => string
}

/** How one style says what the model does. */
export interface Wire {
  /** As in the contract's `x-styles`. */
  readonly name: string
  readonly rules: StyleRules
  /** Whether the style has such an operation. */
  words(command: Command): boolean
  /** The requests of a command that it has, and what each answers when it is not refused. */
  drafts(step: Step): Draft[]
  /** Lists that together show all that administrators can see: asked for after every step. */
  readonly views: readonly Partial<List>[]
  /** How it shows the audit trail, where it does. */
  readonly trail?: Trail
  /** The contract that has the style; ours, unless there is another. */
  readonly contract?: ContractDocument
}

/** A list of so many is a view. */
export const viewLimit = 100

const registered: Wire[] = []
/** Every style that is compared, in the order in which they were registered. */
export const wires: readonly Wire[] = registered

/**
 * Has a style compared with all that are registered.
 *
 * @returns what takes it out again
 * @throws Error where the name is taken
 */
export function register(wire: Wire): () => void {
  if (registered.some(({ name }) => name === wire.name)) throw new Error(`there is a style ${wire.name} already`)
  registered.push(wire)
  return () => void registered.splice(registered.indexOf(wire), 1)
}

/** Each pair of styles. */
export const pairs = (): [Wire, Wire][] =>
  wires.flatMap((one, at) => wires.slice(at + 1).map((other): [Wire, Wire] => [one, other]))

/** Those that can word a command. @throws Error where none can */
export function wording(command: Command): [Wire, ...Wire[]] {
  const [first, ...more] = wires.filter((wire) => wire.words(command))
  if (!first) throw new Error(`no style has ${JSON.stringify(command)}`)
  return [first, ...more]
}
