import { expect } from 'vitest'
import type { JanusError } from '../src/index.ts'

/** What the call fails with; that it does not is a failure of the test. */
export const failureOf = (call: PromiseLike<unknown>): Promise<JanusError> =>
  Promise.resolve(call).then(
    () => expect.fail('it did not fail'),
    (error) => error,
  )
