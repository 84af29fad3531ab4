import type { LoginFailureStore, SessionStore, SigningKeyStore } from './sessions/store.ts'
import type { UserStore } from './users/store.ts'

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
  /**
   * Runs `work` in one transaction and gives it a Store of its own; use that one alone inside.
   * Throws what `work` throws, after a rollback. Inside a transaction it joins the one that is
   * open.
   */
  transaction<T>(work: (tx: Store) => Promise<T>): Promise<T>
}
