import { createHmac, generateKeyPairSync, randomBytes, sign as rawSign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { claims, encode, setUp, start } from './access-tokens.ts'

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
