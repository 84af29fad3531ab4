import { createSigner, createVerifier } from 'fast-jwt'
import { readId } from '../id.ts'
import { type Role, roles } from '../users/user.ts'
import { clockSkew } from './clock-skew.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface AccessTokenDeps {
  readonly keys: SigningKeys
  readonly issuer: string
  readonly audience: string
  /** The client of all tokens (RFC 9068, 2.2): clients have no accounts of their own here. */
  readonly clientId: string
  /** Seconds that a token lives. */
  readonly ttl: number
  readonly now: () => Date
}

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

export interface AccessTokens {
  /** `expiresAt` is in whole seconds, as the token has it. */
  sign(claims: AccessClaims): { readonly token: string; readonly expiresAt: Date }
  /**
   * Undefined for whatever is not a live access token of ours; never throws. A promise only when
   * the token names a key that has to be looked for in the store. Whether session and user still
   * stand is not checked here.
   *
   * @param lateness seconds for which a token still counts after its end
   */
  verify(token: string, lateness?: number): AccessClaims | undefined | Promise<AccessClaims | undefined>
}

/**
 * Access tokens: JWTs (RFC 7519) of the access token profile (RFC 9068), signed with EdDSA, checked
 * after RFC 8725. Signing and verifying are synchronous: the asynchronous WebCrypto shares its
 * threads with bcrypt, and every request would wait behind the logins.
 */
export function createAccessTokens({ keys, issuer, audience, clientId, ttl, now }: AccessTokenDeps): AccessTokens {
  let signer: { kid: string; sign: (payload: object) => string } | undefined
  const verifiers = new Map<string, { publicKey: string; verify: (token: string) => unknown }>()
  let reloadedAt = Number.NEGATIVE_INFINITY
  let reloading: Promise<void> | undefined

  function sign({ sub, sid, jti, role, username, canWrite }: AccessClaims): { token: string; expiresAt: Date } {
    const { kid, privateKey } = keys.current()
    if (signer?.kid !== kid) {
      const header = { alg: 'EdDSA', typ: 'at+jwt', kid }
      signer = { kid, sign: createSigner({ key: privateKey, algorithm: 'EdDSA', header }) }
    }
    const iat = Math.floor(now().getTime() / 1000)
    const exp = iat + ttl
    // Services whose clock is behind must not refuse what was just given out. Not left out: our own
    // 0.2.0 asks for it, beside us during an update.
    const time = { iat, nbf: iat - headStart, exp }
    const hints = { role, username, can_write: canWrite }
    const token = signer.sign({ iss: issuer, aud: audience, client_id: clientId, sub, sid, jti, ...time, ...hints })
    return { token, expiresAt: new Date(exp * 1000) }
  }

  function verify(token: string, lateness = 0): AccessClaims | undefined | Promise<AccessClaims | undefined> {
    const kid = readKid(token)
    if (kid === undefined) return undefined
    if (keys.find(kid) !== undefined) return verifyWith(kid, token, lateness)
    return reloadForUnknownKey()?.then(() => verifyWith(kid, token, lateness))
  }

  function verifyWith(kid: string, token: string, lateness: number): AccessClaims | undefined {
    try {
      return readClaims(verifierOf(kid)?.(token), now().getTime() / 1000, lateness)
    } catch {
      return undefined
    }
  }

  /** One per key, because a verifier's cache must not outlive the key that it trusted. */
  function verifierOf(kid: string): ((token: string) => unknown) | undefined {
    const publicKey = keys.find(kid)
    if (publicKey === undefined) {
      verifiers.delete(kid)
      return undefined
    }
    const known = verifiers.get(kid)
    if (known?.publicKey === publicKey) return known.verify
    const made: (token: string) => unknown = createVerifier({
      key: publicKey,
      // Never what the header says: `none`, or HS256 with the published key as its secret (RFC
      // 8725, 3.1).
      algorithms: ['EdDSA'],
      checkTyp: 'at+jwt',
      allowedIss: issuer,
      allowedAud: audience,
      requiredClaims: ['iss', 'aud', 'exp', 'iat'],
      // Time is checked in `readClaims`, at every use: the verifier would take the system's clock,
      // and accept at `exp` itself.
      ignoreExpiration: true,
      ignoreNotBefore: true,
      // Bad tokens are never answered from the cache but do take places in it. A flood of them
      // costs good ones a new signature check each, no more.
      cache: cachedTokens,
      cacheTTL: ttl * 1000,
    })
    verifiers.set(kid, { publicKey, verify: made })
    return made
  }

  /** Undefined when the keys were read a moment ago: made-up kids must not cost a query each. */
  function reloadForUnknownKey(): Promise<void> | undefined {
    const at = now().getTime()
    const age = at - reloadedAt
    // An age below zero is a clock that was set back, and no reason to wait for it to catch up.
    if (reloading !== undefined || (age >= 0 && age < reloadInterval)) return reloading
    reloadedAt = at
    reloading = keys
      .reload()
      .catch((error) => {
        // Without its keys the service cannot tell: that is its own failure, not the token's.
        reloadedAt = Number.NEGATIVE_INFINITY
        throw error
      })
      .finally(() => {
        reloading = undefined
      })
    return reloading
  }

  return { sign, verify }
}

/** Milliseconds between two looks for an unknown key. */
const reloadInterval = 10_000
/** Seconds from `nbf` to `iat`: by so much another service's clock may be behind. */
const headStart = 60
/** Tokens, per key, whose signature need not be checked again; some 5 MB in all. */
const cachedTokens = 10_000
/** Characters; ours have some 600. */
const maxTokenLength = 4096
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
function readKid(token: string): string | undefined {
  if (token.length > maxTokenLength) return undefined
  const header = tokenPattern.exec(token)?.[1]
  if (header === undefined) return undefined
  try {
    const { kid }: { kid?: unknown } = JSON.parse(Buffer.from(header, 'base64url').toString())
    return typeof kid === 'string' ? kid : undefined
  } catch {
    return undefined
  }
}

/**
 * The claims of a payload that was well signed, if each has its type and its time is now (Unix
 * seconds). `iat` is checked too: a token that was made while a clock was ahead has its whole life
 * before it when that clock is right again.
 */
function readClaims(payload: unknown, now: number, lateness: number): AccessClaims | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined
  const { sub, sid, jti, iat, nbf, exp, role, username, can_write }: Record<string, unknown> = { ...payload }
  if (!isNumber(iat) || !isNumber(exp) || (nbf !== undefined && !isNumber(nbf))) return undefined
  if (now >= exp + lateness || now + clockSkew < Math.max(iat, nbf ?? iat)) return undefined
  if (!isUuid(sub) || !isUuid(sid) || typeof jti !== 'string' || jti === '') return undefined
  if (!isRole(role) || typeof username !== 'string' || typeof can_write !== 'boolean') return undefined
  return { sub, sid, jti, role, username, canWrite: can_write }
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
