import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service, startService } from '../support/service.ts'
import { clientsOf, type StyleName } from './styles.ts'

let service: Service

beforeAll(async () => {
  service = await startService({ tokenIssuer: 'https://id.example', tokenAudience: 'shop', tokenClientId: 'web' })
})
afterAll(() => service.close())

const jwks = () => `${service.url}/.well-known/jwks.json`

async function accessToken(style: StyleName): Promise<string> {
  const { username } = await service.makeUser()
  return (await clientsOf(service)[style].login(username, 'correct horse battery')).access
}

/**
 * What any library of JWTs is told to hold an access token to (RFC 9068, 4), without any patience.
 */
const verify = (token: string, secondsBehind = 0) =>
  jwtVerify(token, createRemoteJWKSet(new URL(jwks())), {
    typ: 'at+jwt',
    algorithms: ['EdDSA'],
    issuer: 'https://id.example',
    audience: 'shop',
    clockTolerance: 0,
    currentDate: new Date(Date.now() - secondsBehind * 1000),
    requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
  })

describe.each<StyleName>(['RPC', 'REST'])('an access token of the %s style', (style) => {
  it.each([0, 1, 30, 59])('is good for `jose` where the clock is %i s behind', async (secondsBehind) => {
    const { payload, protectedHeader } = await verify(await accessToken(style), secondsBehind)
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' })
    expect(payload).toMatchObject({ client_id: 'web', iss: 'https://id.example', aud: 'shop' })
    expect((payload.iat as number) - (payload.nbf as number)).toBe(60)
  })

  it('is refused by `jose` where it is of tomorrow', async () => {
    await expect(verify(await accessToken(style), 86_400)).rejects.toMatchObject({ claim: 'nbf' })
  })

  it.each([0, -30])('is good for `oauth4webapi`, which holds it to RFC 9068, at %i s', async (skew) => {
    const token = await accessToken(style)
    const request = new Request('http://shop.example/orders', { headers: { Authorization: `Bearer ${token}` } })
    const server = { issuer: 'https://id.example', jwks_uri: jwks() }
    const claims = await oauth.validateJwtAccessToken(server, request, 'shop', {
      signingAlgorithms: ['EdDSA'],
      [oauth.allowInsecureRequests]: true,
      [oauth.clockSkew]: skew,
      [oauth.clockTolerance]: 0,
    })
    expect(claims).toMatchObject({ client_id: 'web', role: 'user', sub: expect.any(String) })
  })
})
