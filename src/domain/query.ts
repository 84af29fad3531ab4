import type { Answers } from './store.ts'
import type { StoreCall } from './store-call.ts'

/**
 * What is to be read, as data: so it can be read in one round trip with what says whether the
 * caller may.
 */
export interface Query<Result> {
  readonly calls: readonly StoreCall[]
  /** @param answers of the calls, in their order */
  readonly result: (answers: readonly unknown[]) => Result | Promise<Result>
}

/** The query as it is given, with its types inferred. */
export const query = <const Calls extends readonly StoreCall[], Result>(
  calls: Calls,
  result: (answers: Answers<Calls>) => Result | Promise<Result>,
): Query<Result> => ({ calls, result: result as Query<Result>['result'] })

/** The query with something else made of its result. */
export const andThen = <Result, Next>(
  { calls, result }: Query<Result>,
  next: (result: Result) => Next,
): Query<Next> => ({ calls, result: async (answers) => next(await result(answers)) })
