import type { Store } from './store.ts'

/** A call of the store as data: member, method, arguments. */
export type StoreCall = {
  [M in Member]: {
    [N in keyof Store[M]]: Store[M][N] extends (...args: infer Args) => unknown ? readonly [M, N, ...Args] : never
  }[keyof Store[M]]
}[Member]

type Member = Exclude<keyof Store, 'transaction' | 'batch' | 'writeIf'>

/** What the call resolves with. */
export type Answer<Call> = Call extends readonly [infer M extends Member, infer N, ...unknown[]]
  ? N extends keyof Store[M]
    ? Store[M][N] extends (...args: never) => Promise<infer Found>
      ? Found
      : never
    : never
  : never

/** Makes the call. */
export function callStore(store: Store, [member, method, ...args]: StoreCall): Promise<unknown> {
  const methods = store[member] as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
  return (methods[method] as (...args: unknown[]) => Promise<unknown>)(...args)
}
