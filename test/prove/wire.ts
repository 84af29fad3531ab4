import { contract } from '../support/contract-check.ts'
import type { Style } from './commands.ts'
import { look, type Step } from './rules.ts'
import type { State } from './state.ts'
import { restDrafts, viewLimit } from './wire-rest.ts'
import { rpcDrafts } from './wire-rpc.ts'

/**
 * A request and the answer that the model predicts. In all texts `$NAME` stands for what only the service knows: `$U3` the UUID of user 3, `$L3` the ULID,
 * `$A2_1` and `$R2_1` tokens of session 2. A shell reads them alike, so a request is printed as it is.
 */
export interface Exchange extends Request {
  readonly status: number
  /** Of a failure: its stable code, in place of the body. */
  readonly code?: string
  /** Of a failure in the REST style: its reason. */
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
  readonly json?: unknown
  readonly raw?: string
}

/** What a command asks in one style, and what each request must answer. A list is as many as it has pages. */
export function exchangesOf(step: Step, style: Style): Exchange[] {
  const drafts = style === 'rpc' ? rpcDrafts(step) : restDrafts(step)
  const { refused } = step.outcome
  if (refused === undefined) return drafts.map((draft) => ({ status: 200, ...draft }))
  const [{ method, path, authorization, json, raw }] = drafts as [Request]
  const request = { method, path, ...(authorization && { authorization }), ...(raw && { raw }) }
  return [{ ...request, ...(json !== undefined && { json }), ...answerTo(refused, style) }]
}

/** Everything that administrators can see after a step: along the RPC style's cursor, by the REST style's pages and along its cursor. */
export function viewsOf(state: State): Record<'rpc' | 'pages' | 'cursor', Exchange[]> {
  const view = (style: Style, given: object) => {
    const actor = { of: 'root', n: 0 } as const
    return exchangesOf(look(state, { kind: 'list', actor, after: 0, style, limit: viewLimit, ...given }, style), style)
  }
  return { rpc: view('rpc', {}), pages: view('rest', {}), cursor: view('rest', { cursor: true }) }
}

/** The contract's table of failures: reason -> status and code in each style. */
export const failures = new Map<string, Partial<Record<Style, { status: number; code: string }>>>(
  contract['x-failures'].map((failure: { reason: string }) => [failure.reason, failure]),
)

function answerTo(reason: string, style: Style): Pick<Exchange, 'status' | 'code' | 'reason'> {
  const answer = failures.get(reason)?.[style]
  if (!answer) throw new Error(`the contract's table has no answer of the ${style} style to ${reason}`)
  return { status: answer.status, code: answer.code, ...(style === 'rest' && { reason }) }
}
