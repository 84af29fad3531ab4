import { assertStands, type Caller, type Origin } from './caller.ts'
import type { DomainError } from './errors.ts'
import type { EventContext, EventDetails, EventSink } from './events.ts'
import type { Store } from './store.ts'
import { type Answer, callStore, type StoreCall } from './store-call.ts'
import type { User } from './users/user.ts'

/** A command as data: what it has to read, and what follows from that. */
export interface Command<R extends Reads, Result> {
  /** Who is behind it: a caller, or a request without an access token. */
  readonly by: Caller | Origin
  readonly reads: R
  /**
   * Pure: the same rows, moment and command give the same step.
   *
   * @param at the moment after all is read and locked
   * @throws DomainError to refuse the command: nothing is written then, and nothing has happened
   */
  readonly decide: (rows: Rows<R>, at: Date) => Step<Result>
}

/**
 * By name, what is read: an answer of the store, or the row of the caller, which is locked and has
 * to stand still (`assertStands`).
 */
export type Reads = Readonly<Record<string, StoreCall | Caller>>

export type Rows<R extends Reads> = { readonly [Name in keyof R]: R[Name] extends Caller ? User : Answer<R[Name]> }

/** A decision, or a call whose answer it needs, where only the rows could show that. */
export type Step<Result> =
  | Decision<Result>
  | { readonly first: StoreCall; readonly next: (answer: never) => Step<Result> }

/** A refusal is thrown after the writes are committed: the end of a stolen session has to last. */
export type Decision<Result> = {
  /** In the order in which they are made. */
  readonly writes: readonly StoreCall[]
  readonly events: readonly EventDetails[]
} & ({ readonly result: Result } | { readonly refusal: DomainError })

/** The command as it is given, with its types inferred. */
export const command = <const R extends Reads, Result>(given: Command<R, Result>): Command<R, Result> => given

/** The step that goes on with the answer of a call. */
export const first = <const Call extends StoreCall, Result>(
  call: Call,
  next: (answer: Answer<Call>) => Step<Result>,
): Step<Result> => ({ first: call, next })

/**
 * Carries a command out.
 *
 * @throws DomainError what its decision refuses, `assertStands` and the store throw
 */
export type Execute = <R extends Reads, Result>(command: Command<R, Result>) => Promise<Result>

export interface ExecuteDeps {
  readonly store: Store
  readonly now: () => Date
  readonly publish: EventSink
}

/**
 * The one way to write. A command is one transaction: read and lock, decide, write; its events are
 * published after the commit. One that reads nothing and writes once needs none, so that counting a
 * failed login holds no lock longer than its statement.
 */
export function createExecute({ store, now, publish }: ExecuteDeps): Execute {
  return async function execute({ by, reads, decide }) {
    const carryOut = async (tx: Store) => {
      const rows = await readRows(tx, reads)
      const at = now()
      let step = decide(rows, at)
      while ('first' in step) step = step.next((await callStore(tx, step.first)) as never)
      const { writes } = step
      const writeAll = async (tx: Store) => {
        for (const each of writes) await callStore(tx, each)
      }
      await (writes.length > 1 ? tx.transaction(writeAll) : writeAll(tx))
      return { decision: step, at }
    }
    const readsNothing = Object.keys(reads).length === 0
    const { decision, at } = await (readsNothing ? carryOut(store) : store.transaction(carryOut))
    for (const details of decision.events) {
      try {
        publish({ ...details, ...contextOf(by, at) })
      } catch {
        // It is committed: the caller must not get a failure.
      }
    }
    if ('refusal' in decision) throw decision.refusal
    return decision.result
  }
}

/**
 * Users are locked first, in the order of their ids: two callers who change each other would
 * otherwise each hold what the other waits for.
 */
async function readRows<R extends Reads>(tx: Store, reads: R): Promise<Rows<R>> {
  const users = new Map<string, User | undefined>()
  const ids = Object.values(reads)
    .map(lockedUser)
    .filter((id) => id !== undefined)
  for (const id of [...new Set(ids)].sort()) users.set(id, await tx.users.lock(id))
  const rows: Record<string, unknown> = {}
  for (const [name, read] of Object.entries(reads)) {
    const id = lockedUser(read)
    if (isCaller(read))
      rows[name] = assertStands(read, users.get(read.principal.id), await tx.sessions.find(read.credential.id))
    else rows[name] = id === undefined ? await callStore(tx, read) : users.get(id)
  }
  return rows as Rows<R>
}

function lockedUser(read: StoreCall | Caller): string | undefined {
  if (isCaller(read)) return read.principal.id
  return read[0] === 'users' && read[1] === 'lock' ? read[2] : undefined
}

const isCaller = (given: object): given is Caller => 'principal' in given

function contextOf(by: Caller | Origin, at: Date): EventContext {
  const { requestId, address, userAgent = null } = isCaller(by) ? by.origin : by
  return { callerId: isCaller(by) ? by.principal.id : null, requestId, address, userAgent, at }
}
