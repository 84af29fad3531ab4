import { readId } from '../id.ts'
import { type Role, roles } from '../users/user.ts'

/**
 * What a token says of its bearer. Role, username and `canWrite` are hints for other services:
 * authority comes from the row.
 */
export interface AccessClaims {
  /** The user's id. */
  readonly sub: string
  /** The session's id. */
  readonly sid: string
  readonly jti: string
  readonly role: Role
  readonly username: string
  readonly canWrite: boolean
}

/**
 * Three parts in base64url, the last an Ed25519 signature. Its 86th character carries 2 bits of 6:
 * only with the rest zero is it the one spelling of the signature, and a token that was changed in
 * any character is no token.
 */
const tokenPattern = /^([\w-]+)\.[\w-]+\.[\w-]{85}[AQgw]$/

/**
 * The `kid` of the header. All else there is checked with the signature; `jku`, `x5u` and `jwk` are
 * never looked at.
 */
export function readKid(token: string): string | undefined {
  const header = tokenPattern.exec(token)?.[1]
  if (header === undefined) return undefined
  try {
    const { kid }: { kid?: unknown } = JSON.parse(Buffer.from(header, 'base64url').toString())
    return typeof kid === 'string' ? kid : undefined
  } catch {
    return undefined
  }
}

/** Unix seconds. */
export interface TokenTime {
  readonly notBefore: number
  readonly expiresAt: number
}

export interface ReadToken extends TokenTime {
  readonly claims: AccessClaims
}

/** What a payload that was well signed says, if each claim has its type. */
export function readPayload(payload: unknown): ReadToken | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined
  const { sub, sid, jti, iat, nbf, exp, role, username, can_write }: Record<string, unknown> = { ...payload }
  if (!isNumber(iat) || !isNumber(exp) || (nbf !== undefined && !isNumber(nbf))) return undefined
  if (!isUuid(sub) || !isUuid(sid) || typeof jti !== 'string' || jti === '') return undefined
  if (!isRole(role) || typeof username !== 'string' || typeof can_write !== 'boolean') return undefined
  const claims = { sub, sid, jti, role, username, canWrite: can_write }
  return { claims, notBefore: Math.max(iat, nbf ?? iat), expiresAt: exp }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isUuid(value: unknown): value is string {
  return typeof value === 'string' && readId(value) === value
}

function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value)
}
