/* Made by npm run generate; never edited. */

/** The version of the contract that this client was made of. */
export const contractVersion = '0.7.0'

/** Its first number: the contract breaks with what was before where it goes up. */
export const contractMajor = 0

/** Why a request failed: in every style and language the same word. New ones may come. */
export type FailureReason =
  | 'token_missing'
  | 'token_malformed'
  | 'token_invalid'
  | 'token_revoked'
  | 'role_required'
  | 'super_admin_protected'
  | 'target_above_actor'
  | 'role_above_actor'
  | 'self_change'
  | 'self_privilege_change'
  | 'self_deletion'
  | 'user_not_found'
  | 'username_taken'
  | 'email_taken'
  | 'weak_password'
  | 'same_password'
  | 'wrong_current_password'
  | 'current_password_required'
  | 'password_change_required'
  | 'credentials_refused'
  | 'login_locked'
  | 'rate_limited'
  | 'refresh_token_unknown'
  | 'refresh_token_reused'
  | 'refresh_token_expired'
  | 'not_json'
  | 'missing_field'
  | 'nothing_to_update'
  | 'bad_email'
  | 'bad_role'
  | 'bad_role_filter'
  | 'unknown_action'
  | 'invalid_body'
  | 'page_too_deep'
  | 'invalid_query'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'unsupported_charset'
  | 'unsupported_coding'
  | 'no_such_path'
  | 'no_such_method'
  | 'malformed_request'
  | 'request_timeout'
  | 'headers_too_large'
  | 'fault'
  | 'unavailable'
  | (string & {})

/** One breach of the contract. Values are never repeated here: they may be secrets. */
export interface Problem {
  /** Where it is. */
  field: string
  /** What is wrong and what would be right. */
  message: string
}

/** What happened; a `password_reset` is by somebody else, a `login_refused` by a lock. */
export type AuditAction =
  | 'user_created'
  | 'user_changed'
  | 'user_deleted'
  | 'password_changed'
  | 'password_reset'
  | 'session_started'
  | 'session_refreshed'
  | 'session_ended'
  | 'sessions_revoked'
  | 'refresh_token_reused'
  | 'login_failed'
  | 'login_refused'
  | 'login_unlocked'
  | 'wrong_current_password'
  | 'key_rotated'
  | 'key_retired'
  | 'audit_pruned'

/** `operator` at the machine; `none` as at a login. */
export type AuditCredentialKind = 'session' | 'operator' | 'none'

/** A field of the user, by its name in the style that asks, before and after. Never a secret. */
export interface AuditChange {
  field: string
  from: string | boolean | null
  to: string | boolean | null
}

/**
 * The roles, highest rank first. Nobody grants a role above their own or changes a user above their
 * own.
 */
export type Role = 'super_admin' | 'admin' | 'manager' | 'moderator' | 'user' | 'guest'

/** The method of an operation. */
export type OperationMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The statuses that a user can be given. */
export type GivenStatus = 'active' | 'inactive' | 'suspended' | 'pending' | 'banned'

/** Only `active` users log in or use tokens. `deleted` is set by a deletion, never by an update. */
export type Status = 'active' | 'inactive' | 'suspended' | 'pending' | 'banned' | 'deleted'
