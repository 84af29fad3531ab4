import { DomainError, type PasswordWeakness, type Reason } from '../domain/errors.ts'
import { ClientGone } from '../domain/waiter.ts'
import type { Language } from './contract.ts'
import type { Problem } from './problems.ts'

/** Why the HTTP layer refuses, before the domain is asked. */
export type HttpReason =
  | 'no_such_path'
  | 'no_such_method'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'unsupported_charset'
  | 'unsupported_coding'
  | 'token_missing'
  | 'token_malformed'
  | 'rate_limited'
  | 'not_json'
  | 'invalid_request'
  | 'fault'

export type AnyReason = Reason | HttpReason

/** Why a request fails, and what its reader should know; each style makes an answer of it. */
export interface Failure {
  readonly reason: AnyReason
  /** For `invalid_request` and `weak_password`: what is wrong where, the first breach first. */
  readonly problems: readonly Problem[]
  /** Seconds until another try can succeed. */
  readonly retryAfter?: number
  /** For `no_such_method`. */
  readonly allow?: readonly string[]
}

/** Thrown by the HTTP layer; the domain throws DomainError. */
export class HttpError extends Error {
  readonly failure: Failure

  constructor(reason: HttpReason, facts: Partial<Omit<Failure, 'reason'>> = {}) {
    super(reason)
    this.failure = { problems: [], ...facts, reason }
  }
}

/** What a style knows of the request when it words a failure. */
export interface FailedRequest {
  readonly method: string
  readonly path: string
  readonly language: Language
  readonly now: Date
  /** Of the operation, if the request reached one. */
  readonly operationId: string | undefined
}

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

export interface Style {
  readonly language: Language
  /** Words a failure; the headers that go with the reason come from `failureHeaders`. */
  fail(failure: Failure, request: FailedRequest): { status: number; body: unknown }
}

/**
 * Any thrown thing -> why the request fails. What nobody threw on purpose is a fault, to be logged by the caller.
 *
 * @param passwordField the name that the request's body has for the password that is to be set
 */
export function toFailure(error: unknown, passwordField = 'password'): Failure {
  if (error instanceof HttpError) return error.failure
  // Nobody will read it.
  if (error instanceof ClientGone) return { reason: 'unavailable', problems: [] }
  if (!(error instanceof DomainError)) return { reason: 'fault', problems: [] }
  const { reason, facts } = error
  return {
    reason,
    problems: facts.weakness ? [{ place: 'body', field: passwordField, kind: weaknessKinds[facts.weakness] }] : [],
    ...(facts.retryAfter && { retryAfter: facts.retryAfter }),
  }
}

/** The word that the contract's table of failures (`x-failures`) has for a failure: of several breaches, for the first. */
export function situationOf({ reason, problems: [first] }: Failure): string {
  if (!first) return reason
  const { place, field, kind } = first
  if (kind.startsWith('weak_')) return 'weak_password'
  if (kind === 'not_allowed' && field === 'role') return place === 'query' ? 'bad_role_filter' : 'bad_role'
  if (place === 'query') return kind === 'missing' ? 'missing_field' : 'invalid_query'
  return situations[kind] ?? 'invalid_body'
}

const situations: Partial<Record<Problem['kind'], string>> = {
  missing: 'missing_field',
  empty: 'nothing_to_update',
  bad_email: 'bad_email',
  unknown_action: 'unknown_action',
}

const weaknessKinds = {
  too_short: 'weak_too_short',
  too_long: 'weak_too_long',
  common: 'weak_common',
  contains_identity: 'weak_identity',
  not_unicode: 'weak_not_unicode',
} as const satisfies Record<PasswordWeakness, Problem['kind']>

/** The headers that a failure has in both styles. */
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
