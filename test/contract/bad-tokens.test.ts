import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccessClaims, createAccessTokens } from '../../src/domain/sessions/access-token.ts'
import { outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let token: string
let refresh: string

beforeAll(async () => {
  service = await startService()
  ;({ token, refresh } = await service.as('admin'))
})
afterAll(() => service.close())

/** What both styles answer to an `Authorization` header, for reads and writes alike. */
async function answers(authorization: string | undefined): Promise<string[]> {
  const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization }
  const replies = [
    await service.call('GET', '/users:list', { headers }),
    await service.call('POST', '/users:create', { headers, json: {} }),
    await service.call('GET', '/users', { headers }),
    await service.call('PATCH', '/auth/profile', { headers, json: {} }),
  ]
  for (const { status, headers: got } of replies)
    if (status === 401) expect(got['www-authenticate']).toMatch(/^Bearer( error="invalid_token")?$/)
  return [...new Set(replies.map(outcome))]
}

const missing = ['401 UNAUTHORIZED', '401 AUTH_003']
const malformed = ['401 UNAUTHORIZED', '401 AUTH_004']
const invalid = ['401 INVALID_TOKEN', '401 AUTH_003']
const revoked = ['401 TOKEN_REVOKED', '401 AUTH_003']

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
const parts = () => token.split('.') as [string, string, string]

/** A token with these changes to header and claims, well signed by `key`. */
function forge(header: object, claims: object, key: string | KeyObject = service.keys.current().privateKey): string {
  const [ownHeader, ownClaims] = parts()
  const body = `${base64url({ ...read(ownHeader), ...header })}.${base64url({ ...read(ownClaims), ...claims })}`
  return `${body}.${sign(null, Buffer.from(body), key).toString('base64url')}`
}

describe('the Authorization header', () => {
  it.each([[undefined], [''], ['   ']])('is missing when it is %j', async (header) => {
    expect(await answers(header)).toEqual(missing)
  })

  it.each([
    'Bearer',
    'Bearer ',
    'Basic YWRtaW46YWRtaW4=',
    'Token abc',
    'Bearer a b',
    'Bearer a, Bearer b',
    'Bearer "abc"',
    'Bearer\tabc',
    'Bearer a%20b',
    'Bearer =',
    'Bearer é',
    'Bearer <script>',
    'abc',
  ])('is malformed when it is %s', async (header) => {
    expect(await answers(header)).toEqual(malformed)
  })

  it('is malformed when it is a token alone', async () => {
    expect(await answers(token)).toEqual(malformed)
  })

  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('takes the scheme as %s', async (scheme) => {
    expect((await service.call('GET', '/users', { headers: { Authorization: `${scheme} ${token}` } })).status).toBe(200)
  })

  it('bears more than one space', async () => {
    const headers = { Authorization: `Bearer  ${token} ` }
    expect((await service.call('GET', '/users:list', { headers })).status).toBe(200)
    expect((await service.call('GET', '/users', { headers })).status).toBe(200)
  })

  it('is the only place for a token', async () => {
    expect(outcome(await service.call('GET', `/users?access_token=${token}`, {}))).toBe('401 AUTH_003')
    const headers = { Cookie: `access_token=${token}`, 'X-Access-Token': token }
    expect(outcome(await service.call('GET', '/users', { headers }))).toBe('401 AUTH_003')
  })
})

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

describe('a well-signed token is revoked', () => {
  const unknown = '01890000-0000-7000-8000-000000000000'

  it('whose session nobody has', async () => {
    expect(await answers(`Bearer ${forge({}, { sid: unknown })}`)).toEqual(revoked)
  })

  it('whose session is of somebody else', async () => {
    const { user } = await service.as('super_admin')
    expect(await answers(`Bearer ${forge({}, { sub: user.id })}`)).toEqual(revoked)
    expect(await answers(`Bearer ${forge({}, { sub: unknown })}`)).toEqual(revoked)
  })

  it.each(['inactive', 'suspended', 'pending', 'banned'] as const)('whose user is %s since', async (status) => {
    const { user, token: theirs } = await service.as('admin')
    await service.call('PATCH', `/users/${user.id}`, { token, json: { status } })
    expect(await answers(`Bearer ${theirs}`)).toEqual(revoked)
  })

  it('whose user is deleted since', async () => {
    const { user, token: theirs } = await service.as('admin')
    await service.call('DELETE', `/users/${user.id}`, { token })
    expect(await answers(`Bearer ${theirs}`)).toEqual(revoked)
  })

  it('whose session was logged out', async () => {
    const { token: theirs } = await service.as('admin')
    await service.call('POST', '/auth/logout', { token: theirs })
    expect(await answers(`Bearer ${theirs}`)).toEqual(revoked)
  })
})

it('the role is that of the row, whatever a token says', async () => {
  const { user, token: theirs } = await service.as('user')
  const [, payload] = theirs.split('.') as [string, string, string]
  const forged = forge({}, { ...read(payload), role: 'super_admin' })
  expect(await answers(`Bearer ${forged}`)).toContain('403 AUTHZ_ROLE_REQUIRED')
  expect((await service.store.users.find(user.id))?.role).toBe('user')
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
