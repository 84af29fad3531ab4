import type { Answers } from './store.ts'
import type { StoreCall } from './store-call.ts'

/**
 * What is to be read, as data: so it can be read in one round trip with what says whether the
 * caller may.
 */
export interface Query<Result> {
  readonly calls: readonly StoreCall[]
  /** Whether `result` asks for more, which may take long. */
  readonly heavy?: boolean
  /** @param answers of the calls, in their order */
  readonly result: (answers: readonly unknown[]) => Result | Promise<Result>
}

/** The query as it is given, with its types inferred. */
export const query = <const Calls extends readonly StoreCall[], Result>(
  calls: Calls,
  result: (answers: Answers<Calls>) => Result | Promise<Result>,
): Query<Result> => ({ calls, result: result as Query<Result>['result'] })

/** The query with something else made of its result. */
export const andThen = <Result, Next>(asked: Query<Result>, next: (result: Result) => Next): Query<Next> => ({
  ...asked,
  result: async (answers) => next(await asked.result(answers)),
})

/** A query of which the answers of its calls are not all. */
export const heavyQuery: typeof query = (calls, result) => ({ ...query(calls, result), heavy: true })
