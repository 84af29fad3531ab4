import type { Knex } from 'knex'
import type { Store } from '../domain/store.ts'
import { againOnConflict, inDomainWords } from './conflicts.ts'
import { createLoginFailureStore } from './login-failures.ts'
import { createSessionStore } from './sessions.ts'
import { createSigningKeyStore } from './signing-keys.ts'
import { transaction } from './transaction.ts'
import { createUserStore } from './users.ts'

/** The domain's port to persistence over one connection pool, or over one open transaction. */
export function createStore(knex: Knex): Store {
  const told = <T extends object>(methods: T): T =>
    inDomainWords(knex.isTransaction ? methods : againOnConflict(methods))
  const store: Store = {
    users: told(createUserStore(knex)),
    sessions: told(createSessionStore(knex)),
    loginFailures: told(createLoginFailureStore(knex)),
    signingKeys: told(createSigningKeyStore(knex)),
    ...inDomainWords({
      transaction: <T>(work: (tx: Store) => Promise<T>): Promise<T> =>
        knex.isTransaction ? work(store) : begin(knex, work),
    }),
  }
  return store
}

function begin<T>(knex: Knex, work: (tx: Store) => Promise<T>): Promise<T> {
  return transaction(knex, async (tx) => {
    let failure: Error | undefined
    tx.on('query-error', (error: Error) => {
      failure ??= error
    })
    const result = await work(createStore(tx))
    // Postgres answers the commit of a failed transaction with a rollback, without an error: someone who passed over the failure
    // would believe that everything is written.
    if (failure) throw failure
    return result
  })
}
