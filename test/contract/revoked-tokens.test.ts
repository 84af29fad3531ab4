import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service, startService } from '../support/service.ts'
import { answersTo, forgeFrom, read, revoked } from './forged-tokens.ts'

let service: Service
let token: string

beforeAll(async () => {
  service = await startService()
  token = (await service.as('admin')).token
})
afterAll(() => service.close())

const answers = (authorization: string | undefined) => answersTo(service, authorization)
const forge = (header: object, claims: object) => forgeFrom(token, header, claims, service.keys.current().privateKey)

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
