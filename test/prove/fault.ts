import type { Store } from '../../src/domain/store.ts'
import { callStore } from '../../src/domain/store-call.ts'
import type { Reply } from '../support/wire.ts'
import type { Method } from './client.ts'

/**
 * A bug that the proof has to find, at a seam: nothing of the service and of the client is changed,
 * and they know nothing of it.
 */
export interface Fault {
  readonly name: string
  /** Run on the database before the service starts. */
  readonly sql?: string
  /** Methods in place of the store's own; asked for at each call. */
  readonly store?: (own: Store, at: Moment) => Overrides
  /** What reaches the service in place of a request. */
  readonly request?: (sent: Sent) => Sent
  /**
   * What reaches the client in place of an answer. `asRoot` repeats the request in the name of the
   * first administrator.
   */
  readonly reply?: (reply: Reply, sent: Sent, asRoot: () => Promise<Reply>) => Reply | Promise<Reply>
  /** A method in place of the client's own, which is called such as `rpc.users.list`. */
  readonly method?: (own: Method, id: string) => Method
}

/** A request as it goes over the wire. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly authorization?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Moment {
  /** The request that is answered. */
  readonly sent: Sent
  readonly now: Date
}

type Member = Exclude<keyof Store, 'transaction' | 'batch' | 'writeIf'>
export type Overrides = { readonly [M in Member]?: Partial<Store[M]> }

/** The store with other methods, inside its transactions too. */
export function withOverrides(store: Store, overrides: (own: Store) => Overrides): Store {
  const member = <M extends Member>(name: M): Store[M] =>
    new Proxy(store[name], {
      get: (own, method) => Reflect.get(overrides(store)[name] ?? {}, method) ?? Reflect.get(own, method),
    })
  const over: Store = {
    users: member('users'),
    sessions: member('sessions'),
    loginFailures: member('loginFailures'),
    signingKeys: member('signingKeys'),
    audit: member('audit'),
    auditKeys: member('auditKeys'),
    transaction: (work) => store.transaction((tx) => work(withOverrides(tx, overrides))),
    // One after the other, each by its own method.
    batch: (calls) =>
      over.transaction(async (tx) => {
        const answers: unknown[] = []
        for (const call of calls) answers.push(await callStore(tx, call))
        return answers as never
      }),
    writeIf: async (_judged, writes) => {
      await over.batch(writes)
      return true
    },
  }
  return over
}
