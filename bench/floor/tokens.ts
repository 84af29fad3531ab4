import { createSigner, createVerifier } from 'fast-jwt'
import { type Database, statement } from './database.ts'

export interface Claims {
  readonly sub: string
  readonly sid: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
}

const allKeys = statement('select kid, public_key, private_key from signing_keys order by created_at desc, kid')

/** Signs and checks access tokens by the keys of the table, with a cache of what was checked. */
export async function openTokens(database: Database, ttl: number) {
  const keys = await database.rows<{ kid: string; public_key: string; private_key: string }>(allKeys, [])
  const [newest] = keys
  if (!newest) throw new Error('There is no signing key yet: start Janus once on this database.')
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid: newest.kid } as const
  const signer = createSigner({ key: newest.private_key, algorithm: 'EdDSA', header })
  const common = { algorithms: ['EdDSA' as const], checkTyp: 'at+jwt', allowedIss: 'janus', allowedAud: 'janus' }
  const cached = { cache: 10_000, cacheTTL: ttl * 1000 }
  const verifiers = new Map(
    keys.map(({ kid, public_key }) => [kid, createVerifier({ key: public_key, ...common, ...cached })]),
  )
  /** The first part of a token is the same text for all tokens of a key. */
  const byHeader = new Map<string, ((token: string) => Claims) | undefined>()

  function verifierOf(part: string) {
    if (byHeader.has(part)) return byHeader.get(part)
    const { kid } = JSON.parse(Buffer.from(part, 'base64url').toString()) as { kid: string }
    const verifier = verifiers.get(kid) as ((token: string) => Claims) | undefined
    if (verifier) byHeader.set(part, verifier)
    return verifier
  }

  return {
    /** Undefined for whatever is no live token of ours. */
    verify(token: string): Claims | undefined {
      try {
        return verifierOf(token.slice(0, token.indexOf('.')))?.(token)
      } catch {
        return undefined
      }
    },

    /** `expiresAt` is in whole seconds. */
    sign(claims: { sub: string; sid: string; jti: string; role: string; username: string; can_write: boolean }) {
      const iat = Math.floor(Date.now() / 1000)
      const time = { iat, nbf: iat - 60, exp: iat + ttl }
      const token = signer({ iss: 'janus', aud: 'janus', client_id: 'janus', ...claims, ...time })
      return { token, expiresAt: `${new Date((iat + ttl) * 1000).toISOString().slice(0, 19)}Z` }
    },
  }
}

export type Tokens = Awaited<ReturnType<typeof openTokens>>
