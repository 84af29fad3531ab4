import { DomainError } from '../domain/errors.ts'
import { ClientGone } from '../domain/waiter.ts'
import type { Contract, FailureReason } from './contract.ts'
import type { Problem } from './problems.ts'

/** Why a request fails, and what its reader should know; the contract has the words of it. */
export interface Failure {
  readonly reason: FailureReason
  /** What is wrong where, the first breach first. */
  readonly problems: readonly Problem[]
  /** Seconds until another try can succeed. */
  readonly retryAfter?: number
  /** For `no_such_method`. */
  readonly allow?: readonly string[]
}

/** Thrown by the HTTP layer; the domain throws DomainError. */
export class HttpError extends Error {
  readonly failure: Failure

  constructor(reason: FailureReason, facts: Pick<Failure, 'retryAfter' | 'allow'> = {}) {
    super(reason)
    this.failure = { problems: [], ...facts, reason }
  }
}

/** A request that is not as the contract describes it. Its reason is that of the first problem. */
export class InvalidRequest extends Error {
  readonly problems: readonly Problem[]

  constructor(...problems: readonly Problem[]) {
    super('invalid request')
    this.problems = problems
  }
}

/**
 * Why a request fails, of anything that was thrown. What nobody threw on purpose is a fault, to be
 * logged by the caller.
 *
 * @param weakPassword the problem of the operation's new password that has this weakness
 */
export function toFailure(
  error: unknown,
  { problems: kinds }: Contract,
  weakPassword: (weakness: NonNullable<DomainError['facts']['weakness']>) => Problem,
): Failure {
  if (error instanceof HttpError) return error.failure
  if (error instanceof InvalidRequest) {
    const [first] = error.problems
    const reason = first?.reason ?? (first && kinds[first.kind].reason[first.place === 'query' ? 'query' : 'body'])
    return { reason: (reason ?? 'invalid_body') as FailureReason, problems: error.problems }
  }
  // Nobody will read it.
  if (error instanceof ClientGone) return { reason: 'unavailable', problems: [] }
  if (!(error instanceof DomainError)) return { reason: 'fault', problems: [] }
  const { reason, facts } = error
  return {
    reason,
    problems: facts.weakness ? [weakPassword(facts.weakness)] : [],
    ...(facts.retryAfter && { retryAfter: facts.retryAfter }),
  }
}

/** The headers that a failure has in every style. */
export function failureHeaders({ reason, retryAfter, allow }: Failure, status: number): Record<string, string> {
  return {
    // RFC 6750, 3.1: no error code for a request that tried no token.
    ...(status === 401 && {
      'WWW-Authenticate':
        reason.startsWith('token_') && reason !== 'token_missing' ? 'Bearer error="invalid_token"' : 'Bearer',
    }),
    ...((status === 429 || status === 503) && { 'Retry-After': String(retryAfter ?? 1) }),
    ...(allow && { Allow: allow.join(', ') }),
    // RFC 9110, 15.5.16
    ...(reason === 'unsupported_coding' && { 'Accept-Encoding': 'identity' }),
  }
}
