import type { Knex } from 'knex'
import type { Store } from '../domain/store.ts'
import { retryOnConflict, withDomainErrors } from './conflicts.ts'
import { createLoginFailureStore } from './sessions/login-failures.ts'
import { createSessionStore } from './sessions/sessions.ts'
import { createSigningKeyStore } from './sessions/signing-keys.ts'
import { transaction } from './transaction.ts'
import type { SearchFilling } from './users/search-filling.ts'
import { createUserStore } from './users/users.ts'

/** The domain's port to persistence over one connection pool, or over one open transaction. */
export function createStore(knex: Knex, filling: SearchFilling = { done: false }): Store {
  const wrap = <T extends object>(methods: T): T =>
    withDomainErrors(knex.isTransaction ? methods : retryOnConflict(methods))
  const store: Store = {
    users: wrap(createUserStore(knex, filling)),
    sessions: wrap(createSessionStore(knex)),
    loginFailures: wrap(createLoginFailureStore(knex)),
    signingKeys: wrap(createSigningKeyStore(knex)),
    ...withDomainErrors({
      transaction: <T>(work: (tx: Store) => Promise<T>): Promise<T> =>
        knex.isTransaction ? work(store) : begin(knex, filling, work),
    }),
  }
  return store
}

function begin<T>(knex: Knex, filling: SearchFilling, work: (tx: Store) => Promise<T>): Promise<T> {
  return transaction(knex, async (tx) => {
    let failure: Error | undefined
    tx.on('query-error', (error: Error) => {
      failure ??= error
    })
    const result = await work(createStore(tx, filling))
    // Postgres answers the commit of a failed transaction with a rollback, without an error:
    // someone who passed over the failure would believe that everything is written.
    if (failure) throw failure
    return result
  })
}
