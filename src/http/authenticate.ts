import type { Caller, Origin } from '../domain/caller.ts'
import { DomainError } from '../domain/errors.ts'
import type { Sessions } from '../domain/sessions/sessions.ts'
import type { StoreCall } from '../domain/store-call.ts'
import type { Role } from '../domain/users/user.ts'
import type { EnterLine } from '../domain/waiter.ts'
import { HttpError } from './failures.ts'

/** Who a request says it comes from, once that is proved. */
export interface Authenticated extends Pick<Caller, 'principal' | 'credential'> {
  /** Of what was asked of the store in the same round trip. */
  readonly answers: readonly unknown[]
  /** When the session last wrote, if only itself. */
  readonly lastWriteAt: Date
}

/**
 * Reads the bearer token of an `Authorization` header (RFC 6750, 2.1) and looks up its session.
 *
 * @param acceptsExpired takes an expired token too (`x-accepts-expired-token` of the operation)
 * @param calls are made in the same round trip
 * @returns undefined where the header shows no credentials
 * @throws HttpError `token_malformed`, `rate_limited`; DomainError `token_invalid`,
 *   `token_revoked`, `unavailable`
 */
export async function authenticateBearer(
  sessions: Sessions,
  header: string | undefined,
  enter: EnterLine,
  acceptsExpired: boolean,
  calls: readonly StoreCall[],
): Promise<Authenticated | undefined> {
  if (header === undefined || header.trim() === '') return undefined
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header)?.[1]
  if (token === undefined) throw new HttpError('token_malformed')
  return sessions.authenticate(token, enter, acceptsExpired, calls)
}

/**
 * @param operation `x-roles` has the roles that may call it; none means nobody. The domain checks
 *   again, in the transaction that writes.
 * @throws DomainError `role_required`, `password_change_required`
 */
export function authorize(
  { principal, credential }: Authenticated,
  origin: Origin,
  operation: object,
): Omit<Caller, 'seen'> {
  const { 'x-roles': allowed = [], 'x-open-before-password-change': isOpen } = operation as Guarded
  if (!allowed.includes(principal.role)) throw new DomainError('role_required')
  if (principal.mustChangePassword && !isOpen) throw new DomainError('password_change_required')
  return { principal, credential, origin, allowed }
}

interface Guarded {
  readonly 'x-roles'?: readonly Role[]
  /** Whether a user may call it whose password somebody else has set, and who has not changed it. */
  readonly 'x-open-before-password-change'?: true
}
