import type { Face } from './capabilities.ts'
import type { Contract, Failure, Wording } from './contract.ts'

/** A failure as one style tells it. */
export interface Told {
  readonly failure: Failure
  readonly wording: Wording
}

/** Why an operation fails: its `x-failure-reasons`, as far as its style has an answer for them. */
export function failuresOf(contract: Contract, { style, operation }: Face): readonly Told[] {
  return contract['x-failures'].flatMap((failure) => {
    const wording = failure[style]
    return wording && operation['x-failure-reasons'].includes(failure.reason) ? [{ failure, wording }] : []
  })
}
