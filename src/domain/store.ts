import type { AuditKeyStore, AuditStore } from './audit/store.ts'
import type { LoginFailureStore, SessionStore, SigningKeyStore } from './sessions/store.ts'
import type { Answer, StoreCall } from './store-call.ts'
import type { UserStore } from './users/store.ts'
import type { User } from './users/user.ts'

/**
 * The domain's port to persistence. Verbs say cardinality and cost: `find` (maybe one), `list`,
 * `count`, `lock` (held to the end of the transaction), `insert`, `change`, `remove`. Apart from
 * `list` and `count` with status `deleted`, deleted users do not exist here.
 */
export interface Store {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly loginFailures: LoginFailureStore
  readonly signingKeys: SigningKeyStore
  readonly audit: AuditStore
  readonly auditKeys: AuditKeyStore
  /**
   * Makes the calls in their order, in one round trip. All of it is written, or nothing; each sees
   * what was committed before it.
   */
  batch<const Calls extends readonly StoreCall[]>(calls: Calls): Promise<Answers<Calls>>
  /**
   * Makes the writes in one round trip, if what was judged still stands; not inside a transaction.
   *
   * @returns whether they were made
   */
  writeIf(judged: Judged, writes: readonly StoreCall[]): Promise<boolean>
  /**
   * Runs `work` in one transaction and gives it a Store of its own; use that one alone inside.
   * Throws what `work` throws, after a rollback. Inside a transaction it joins the one that is
   * open.
   */
  transaction<T>(work: (tx: Store) => Promise<T>): Promise<T>
}

export type Answers<Calls> = { -readonly [At in keyof Calls]: Answer<Calls[At]> }

/** What a decision rests on, as it was read. */
export interface Judged {
  /** The caller's, which has to be there. */
  readonly sessionId: string
  /** Whose role and status have to be the same. */
  readonly caller: User
  /** Of whom everything has to be the same. */
  readonly target?: User | undefined
}
