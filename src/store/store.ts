import type { Store } from '../domain/store.ts'
import type { StoreCall } from '../domain/store-call.ts'
import { createAuditStore } from './audit/events.ts'
import { createAuditKeyStore } from './audit/keys.ts'
import { retryOnConflict, withDomainErrors } from './conflicts.ts'
import { createLoginFailureStore } from './sessions/login-failures.ts'
import { createSessionStore } from './sessions/sessions.ts'
import { createSigningKeyStore } from './sessions/signing-keys.ts'
import type { Sql } from './sql/sql.ts'
import type { Call } from './sql/statement.ts'
import { standing } from './standing.ts'
import type { SearchFilling } from './users/search-filling.ts'
import { createUserStore } from './users/users.ts'

/** The methods of a part of the store, each giving what it asks instead of asking it. */
export type CallsOf<Part> = {
  readonly [Method in keyof Part]: Part[Method] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Call<Result>
    : never
}

type Members = { readonly [M in Exclude<keyof Store, 'transaction' | 'batch' | 'writeIf'>]: CallsOf<Store[M]> }

/**
 * The domain's port to persistence, over connections or over one open transaction.
 *
 * @param retry makes methods that try again after a conflict
 */
export function createStore(
  sql: Sql,
  filling: SearchFilling = { done: false },
  retry: <T extends object>(methods: T) => T = retryOnConflict,
): Store {
  return storeOver(sql, retry, {
    users: createUserStore(filling),
    sessions: createSessionStore(),
    loginFailures: createLoginFailureStore(),
    signingKeys: createSigningKeyStore(),
    audit: createAuditStore(),
    auditKeys: createAuditKeyStore(),
  })
}

function storeOver(sql: Sql, retry: <T extends object>(methods: T) => T, members: Members): Store {
  const wrap = <T extends object>(methods: T): T => withDomainErrors(sql.isTransaction ? methods : retry(methods))
  const asked = <Part extends object>(calls: CallsOf<Part>): Part =>
    wrap(
      Object.fromEntries(
        Object.entries(calls).map(([name, method]) => [
          name,
          (...args: unknown[]) => sql.run((method as (...args: unknown[]) => Call<unknown>)(...args)),
        ]),
      ) as Part,
    )
  const callOf = ([member, method, ...args]: StoreCall): Call<unknown> => {
    const methods = members[member] as unknown as Record<string, (...args: unknown[]) => Call<unknown>>
    return (methods[method] as (...args: unknown[]) => Call<unknown>)(...args)
  }
  const store: Store = {
    users: asked(members.users),
    sessions: asked(members.sessions),
    loginFailures: asked(members.loginFailures),
    signingKeys: asked(members.signingKeys),
    audit: asked(members.audit),
    auditKeys: asked(members.auditKeys),
    ...wrap({
      batch: ((calls: readonly StoreCall[]) => sql.batch(calls.map(callOf))) as unknown as Store['batch'],
      writeIf: (judged, writes) => standing(sql, judged, writes.map(callOf)),
    } satisfies Pick<Store, 'batch' | 'writeIf'>),
    ...withDomainErrors({
      transaction: <T>(work: (tx: Store) => Promise<T>): Promise<T> =>
        sql.isTransaction ? work(store) : sql.transaction((tx) => work(storeOver(tx, retry, members))),
    }),
  }
  return store
}
