import { ours } from '../support/contract-coverage.ts'
import type { List } from './commands.ts'
import { look, type Step } from './rules.ts'
import type { State } from './state.ts'
import { viewLimit, type Wire, wires } from './wires.ts'
import './wire-rpc.ts'
import './wire-rest.ts'

/**
 * A request and the answer that the model predicts. In all texts `$NAME` stands for what only the
 * service knows: `$U3` the UUID of user 3, `$L3` the ULID, `$A2_1` and `$R2_1` tokens of session 2, `$S2` and `$T2` its UUID and
 * ULID, `$C0` the cursor of the newest first page. A shell reads them alike, so a request is printed as it
 * is.
 */
export interface Exchange extends Request {
  readonly status: number
  /** Of a failure: its stable code, in place of the body. */
  readonly code?: string
  /** Of a failure, where the style tells it. */
  readonly reason?: string
  readonly body?: unknown
  readonly location?: string
  /** Names that this answer gives a value: where it stands in the body. */
  readonly captures?: Readonly<Record<string, readonly string[]>>
  /** What the access token says of its bearer. */
  readonly claims?: Readonly<Record<string, unknown>>
}

export interface Request {
  readonly method: string
  readonly path: string
  readonly authorization?: string
  /** Beside `Authorization`; a body is `application/json` unless they say otherwise. */
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly raw?: string
}

/**
 * What a command asks in one style, and what each request must answer. A list is as many as it has
 * pages.
 */
export function exchangesOf(step: Step, wire: Wire): Exchange[] {
  const drafts = wire.drafts(step)
  const { refused } = step.outcome
  if (refused === undefined)
    return drafts.map(({ refused: why, ...draft }) => ({ status: 200, ...draft, ...(why && answerTo(why, wire)) }))
  const [{ method, path, authorization, headers, json, raw }] = drafts as [Request]
  const request = {
    method,
    path,
    ...(authorization && { authorization }),
    ...(headers && { headers }),
    ...(raw && { raw }),
  }
  return [{ ...request, ...(json !== undefined && { json }), ...answerTo(refused, wire) }]
}

/** Everything that administrators can see after a step, in every style. */
export function viewsOf(state: State): Exchange[] {
  return wires.flatMap((wire) => wholeLists(state, wire, wire.views))
}

/** The sessions of those of whom a step has ended one, or was asked to, in every style that has them. */
export function sessionViewsOf({ settled, before, after }: Step): Exchange[] {
  const ended = after.sessions.filter((session, n) => session.ended && !before.sessions[n]?.ended)
  const asked = settled.session === undefined ? undefined : after.sessions[settled.session]
  const users = new Set([...ended, ...(asked ? [asked] : [])].map(({ user }) => user))
  const common = { kind: 'sessions', actor: { of: 'root', n: 0 }, after: 0, style: 0 } as const
  return [...users].flatMap((user) => {
    const command = { ...common, target: { of: 'any', n: user - 1, spelling: 'uuid' } } as const
    return wires
      .filter((wire) => wire.words(command))
      .flatMap((wire) => exchangesOf(look(after, command, wire.rules), wire))
  })
}

/**
 * Lists to iterate, with an answer that has all that this has to give: in the order of creation,
 * and sorted where the style sorts.
 *
 * @param limit how many at a time
 */
export function iterationsOf(state: State, limit: number): Exchange[] {
  const sorted = { sort: 'username', order: 'ASC' } as const
  return wires
    .flatMap((wire) => wholeLists(state, wire, [{ cursor: true }, ...(wire.rules.sortsLists ? [sorted] : [])]))
    .map((list) => ({ ...list, path: list.path.replace(`limit=${viewLimit}`, `limit=${limit}`) }))
}

function wholeLists(state: State, wire: Wire, lists: readonly Partial<List>[]): Exchange[] {
  const list = { kind: 'list', actor: { of: 'root', n: 0 }, after: 0, style: 0, limit: viewLimit } as const
  return lists.flatMap((each) => exchangesOf(look(state, { ...list, ...each }, wire.rules), wire))
}

/** Our contract's table of failures, by reason. */
export const failures = new Map(ours['x-failures'].map((failure) => [failure.reason, failure]))

function answerTo(refused: string, { name, contract = ours }: Wire): Pick<Exchange, 'status' | 'code' | 'reason'> {
  const answer = contract['x-failures'].find(({ reason }) => reason === refused)?.[name]
  if (typeof answer !== 'object')
    throw new Error(`the contract's table has no answer of the ${name} style to ${refused}`)
  const tellsReason = contract['x-styles'][name]?.failure.reason !== undefined
  return { status: answer.status, code: answer.code, ...(tellsReason && { reason: refused }) }
}
