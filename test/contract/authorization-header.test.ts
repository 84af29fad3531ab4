import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'
import { answersTo, malformed, missing } from './forged-tokens.ts'

let service: Service
let token: string

beforeAll(async () => {
  service = await startService()
  token = (await service.as('admin')).token
})
afterAll(() => service.close())

const answers = (authorization: string | undefined) => answersTo(service, authorization)

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
    expect(outcome(await service.call('GET', `/users?access_token=${token}`, { secretPath: true }))).toBe(
      '401 AUTH_003',
    )
    const headers = { Cookie: `access_token=${token}`, 'X-Access-Token': token }
    expect(outcome(await service.call('GET', '/users', { headers }))).toBe('401 AUTH_003')
  })
})
