import { assertStands, type Caller, type Origin } from './caller.ts'
import type { DomainError } from './errors.ts'
import type { EventContext, EventDetails, EventSink } from './events.ts'
import type { Store } from './store.ts'
import type { User } from './users/user.ts'

/** A command as data: what it has to read, and what follows from that. */
export interface Command<R extends Reads, Result> {
  /** Who is behind it: a caller, or a request without an access token. */
  readonly by: Caller | Origin
  readonly reads: R
  /**
   * Pure.
   *
   * @param at the moment after all is read and locked
   * @throws DomainError to refuse the command: nothing is written then, and nothing has happened
   */
  readonly decide: (rows: Rows<R>, at: Date) => Step<Result>
}

/** By name, what is read: rows of the store, or the caller, who has to stand still (`assertStands`) and is locked. */
export type Reads = Readonly<Record<string, StoreCall | Caller>>

export type Rows<R extends Reads> = { readonly [Name in keyof R]: R[Name] extends Caller ? User : Answer<R[Name]> }

/** A decision, or what is to be called before it can be made, because the rows have made it necessary. */
export type Step<Result> =
  | Decision<Result>
  | { readonly first: StoreCall; readonly next: (answer: never) => Step<Result> }

/** A refusal is thrown after the writes are committed: the end of a stolen session has to last. */
export type Decision<Result> = {
  /** In the order in which they are made. */
  readonly writes: readonly StoreCall[]
  readonly events: readonly EventDetails[]
} & ({ readonly result: Result } | { readonly refusal: DomainError })

/** A call of the store as data: member, method, arguments. */
export type StoreCall = {
  [M in Member]: {
    [N in keyof Store[M]]: Store[M][N] extends (...args: infer Args) => unknown ? readonly [M, N, ...Args] : never
  }[keyof Store[M]]
}[Member]

type Member = Exclude<keyof Store, 'transaction'>

type Answer<Call> = Call extends readonly [infer M extends Member, infer N, ...unknown[]]
  ? N extends keyof Store[M]
    ? Store[M][N] extends (...args: never) => Promise<infer Found>
      ? Found
      : never
    : never
  : never

/** The command as it is given, with its types inferred. */
export const command = <const R extends Reads, Result>(given: Command<R, Result>): Command<R, Result> => given

/** The step that goes on with the answer of a call. */
export const first = <const Call extends StoreCall, Result>(
  call: Call,
  next: (answer: Answer<Call>) => Step<Result>,
): Step<Result> => ({ first: call, next })

/** Carries a command out. @throws DomainError what its decision refuses, `assertStands` and the store throw */
export type Execute = <R extends Reads, Result>(command: Command<R, Result>) => Promise<Result>

export interface ExecuteDeps {
  readonly store: Store
  readonly now: () => Date
  readonly publish: EventSink
}

/**
 * The one way to write. A command is one transaction: read and lock, decide, write; its events are
 * published after the commit. One that reads nothing begins none, so that counting a failed login
 * holds no lock longer than its statement.
 */
export function createExecute({ store, now, publish }: ExecuteDeps): Execute {
  return async function execute({ by, reads, decide }) {
    const carryOut = async (tx: Store) => {
      const rows = await readRows(tx, reads)
      const at = now()
      let step = decide(rows, at)
      while ('first' in step) step = step.next((await call(tx, step.first)) as never)
      const { writes } = step
      const write = async (tx: Store) => {
        for (const each of writes) await call(tx, each)
      }
      await (writes.length > 1 ? tx.transaction(write) : write(tx))
      return { decision: step, at }
    }
    const { decision, at } = await (Object.keys(reads).length > 0 ? store.transaction(carryOut) : carryOut(store))
    for (const details of decision.events) {
      try {
        publish({ ...details, ...contextOf(by, at) })
      } catch {
        // It is committed: who called must not be told that it failed.
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
    else rows[name] = id === undefined ? await call(tx, read) : users.get(id)
  }
  return rows as Rows<R>
}

function lockedUser(read: StoreCall | Caller): string | undefined {
  if (isCaller(read)) return read.principal.id
  return read[0] === 'users' && read[1] === 'lock' ? read[2] : undefined
}

const isCaller = (given: object): given is Caller => 'principal' in given

function call(store: Store, [member, method, ...args]: StoreCall): Promise<unknown> {
  return (store[member] as unknown as Record<string, (...args: readonly unknown[]) => Promise<unknown>>)[method]?.(
    ...args,
  ) as Promise<unknown>
}

function contextOf(by: Caller | Origin, at: Date): EventContext {
  const { requestId, address, userAgent = null } = isCaller(by) ? by.origin : by
  return { callerId: isCaller(by) ? by.principal.id : null, requestId, address, userAgent, at }
}
