import type { Answer, Call, Step } from './statement.ts'

type Results<Calls> = { -readonly [At in keyof Calls]: Calls[At] extends Call<infer Result> ? Result : never }

/** Where calls are made: at a pool of connections, or in one open transaction. */
export interface Sql {
  /**
   * Makes the calls in their order, in one round trip. Outside a transaction they are one: all of
   * it is written, or nothing.
   *
   * @throws what the first that fails throws
   */
  batch<const Calls extends readonly Call<unknown>[]>(calls: Calls): Promise<Results<Calls>>
  run<Result>(call: Call<Result>): Promise<Result>
  /**
   * Runs `work` in one transaction, or in the one that is open. Each statement sees what was
   * committed before it, whatever the database's default is: whoever has waited for a lock must see
   * what its holder has left.
   */
  transaction<Result>(work: (tx: Sql) => Promise<Result>): Promise<Result>
  readonly isTransaction: boolean
}

/** Sends steps in one round trip. */
export type Send = (steps: readonly Step[]) => Promise<readonly Answer[]>

/** Makes calls of steps. */
export function makeCalls(send: Send): Pick<Sql, 'batch' | 'run'> {
  async function batch<const Calls extends readonly Call<unknown>[]>(calls: Calls): Promise<Results<Calls>> {
    const steps = calls.length === 1 ? (calls[0] as Call<unknown>).steps : calls.flatMap((call) => call.steps)
    const answers = steps.length > 0 ? await send(steps) : []
    let from = 0
    return calls.map(({ steps, read }) => {
      const own = answers.slice(from, from + steps.length)
      from += steps.length
      return read(own)
    }) as Results<Calls>
  }
  return {
    batch,
    async run<Result>(call: Call<Result>) {
      return call.read(call.steps.length > 0 ? await send(call.steps) : [])
    },
  }
}
