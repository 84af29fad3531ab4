import type { Answers, Store } from './store.ts'
import type { StoreCall } from './store-call.ts'

/**
 * What is to be read, as data: so it can be read in one round trip with what says whether the
 * caller may.
 */
export interface Query<Result> {
  readonly calls: readonly StoreCall[]
  /** Whether `result` asks for more, which may take long. */
  readonly heavy?: boolean
  /** Whether it may be read from a standby, which is some seconds late (see `reading.ts`). */
  readonly mayLag?: boolean
  /**
   * @param answers of the calls, in their order
   * @param from where more is read
   */
  readonly result: (answers: readonly unknown[], from: Store) => Result | Promise<Result>
}

/** The query as it is given, with its types inferred. */
export const query = <const Calls extends readonly StoreCall[], Result>(
  calls: Calls,
  result: (answers: Answers<Calls>, from: Store) => Result | Promise<Result>,
): Query<Result> => ({ calls, result: result as Query<Result>['result'] })

/** The query with something else made of its result. */
export const andThen = <Result, Next>(asked: Query<Result>, next: (result: Result) => Next): Query<Next> => ({
  ...asked,
  result: async (answers, from) => next(await asked.result(answers, from)),
})

/** A query of which the answers of its calls are not all. */
export const heavyQuery: typeof query = (calls, result) => ({ ...query(calls, result), heavy: true })

/** The query, for which some seconds do not matter: of many users, or of what is long past. */
export const mayLag = <Result>(asked: Query<Result>): Query<Result> => ({ ...asked, mayLag: true })
