import {
  createHash,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign as rawSign,
  verify as rawVerify,
} from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type AccessClaims, createAccessTokens } from '../../src/domain/sessions/access-token.ts'
import { type Jwk, openSigningKeys } from '../../src/domain/sessions/signing-keys.ts'
import type { SigningKey } from '../../src/domain/sessions/store.ts'

const start = Date.UTC(2030, 0, 1)
const ttl = 3600
const claims: AccessClaims = {
  sub: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  sid: '017f22e2-79b0-7cc3-98c4-dc0c0c073990',
  jti: '017f22e2-79b0-7cc3-98c4-dc0c0c073991',
  role: 'manager',
  username: 'ada',
  canWrite: true,
}

/** The port for signing keys, in memory, counting its queries. */
function createKeyStore(kept: SigningKey[] = []) {
  const store = {
    kept,
    lists: 0,
    signingKeys: {
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
async function makeKey(createdAt = start): Promise<SigningKey> {
  const store = createKeyStore()
  await openSigningKeys({ store, now: () => new Date(createdAt) })
  const [key] = store.kept
  if (!key) throw new Error('no key was made')
  return key
}

async function setUp() {
  const clock = { at: start }
  const now = () => new Date(clock.at)
  const store = createKeyStore([await makeKey()])
  const keys = await openSigningKeys({ store, now })
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

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')

describe('an access token', () => {
  it('gives back what was signed, at once', async () => {
    const { tokens } = await setUp()
    expect(tokens.verify(tokens.sign(claims).token)).toEqual(claims)
  })

  it('is a JWT of the access token profile', async () => {
    const { tokens, header, payload } = await setUp()
    const [head = '', body = ''] = tokens.sign(claims).token.split('.')
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual(header)
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toEqual(payload)
  })

  it('lives its time in whole seconds, and not a millisecond longer, also from the cache', async () => {
    const { clock, tokens } = await setUp()
    clock.at += 789
    const { token, expiresAt } = tokens.sign(claims)
    expect(expiresAt).toEqual(new Date(start + ttl * 1000))
    expect(tokens.verify(token)).toEqual(claims)
    expect(tokens.verify(token)).toEqual(claims)
    clock.at = expiresAt.getTime() - 1
    expect(tokens.verify(token)).toEqual(claims)
    clock.at = expiresAt.getTime()
    expect(tokens.verify(token)).toBeUndefined()
  })

  it('is refused until its time, also from the cache, but for clocks that differ a little', async () => {
    const { clock, tokens } = await setUp()
    const { token } = tokens.sign(claims)
    expect(tokens.verify(token)).toEqual(claims)
    clock.at = start - 30_000
    expect(tokens.verify(token)).toEqual(claims)
    clock.at = start - 30_001
    expect(tokens.verify(token)).toBeUndefined()
  })

  it('still counts for so long after its end as it is asked with, and not a millisecond longer', async () => {
    const { clock, tokens } = await setUp()
    const { token, expiresAt } = tokens.sign(claims)
    clock.at = expiresAt.getTime() + 59_999
    expect([tokens.verify(token, 60), tokens.verify(token)]).toEqual([claims, undefined])
    clock.at += 1
    expect(tokens.verify(token, 60)).toBeUndefined()
  })

  it('of tomorrow, made while the clock was a day ahead, is none', async () => {
    const { clock, tokens } = await setUp()
    clock.at += 86_400_000
    const { token } = tokens.sign(claims)
    expect(tokens.verify(token)).toEqual(claims)
    clock.at -= 86_400_000
    expect([tokens.verify(token), tokens.verify(token, 604_800)]).toEqual([undefined, undefined])
  })

  it('can be verified with the published key alone', async () => {
    const { tokens, keys } = await setUp()
    const { token } = tokens.sign(claims)
    const [key] = keys.jwks().keys
    const [head, body, signature = ''] = token.split('.')
    const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' })
    expect(rawVerify(null, Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
  })
})

describe('verifying', () => {
  it('refuses a token in which any bit of any part is flipped', async () => {
    const { tokens } = await setUp()
    const { token } = tokens.sign(claims)
    expect(tokens.verify(token)).toEqual(claims)
    const parts = token.split('.')
    for (const [index, part] of parts.entries()) {
      const bytes = Buffer.from(part, 'base64url')
      for (let bit = 0; bit < bytes.length * 8; bit += 3) {
        const flipped = Buffer.from(bytes)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(await tokens.verify(parts.with(index, flipped.toString('base64url')).join('.'))).toBeUndefined()
      }
    }
  })

  it('refuses another spelling of the same signature', async () => {
    const { tokens } = await setUp()
    const { token } = tokens.sign(claims)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const other = token.slice(0, -1) + alphabet.charAt(alphabet.indexOf(token.slice(-1)) + 1)
    expect(Buffer.from(other.split('.')[2] ?? '', 'base64url')).toEqual(
      Buffer.from(token.split('.')[2] ?? '', 'base64url'),
    )
    for (const spelling of [other, `${token}==`, `${token}\n`, ` ${token}`, `${token}.`]) {
      expect(tokens.verify(spelling)).toBeUndefined()
    }
  })

  it('refuses an unsigned token', async () => {
    const { tokens, header, payload } = await setUp()
    const body = encode(payload)
    for (const alg of ['none', 'None', 'EdDSA']) {
      const head = encode({ ...header, alg })
      expect(tokens.verify(`${head}.${body}.`)).toBeUndefined()
      expect(tokens.verify(`${head}.${body}.${'A'.repeat(86)}`)).toBeUndefined()
    }
  })

  it('refuses an HMAC made with the public key as its secret', async () => {
    const { tokens, keys, header, payload, store } = await setUp()
    const pem = store.kept[0]?.publicKey ?? ''
    const secrets = [pem, pem.trim(), JSON.stringify(keys.jwks().keys[0]), keys.jwks().keys[0]?.x ?? '']
    for (const alg of ['HS256', 'HS512']) {
      const input = `${encode({ ...header, alg })}.${encode(payload)}`
      for (const secret of secrets) {
        const mac = createHmac(alg.replace('HS', 'sha'), secret).update(input).digest('base64url')
        expect(tokens.verify(`${input}.${mac}`)).toBeUndefined()
      }
    }
  })

  it('refuses a token of another key under the same kid, also one that the token brings along', async () => {
    const { tokens, forge } = await setUp()
    const other = generateKeyPairSync('ed25519')
    const key = other.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const jwk = other.publicKey.export({ format: 'jwk' })
    expect(tokens.verify(forge({ key }))).toBeUndefined()
    expect(
      tokens.verify(forge({ key, header: { jwk, jku: 'https://example.com/jwks', x5u: 'https://x' } })),
    ).toBeUndefined()
  })

  it.each<[string, object]>([
    ['no typ', { typ: undefined }],
    ['the typ of any JWT', { typ: 'JWT' }],
    ['another typ', { typ: 'refresh+jwt' }],
    ['another algorithm', { alg: 'ES256' }],
    ['no algorithm', { alg: undefined }],
    ['no kid', { kid: undefined }],
    ['a kid that is a number', { kid: 1 }],
    ['an extension that must be understood', { crit: ['b64'], b64: false }],
  ])('refuses a header with %s, however well signed', async (_, header) => {
    const { tokens, forge } = await setUp()
    expect(await tokens.verify(forge({ header }))).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['iss', 'another'],
    ['iss', undefined],
    ['aud', 'another'],
    ['aud', ['another']],
    ['aud', undefined],
    ['sub', undefined],
    ['sub', 'ada'],
    ['sub', '01FWHE4YDGFK1SHH6W1G60EECF'],
    ['sub', { toString: 1 }],
    ['sid', undefined],
    ['sid', 7],
    ['jti', undefined],
    ['jti', ''],
    ['iat', undefined],
    ['iat', start / 1000 + 31],
    ['iat', `${start}`],
    ['nbf', null],
    ['nbf', `${start}`],
    ['nbf', start / 1000 + 31],
    ['nbf', 1e300],
    ['exp', undefined],
    ['exp', `${start}`],
    ['exp', null],
    ['exp', start / 1000],
    ['exp', -1e300],
    ['role', undefined],
    ['role', 'root'],
    ['username', undefined],
    ['can_write', 'true'],
    ['can_write', undefined],
  ])('refuses the claim %s = %j, however well signed, and at every try', async (claim, value) => {
    const { tokens, forge } = await setUp()
    const token = forge({ payload: { [claim]: value } })
    expect(tokens.verify(token)).toBeUndefined()
    expect(tokens.verify(token)).toBeUndefined()
    expect(tokens.verify(forge())).toEqual(claims)
  })

  it.each([
    ['nbf', undefined],
    ['nbf', start / 1000],
    ['nbf', start / 1000 + 30],
    ['client_id', undefined],
  ])('takes the claim %s = %j: other versions of this service make tokens too', async (claim, value) => {
    const { tokens, forge } = await setUp()
    expect(tokens.verify(forge({ payload: { [claim]: value } }))).toEqual(claims)
  })

  it.each([
    ['nothing', ''],
    ['dots', '..'],
    ['a refresh token', randomBytes(48).toString('base64url')],
    ['words', 'not a token at all'],
    ['three words', `not.a.${'A'.repeat(86)}`],
    ['a header of null', `${encode(null)}.${encode({})}.${'A'.repeat(86)}`],
    ['a header that is a list', `${encode([])}.${encode({})}.${'A'.repeat(86)}`],
    ['100 kB', 'x'.repeat(100_000)],
    ['100 kB of dots', '.'.repeat(100_000)],
    ['lone surrogates and NULs', '\ud800\0.\udfff.\0'],
  ])('refuses %s', async (_, text) => {
    const { tokens, store } = await setUp()
    const { lists } = store
    expect(tokens.verify(text)).toBeUndefined()
    expect(store.lists).toBe(lists)
  })

  it('refuses a well-signed token of 100 kB and a payload that is no object', async () => {
    const { tokens, forge, header, keys } = await setUp()
    expect(tokens.verify(forge({ payload: { username: 'x'.repeat(100_000) } }))).toBeUndefined()
    for (const payload of [null, [], 'text', 1]) {
      const input = `${encode(header)}.${encode(payload)}`
      const signature = rawSign(null, Buffer.from(input), keys.current().privateKey).toString('base64url')
      expect(tokens.verify(`${input}.${signature}`)).toBeUndefined()
    }
  })
})

describe('the cache', () => {
  it('gives each caller claims of its own', async () => {
    const { tokens } = await setUp()
    const { token } = tokens.sign(claims)
    Object.assign((await tokens.verify(token)) ?? {}, { role: 'super_admin' })
    expect(tokens.verify(token)).toEqual(claims)
  })

  it('forgets a key together with the tokens that were verified by it', async () => {
    const { tokens, keys, store } = await setUp()
    const { token } = tokens.sign(claims)
    expect(tokens.verify(token)).toEqual(claims)
    store.kept.splice(0, 1, await makeKey())
    await keys.reload()
    expect(await tokens.verify(token)).toBeUndefined()
    expect(tokens.verify(tokens.sign(claims).token)).toEqual(claims)
  })

  it('never answers for another key under the same kid', async () => {
    const { tokens, keys, store } = await setUp()
    const { token } = tokens.sign(claims)
    expect(tokens.verify(token)).toEqual(claims)
    const { kid } = keys.current()
    store.kept.splice(0, 1, { ...(await makeKey(start - 1)), kid }, await makeKey())
    await keys.reload()
    expect(tokens.verify(token)).toBeUndefined()
  })
})

describe('a token of a key that another instance made', () => {
  async function withOtherKey() {
    const world = await setUp()
    const key = await makeKey(start + 1)
    const token = world.forge({ header: { kid: key.kid }, key: key.privateKey })
    return { ...world, key, token }
  }

  it('is verified after one look into the store, and from then on at once', async () => {
    const { tokens, store, key, token } = await withOtherKey()
    store.kept.push(key)
    const { lists } = store
    expect(await Promise.all([tokens.verify(token), tokens.verify(token)])).toEqual([claims, claims])
    expect(tokens.verify(token)).toEqual(claims)
    expect(store.lists).toBe(lists + 1)
  })

  it('costs one look in 10 seconds, however many kids are made up', async () => {
    const { tokens, store, clock, key, token, forge } = await withOtherKey()
    const { lists } = store
    for (let count = 0; count < 100; count++) {
      expect(await tokens.verify(forge({ header: { kid: `made-up-${count}` } }))).toBeUndefined()
    }
    expect(store.lists).toBe(lists + 1)
    store.kept.push(key)
    clock.at += 9_999
    expect(await tokens.verify(token)).toBeUndefined()
    expect(store.lists).toBe(lists + 1)
    clock.at += 1
    expect(await tokens.verify(token)).toEqual(claims)
    expect(store.lists).toBe(lists + 2)
  })

  it('is looked for again when the clock was set back', async () => {
    const { tokens, store, clock, key, token, forge } = await withOtherKey()
    await tokens.verify(forge({ header: { kid: 'made-up' } }))
    store.kept.push(key)
    clock.at -= 20_000
    expect(await tokens.verify(token)).toEqual(claims)
  })

  it('is no bad token while the store fails: the failure is told', async () => {
    const { tokens, store, clock, key, token, keys } = await withOtherKey()
    const { list } = store.signingKeys
    store.signingKeys.list = () => Promise.reject(new Error('no connection'))
    await expect(Promise.resolve(tokens.verify(token))).rejects.toThrow('no connection')
    await expect(keys.reload()).rejects.toThrow('no connection')
    expect(tokens.verify(tokens.sign(claims).token)).toEqual(claims)
    store.signingKeys.list = list
    store.kept.push(key)
    clock.at += 10_000
    expect(await tokens.verify(token)).toEqual(claims)
    expect(keys.current().kid).toBe(key.kid)
  })

  it('leaves the tokens of the older key alive', async () => {
    const { tokens, store, key, keys } = await withOtherKey()
    const older = tokens.sign(claims).token
    store.kept.push(key)
    await keys.reload()
    const newer = tokens.sign(claims).token
    expect(newer.split('.')[0]).not.toBe(older.split('.')[0])
    expect([tokens.verify(older), tokens.verify(newer)]).toEqual([claims, claims])
  })
})

describe('the signing keys', () => {
  const now = () => new Date(start)

  it('are made once, and all starters use the winner’s', async () => {
    const store = createKeyStore()
    const starters = await Promise.all(Array.from({ length: 5 }, () => openSigningKeys({ store, now })))
    expect(store.kept).toHaveLength(1)
    expect(new Set(starters.map((keys) => keys.current().kid))).toEqual(new Set([store.kept[0]?.kid]))
    expect(store.kept[0]?.createdAt).toEqual(now())
  })

  it('are published without anything private, under their RFC 7638 thumbprint', async () => {
    const { keys } = (await openSigningKeys({ store: createKeyStore(), now })).jwks()
    expect(keys).toHaveLength(1)
    const { x, kid, ...rest } = keys[0] as Jwk
    expect(rest).toEqual({ kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' })
    expect(kid).toBe(createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url'))
  })

  it('lie in the store encrypted when there is a key for it, and are read again with it', async () => {
    const store = createKeyStore()
    const made = await openSigningKeys({ store, keyEncryptionKey: 'open sesame', now })
    expect(store.kept[0]?.privateKey).toMatch(/^scrypt-aes-256-gcm-1(\.[\w-]+){4}$/)
    const read = await openSigningKeys({ store, keyEncryptionKey: 'open sesame', now })
    expect(read.current()).toEqual(made.current())
    expect(read.current().privateKey).toContain('-----BEGIN PRIVATE KEY-----')
  })

  it('are told to be locked when the key for them is missing or wrong', async () => {
    const store = createKeyStore()
    await openSigningKeys({ store, keyEncryptionKey: 'open sesame', now })
    await expect(openSigningKeys({ store, now })).rejects.toThrow(/stored encrypted.*set KEY_ENCRYPTION_KEY/)
    const wrong = openSigningKeys({ store, keyEncryptionKey: 'open barley', now })
    await expect(wrong).rejects.toThrow(/cannot be decrypted.*KEY_ENCRYPTION_KEY/)
    await expect(openSigningKeys({ store, keyEncryptionKey: '', now })).rejects.toThrow('empty')
  })

  it('stay readable in the clear when a key for them is given later', async () => {
    const key = await makeKey()
    const keys = await openSigningKeys({ store: createKeyStore([key]), keyEncryptionKey: 'open sesame', now })
    expect(keys.current()).toEqual({ kid: key.kid, privateKey: key.privateKey })
  })

  it('cannot be put in each other’s place, cut or changed by someone who writes to the table', async () => {
    const store = createKeyStore()
    const keyEncryptionKey = 'open sesame'
    await openSigningKeys({ store, keyEncryptionKey, now })
    const key = store.kept[0] as SigningKey
    const open = (change: Partial<SigningKey>) =>
      openSigningKeys({ store: createKeyStore([{ ...key, ...change }]), keyEncryptionKey, now })
    const parts = key.privateKey.split('.')
    await expect(open({ kid: 'another' })).rejects.toThrow('cannot be decrypted')
    await expect(open({ privateKey: parts.with(3, parts[3]?.slice(0, 6) ?? '').join('.') })).rejects.toThrow(
      'cannot be',
    )
    await expect(open({ privateKey: parts.with(4, `A${parts[4]}`).join('.') })).rejects.toThrow('cannot be decrypted')
    await expect(open({ privateKey: 'nonsense' })).rejects.toThrow('does not know')
    await expect(open({ publicKey: (await makeKey()).publicKey })).rejects.toThrow('do not belong together')
  })

  it('must be Ed25519', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed448', {
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const store = createKeyStore([{ kid: 'k', publicKey, privateKey, createdAt: now() }])
    await expect(openSigningKeys({ store, now })).rejects.toThrow('not an Ed25519 key')
  })
})
