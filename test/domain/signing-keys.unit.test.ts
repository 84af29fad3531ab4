import { createHash, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Jwk, openSigningKeys } from '../../src/domain/sessions/signing-keys.ts'
import type { SigningKey } from '../../src/domain/sessions/store.ts'
import { createKeyStore, makeKey, start, times } from './access-tokens.ts'

describe('the signing keys', () => {
  const now = () => new Date(start)

  it('are made once, and all starters use the winner’s', async () => {
    const store = createKeyStore()
    const starters = await Promise.all(Array.from({ length: 5 }, () => openSigningKeys({ ...times, store, now })))
    expect(store.kept).toHaveLength(1)
    expect(new Set(starters.map((keys) => keys.current().kid))).toEqual(new Set([store.kept[0]?.kid]))
    expect(store.kept[0]?.createdAt).toEqual(now())
  })

  it('are published without anything private, under their RFC 7638 thumbprint', async () => {
    const { keys } = (await openSigningKeys({ ...times, store: createKeyStore(), now })).jwks()
    expect(keys).toHaveLength(1)
    const { x, kid, ...rest } = keys[0] as Jwk
    expect(rest).toEqual({ kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' })
    expect(kid).toBe(createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url'))
  })

  it('lie in the store encrypted when there is a key for it, and are read again with it', async () => {
    const store = createKeyStore()
    const made = await openSigningKeys({ ...times, store, keyEncryptionKey: 'open sesame', now })
    expect(store.kept[0]?.privateKey).toMatch(/^scrypt-aes-256-gcm-1(\.[\w-]+){4}$/)
    const read = await openSigningKeys({ ...times, store, keyEncryptionKey: 'open sesame', now })
    expect(read.current()).toEqual(made.current())
    expect(read.current().privateKey).toContain('-----BEGIN PRIVATE KEY-----')
  })

  it('are told to be locked when the key for them is missing or wrong', async () => {
    const store = createKeyStore()
    await openSigningKeys({ ...times, store, keyEncryptionKey: 'open sesame', now })
    await expect(openSigningKeys({ ...times, store, now })).rejects.toThrow(/stored encrypted.*set KEY_ENCRYPTION_KEY/)
    const wrong = openSigningKeys({ ...times, store, keyEncryptionKey: 'open barley', now })
    await expect(wrong).rejects.toThrow(/cannot be decrypted.*KEY_ENCRYPTION_KEY/)
    await expect(openSigningKeys({ ...times, store, keyEncryptionKey: '', now })).rejects.toThrow('empty')
  })

  it('stay readable in the clear when a key for them is given later', async () => {
    const key = await makeKey()
    const keys = await openSigningKeys({ ...times, store: createKeyStore([key]), keyEncryptionKey: 'open sesame', now })
    expect(keys.current()).toEqual({ kid: key.kid, privateKey: key.privateKey })
  })

  it('cannot be put in each other’s place, cut or changed by someone who writes to the table', async () => {
    const store = createKeyStore()
    const keyEncryptionKey = 'open sesame'
    await openSigningKeys({ ...times, store, keyEncryptionKey, now })
    const key = store.kept[0] as SigningKey
    const open = (change: Partial<SigningKey>) =>
      openSigningKeys({ ...times, store: createKeyStore([{ ...key, ...change }]), keyEncryptionKey, now })
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
    const store = createKeyStore([
      { kid: 'k', publicKey, privateKey, createdAt: now(), signsFrom: now(), signsUntil: null },
    ])
    await expect(openSigningKeys({ ...times, store, now })).rejects.toThrow('not an Ed25519 key')
  })
})
