import { createSigner, createVerifier } from 'fast-jwt'
import { BoundedMap } from '../bounded-map.ts'
import { clockSkew } from './clock-skew.ts'
import { type AccessClaims, type ReadToken, readKid, readPayload, type TokenTime } from './read-token.ts'
import type { SigningKeys } from './signing-keys.ts'

export type { AccessClaims } from './read-token.ts'

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
  /** Tokens whose signature is not checked again. */
  remembered(): number
}

/**
 * Access tokens: JWTs (RFC 7519) of the access token profile (RFC 9068), signed with EdDSA, checked
 * after RFC 8725. Signing and verifying are synchronous: the asynchronous WebCrypto shares its
 * threads with bcrypt, and every request would wait behind the logins.
 */
export function createAccessTokens({ keys, issuer, audience, clientId, ttl, now }: AccessTokenDeps): AccessTokens {
  let signer: { kid: string; sign: (payload: object) => string } | undefined
  const verifiers = new Map<string, { publicKey: string; verify: (token: string) => unknown }>()
  const verified = new BoundedMap<string, VerifiedToken>(rememberedTokens)
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
    if (token.length > maxTokenLength) return undefined
    const known = verified.get(token)
    if (known !== undefined) {
      if (keys.find(known.kid) === known.publicKey) return isNow(known, lateness) ? { ...known.claims } : undefined
      verified.delete(token)
    }
    const kid = readKid(token)
    if (kid === undefined) return undefined
    if (keys.find(kid) !== undefined) return verifyWith(kid, token, lateness)
    return reloadForUnknownKey()?.then(() => verifyWith(kid, token, lateness))
  }

  /** What is refused is never remembered: a flood of bad tokens drives out no good one. */
  function verifyWith(kid: string, token: string, lateness: number): AccessClaims | undefined {
    const publicKey = keys.find(kid)
    if (publicKey === undefined) return undefined
    try {
      const read = readPayload(verifierOf(kid, publicKey)(token))
      if (read === undefined || !isNow(read, lateness)) return undefined
      verified.set(token, { ...read, kid, publicKey })
      return { ...read.claims }
    } catch {
      return undefined
    }
  }

  /**
   * `iat` is checked too: a token that was made while a clock was ahead has its whole life before
   * it when that clock is right again.
   */
  function isNow({ notBefore, expiresAt }: TokenTime, lateness: number): boolean {
    const seconds = now().getTime() / 1000
    return seconds < expiresAt + lateness && seconds + clockSkew >= notBefore
  }

  function verifierOf(kid: string, publicKey: string): (token: string) => unknown {
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
      // Time is checked in `isNow`, at every use: the verifier would take the system's clock,
      // and accept at `exp` itself.
      ignoreExpiration: true,
      ignoreNotBefore: true,
    })
    for (const known of verifiers.keys()) if (keys.find(known) === undefined) verifiers.delete(known)
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

  return { sign, verify, remembered: () => verified.size }
}

/** Milliseconds between two looks for an unknown key. */
const reloadInterval = 10_000
/** Seconds from `nbf` to `iat`: by so much another service's clock may be behind. */
const headStart = 60
/**
 * Tokens whose signature need not be checked again, some 5 MB in all; one that has been forgotten
 * costs one more check.
 */
const rememberedTokens = 5000
/** Characters; ours have some 600. */
const maxTokenLength = 4096

/** A token that counts while its key does, and its time lasts. */
interface VerifiedToken extends ReadToken {
  readonly kid: string
  readonly publicKey: string
}
