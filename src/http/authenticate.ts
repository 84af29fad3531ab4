import type { Caller } from '../domain/caller.ts'
import type { Sessions } from '../domain/sessions/sessions.ts'
import type { EnterLine } from '../domain/waiter.ts'
import { Refusal } from './failures.ts'

/**
 * Reads the bearer token of an `Authorization` header (RFC 6750, 2.1), and holds it against the
 * session; an expired one where the contract lets the operation take it
 * (`x-accepts-expired-token`).
 *
 * @throws Refusal `token_missing`, `token_malformed`, `rate_limited`; DomainError `token_invalid`, `token_revoked`, `unavailable`
 */
export async function authenticate(
  sessions: Sessions,
  header: string | undefined,
  operation: object,
  enter: EnterLine,
): Promise<Pick<Caller, 'principal' | 'credential'>> {
  if (header === undefined || header.trim() === '') throw new Refusal('token_missing')
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header)?.[1]
  if (token === undefined) throw new Refusal('token_malformed')
  const { 'x-accepts-expired-token': acceptsExpired } = operation as { 'x-accepts-expired-token'?: true }
  return sessions.authenticate(token, enter, acceptsExpired)
}
