import type { Endpoint, Style } from './model.ts'
import type { Document, Failure, Wording } from './openapi.ts'

/** A failure as one style answers it. */
export interface Answered {
  readonly failure: Failure
  readonly wording: Wording
}

/** How a style answers a reason; undefined where it does not know it. */
export function wordingOf(failure: Failure, { name }: Style): Wording | undefined {
  return failure[name] as Wording | undefined
}

/** Why an operation fails: its `x-failure-reasons`, as far as its style has an answer for them. */
export function failuresOf(contract: Document, { style, operation }: Endpoint): readonly Answered[] {
  return (contract['x-failures'] ?? []).flatMap((failure) => {
    const wording = wordingOf(failure, style)
    return wording && operation['x-failure-reasons']?.includes(failure.reason) ? [{ failure, wording }] : []
  })
}
