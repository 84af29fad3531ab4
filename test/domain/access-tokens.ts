import { sign as rawSign } from 'node:crypto'
import { type AccessClaims, createAccessTokens } from '../../src/domain/sessions/access-token.ts'
import { openSigningKeys } from '../../src/domain/sessions/signing-keys.ts'
import type { SigningKey } from '../../src/domain/sessions/store.ts'

export const start = Date.UTC(2030, 0, 1)
export const ttl = 3600
export const times = { accessTokenTtl: ttl, refreshTokenTtl: 604_800 }
export const claims: AccessClaims = {
  sub: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  sid: '017f22e2-79b0-7cc3-98c4-dc0c0c073990',
  jti: '017f22e2-79b0-7cc3-98c4-dc0c0c073991',
  role: 'manager',
  username: 'ada',
  canWrite: true,
}

/** The port for signing keys, in memory, counting its queries. */
export function createKeyStore(kept: SigningKey[] = []) {
  const store = {
    kept,
    lists: 0,
    /** Raised by whoever changes `kept`, as the trigger of the table does. */
    epoch: 1,
    signingKeys: {
      epoch: async () => store.epoch,
      async list() {
        store.lists += 1
        return kept.toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
      },
      async insertFirst(key: SigningKey) {
        if (kept.length === 0) kept.push(key)
      },
    },
  }
  return store
}

/** A key that another instance made. */
export async function makeKey(createdAt = start): Promise<SigningKey> {
  const store = createKeyStore()
  await openSigningKeys({ ...times, store, now: () => new Date(createdAt) })
  const [key] = store.kept
  if (!key) throw new Error('no key was made')
  return key
}

export async function setUp() {
  const clock = { at: start }
  const now = () => new Date(clock.at)
  const store = createKeyStore([await makeKey()])
  const keys = await openSigningKeys({ ...times, store, now })
  const tokens = createAccessTokens({ keys, issuer: 'janus', audience: 'janus', clientId: 'janus', ttl, now })
  const { kid, privateKey } = keys.current()
  const iat = start / 1000
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid }
  const { canWrite: can_write, ...rest } = claims
  const payload = {
    iss: 'janus',
    aud: 'janus',
    client_id: 'janus',
    ...rest,
    can_write,
    iat,
    nbf: iat - 60,
    exp: iat + ttl,
  }

  /** A token of our own key, well signed whatever is in it. */
  function forge(change: { header?: object; payload?: object; key?: string } = {}) {
    const input = [
      { ...header, ...change.header },
      { ...payload, ...change.payload },
    ]
      .map(encode)
      .join('.')
    return `${input}.${rawSign(null, Buffer.from(input), change.key ?? privateKey).toString('base64url')}`
  }
  return { clock, now, store, keys, tokens, header, payload, forge }
}

export const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
