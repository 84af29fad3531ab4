import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccessClaims, createAccessTokens } from '../../src/domain/sessions/access-token.ts'
import { outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'
import { answersTo, base64url, forgeFrom, invalid, read } from './forged-tokens.ts'

let service: Service
let token: string
let refresh: string

beforeAll(async () => {
  service = await startService()
  ;({ token, refresh } = await service.as('admin'))
})
afterAll(() => service.close())

const parts = () => token.split('.') as [string, string, string]
const answers = (authorization: string | undefined) => answersTo(service, authorization)
const forge = (header: object, claims: object, key: string | KeyObject = service.keys.current().privateKey) =>
  forgeFrom(token, header, claims, key)

describe('a token is invalid', () => {
  it('not because this file signs it', async () => {
    expect((await service.call('GET', '/users', { token: forge({}, {}) })).status).toBe(200)
  })

  it.each([
    'x',
    'null',
    'undefined',
    'a.b.c',
    '...',
    'a.b',
    '-._~+/',
    'e30.e30.',
    'x'.repeat(8000),
    `${'a'.repeat(5000)}.b.c`,
  ])('that is rubbish: %s', async (rubbish) => {
    expect(await answers(`Bearer ${rubbish}`)).toEqual(invalid)
  })

  it('that has one bit flipped, anywhere', async () => {
    for (const part of [0, 1, 2]) {
      const bytes = Buffer.from(parts()[part] as string, 'base64url')
      for (let at = 0; at < bytes.length; at += 1 + Math.floor(bytes.length / 12)) {
        const flipped = Buffer.from(bytes)
        flipped[at] = (flipped[at] as number) ^ 1
        const changed = parts().with(part, flipped.toString('base64url')).join('.')
        expect(outcome(await service.call('GET', '/auth:me', { token: changed }))).toBe('401 INVALID_TOKEN')
        expect(outcome(await service.call('GET', '/auth/profile', { token: changed }))).toBe('401 AUTH_003')
      }
    }
  })

  it('that is spelled otherwise: padded, cut, longer, or with other last bits', async () => {
    const [header, claims, signature] = parts()
    const last = signature.at(-1) as string
    const sameBytes = signature.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1)
    expect(Buffer.from(sameBytes, 'base64url')).toEqual(Buffer.from(signature, 'base64url'))
    for (const changed of [
      `${token}=`,
      token.slice(0, -1),
      `${token}A`,
      `${header}.${claims}.${sameBytes}`,
      `${token}.x`,
    ])
      expect(await answers(`Bearer ${changed}`)).toEqual(invalid)
  })

  it.each(['none', 'None', 'NONE', ''])('that says it needs no signature: alg "%s"', async (alg) => {
    const [header, claims, signature] = parts()
    const unsigned = `${base64url({ ...read(header), alg })}.${claims}`
    expect(await answers(`Bearer ${unsigned}.${signature}`)).toEqual(invalid)
    expect(await answers(`Bearer ${unsigned}.`)).toEqual(invalid)
  })

  it('that is signed by HMAC with the public key as its secret', async () => {
    const [header, claims] = parts()
    const { kid } = read(header)
    const pem = service.keys.find(kid) as string
    const [jwk] = service.keys.jwks().keys
    for (const secret of [pem, pem.trim(), Buffer.from(jwk?.x as string, 'base64url'), JSON.stringify(jwk)]) {
      for (const [alg, hash] of [
        ['HS256', 'sha256'],
        ['HS512', 'sha512'],
      ] as const) {
        const body = `${base64url({ alg, typ: 'at+jwt', kid })}.${claims}`
        const forged = `${body}.${createHmac(hash, secret).update(body).digest('base64url')}`
        expect(await answers(`Bearer ${forged}`)).toEqual(invalid)
      }
    }
  })

  it('that is signed by a key of somebody else, under our kid, theirs or one they show', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const jwk = publicKey.export({ format: 'jwk' })
    for (const header of [{}, { kid: 'theirs' }, { kid: undefined }, { kid: 1 }, { jwk }, { kid: '__proto__', jwk }])
      expect(await answers(`Bearer ${forge(header, {}, privateKey)}`)).toEqual(invalid)
  })

  it('that is a refresh token', async () => {
    expect(await answers(`Bearer ${refresh}`)).toEqual(invalid)
  })

  const claims: [string, object][] = [
    ['for another audience', { aud: 'other' }],
    ['for no audience', { aud: undefined }],
    ['of another issuer', { iss: 'other' }],
    ['without an issuer', { iss: undefined }],
    ['without an end', { exp: undefined }],
    ['that has ended', { exp: 1_700_000_000 }],
    ['whose end is text', { exp: '9999999999' }],
    ['that begins tomorrow', { nbf: Math.floor(Date.now() / 1000) + 86_400 }],
    ['that was made tomorrow', { iat: Math.floor(Date.now() / 1000) + 86_400 }],
    ['without a subject', { sub: undefined }],
    ['whose subject is no id', { sub: "' or 1=1" }],
    ['whose session is no id', { sid: '%' }],
    ['whose session is a list', { sid: [] }],
    ['with a role that is none', { role: 'king' }],
  ]
  it.each(claims)('that is well signed but %s', async (_, changed) => {
    expect(await answers(`Bearer ${forge({}, changed)}`)).toEqual(invalid)
  })

  it.each([{ typ: 'JWT' }, { typ: undefined }, { typ: 'rt+jwt' }])(
    'that is well signed but of the kind %j',
    async (header) => {
      expect(await answers(`Bearer ${forge(header, {})}`)).toEqual(invalid)
    },
  )

  it('that was made by our keys for another service', async () => {
    const { keys, clock } = service
    const { now } = clock
    const [, payload] = parts()
    const { can_write: canWrite, ...hints } = read(payload)
    for (const [issuer, audience] of [
      ['janus', 'other'],
      ['other', 'janus'],
    ] as const) {
      const others = createAccessTokens({ keys, issuer, audience, clientId: 'janus', ttl: 3600, now })
      expect(await answers(`Bearer ${others.sign({ ...hints, canWrite } as AccessClaims).token}`)).toEqual(invalid)
    }
  })
})

// The last: it moves the clock.
it('a token is good for its hour and not a second longer', async () => {
  const { token: theirs } = await service.as('admin')
  const { exp } = read(theirs.split('.')[1] as string)
  service.clock.advance(exp - service.clock.now().getTime() / 1000 - 30)
  expect((await service.call('GET', '/users', { token: theirs })).status).toBe(200)
  service.clock.advance(30)
  expect(await answers(`Bearer ${theirs}`)).toEqual(invalid)
})
