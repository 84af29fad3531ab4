import { auditEvent } from './audit/event.ts'
import { assertStands, type Caller, type Origin, seenUser } from './caller.ts'
import type { DomainError } from './errors.ts'
import { type EventContext, type EventDetails, type EventSink, loggedEvent } from './events.ts'
import { createIds } from './id.ts'
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
  /** They are written with the writes, into the audit trail, and go to the sink after the commit. */
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
  /** Whether the caller's session notes that it has written, for reads from standbys. */
  readonly notesWrites?: boolean
}

/**
 * The one way to write. A caller's command is decided by the rows that were read when the caller
 * was authenticated, and written in one round trip if these still stand. Where they do not, and for
 * all others, it is one transaction: read and lock, decide, write. One that reads nothing and needs
 * no call first is written in one round trip too. The events of a decision are written into the
 * audit trail with it, so that neither is there without the other, and published after the commit.
 */
export function createExecute({ store, now, publish, notesWrites = false }: ExecuteDeps): Execute {
  const newId = createIds({ now })

  return async function execute(command) {
    const { by, reads } = command
    const { decision, at } =
      Object.keys(reads).length === 0
        ? await writeUnread(command)
        : (isCaller(by) && (await writeIfStanding(by, command))) ||
          (await store.transaction((tx) => carryOut(tx, command)))
    for (const details of decision.events) {
      try {
        publish(loggedEvent(details, contextOf(by, at)))
      } catch {
        // It is committed: the caller must not get a failure.
      }
    }
    if ('refusal' in decision) throw decision.refusal
    return decision.result
  }

  /** @returns undefined where rows have to be locked before it can be decided */
  async function writeIfStanding<R extends Reads, Result>(by: Caller, { reads, decide }: Command<R, Result>) {
    if (Object.values(reads).some((read) => !isCaller(read) && lockedUser(read) === undefined)) return undefined
    const [targetId, ...more] = new Set(Object.values(reads).flatMap((read) => targetOf(read) ?? []))
    if (more.length > 0) return undefined
    const target = targetId === undefined ? undefined : await seenUser(by, targetId, store)
    const rows = Object.fromEntries(
      Object.entries(reads).map(([name, read]) => [name, isCaller(read) ? by.principal : target]),
    )
    const at = now()
    const step = decide(rows as Rows<R>, at)
    // What it needs first has to be so until the commit.
    if ('first' in step) return undefined
    const judged = { sessionId: by.credential.id, caller: by.principal, target }
    const writes = writesOf(by, step, at)
    const written = writes.length === 0 || (await store.writeIf(judged, writes))
    return written ? { decision: step, at } : undefined
  }

  async function writeUnread<R extends Reads, Result>({ by, decide }: Command<R, Result>) {
    const at = now()
    const step = decide({} as Rows<R>, at)
    return 'first' in step ? store.transaction((tx) => finish(tx, by, step, at)) : finish(store, by, step, at)
  }

  async function carryOut<R extends Reads, Result>(tx: Store, { by, reads, decide }: Command<R, Result>) {
    const rows = await readRows(tx, reads)
    const at = now()
    return finish(tx, by, decide(rows, at), at)
  }

  async function finish<Result>(tx: Store, by: Caller | Origin, begun: Step<Result>, at: Date) {
    let step = begun
    while ('first' in step) step = step.next((await callStore(tx, step.first)) as never)
    const writes = writesOf(by, step, at)
    if (writes.length > 0) await tx.batch(writes)
    return { decision: step, at }
  }

  function writesOf(by: Caller | Origin, { writes, events }: Decision<unknown>, at: Date): readonly StoreCall[] {
    const all = [...writes]
    if (notesWrites && writes.length + events.length > 0 && isCaller(by))
      all.push(['sessions', 'noteWrite', by.credential.id, at])
    if (events.length > 0) {
      const context = contextOf(by, at)
      all.push(['audit', 'insert', events.map((event) => auditEvent(newId(), event, by, context))])
    }
    return all
  }
}

/**
 * Users are locked first, in the order of their ids: two callers who change each other would
 * otherwise each hold what the other waits for.
 */
async function readRows<R extends Reads>(tx: Store, reads: R): Promise<Rows<R>> {
  const all = Object.entries(reads)
  if (all.length === 0) return {} as Rows<R>
  const ids = [...new Set(all.map(([, read]) => lockedUser(read)).filter((id) => id !== undefined))].sort()
  const others = all.filter(([, read]) => isCaller(read) || lockedUser(read) === undefined)
  const answers: readonly unknown[] = await tx.batch([
    ...ids.map((id) => ['users', 'lock', id] as const),
    ...others.map(([, read]) => (isCaller(read) ? (['sessions', 'find', read.credential.id] as const) : read)),
  ])
  const users = new Map(ids.map((id, at) => [id, answers[at] as User | undefined]))
  const answered = new Map(others.map(([name], at) => [name, answers[ids.length + at]]))
  return Object.fromEntries(
    all.map(([name, read]) => {
      const id = lockedUser(read)
      if (isCaller(read)) return [name, assertStands(read, users.get(read.principal.id), answered.get(name) as object)]
      return [name, id === undefined ? answered.get(name) : users.get(id)]
    }),
  ) as Rows<R>
}

/** The user that is read to be changed. */
const targetOf = (read: StoreCall | Caller): string | undefined => (isCaller(read) ? undefined : lockedUser(read))

function lockedUser(read: StoreCall | Caller): string | undefined {
  if (isCaller(read)) return read.principal.id
  return read[0] === 'users' && read[1] === 'lock' ? read[2] : undefined
}

const isCaller = (given: object): given is Caller => 'principal' in given

function contextOf(by: Caller | Origin, at: Date): EventContext {
  const { requestId, address, userAgent = null } = isCaller(by) ? by.origin : by
  return { callerId: isCaller(by) ? by.principal.id : null, requestId, address, userAgent, at }
}
