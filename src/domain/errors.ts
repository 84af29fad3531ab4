/**
 * Why the domain refuses: a fact, never a verdict. Each style answers every reason in its own
 * words, from an exhaustive table, so a new reason does not compile until both have answered it.
 */
export type Reason =
  | 'user_not_found'
  | 'page_too_deep'
  | 'self_change'
  | 'self_privilege_change'
  | 'self_deletion'
  | 'super_admin_protected'
  | 'target_above_actor'
  | 'role_above_actor'
  | 'username_taken'
  | 'email_taken'
  | 'weak_password'
  | 'same_password'
  | 'wrong_current_password'
  | 'current_password_required'
  | 'password_change_required'
  | 'credentials_refused'
  | 'login_locked'
  | 'token_invalid'
  | 'token_revoked'
  | 'role_required'
  | 'refresh_token_unknown'
  | 'refresh_token_reused'
  | 'refresh_token_expired'
  | 'unavailable'

/** What is wrong with a password that was refused. */
export type PasswordWeakness = 'too_short' | 'too_long' | 'common' | 'contains_identity' | 'not_unicode'

export interface ErrorFacts {
  /** Seconds until another try can succeed. */
  readonly retryAfter?: number
  readonly weakness?: PasswordWeakness
}

/**
 * The error by which domain and store refuse a request. What only an operator can mend has errors
 * of its own.
 */
export class DomainError extends Error {
  readonly reason: Reason
  readonly facts: ErrorFacts

  constructor(reason: Reason, facts: ErrorFacts = {}, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'DomainError'
    this.reason = reason
    this.facts = facts
  }
}
