import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contract } from '../support/contract-check.ts'
import { outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'
import { clientsOf, refusals, type StyleClient, type StyleName } from './styles.ts'

const hour = 3600
const week = 604_800

let service: Service
let clients: Record<StyleName, StyleClient>

beforeAll(async () => {
  service = await startService({ rateLimitPerMinute: 5 })
  clients = clientsOf(service)
})
afterAll(() => service.close())

const logout = (style: StyleName, token: string, refresh_token: string) =>
  style === 'RPC'
    ? service.call('POST', '/auth:logout', { token, json: { refresh_token } })
    : service.call('POST', '/auth/logout', { token })

const words = {
  RPC: { invalid: '401 INVALID_TOKEN', revoked: '401 TOKEN_REVOKED' },
  REST: { invalid: '401 AUTH_003', revoked: '401 AUTH_003' },
}

describe.each<StyleName>(['RPC', 'REST'])('an access token that has expired, in the %s style', (style) => {
  const { invalid, revoked } = words[style]

  it('still ends its own session, and no other', async () => {
    const { user, token, refresh } = await service.as('user')
    const other = await service.login(user.username)
    service.clock.advance(hour)
    expect(await clients[style].whoami(token)).toMatchObject({ status: 401 })
    expect(outcome(await logout(style, token, refresh))).toBe('200')
    expect(await clients[style].refresh(refresh)).toMatchObject({ status: 401, code: refusals[style].unknown })
    expect((await clients[style].refresh(other.refresh_token)).status).toBe(200)
  })

  it('does so for as long as a refresh token lives, and not a second longer', async () => {
    const { token, refresh } = await service.as('user')
    const { token: later, refresh: laterRefresh } = await service.as('user')
    service.clock.advance(hour + week - 5)
    expect(outcome(await logout(style, token, refresh))).toBe('200')
    service.clock.advance(5)
    expect(outcome(await logout(style, later, laterRefresh))).toBe(invalid)
  })

  it('is revoked where its session has ended or its user is not active', async () => {
    const { token, refresh } = await service.as('user')
    const { user: banned, token: theirs, refresh: theirRefresh } = await service.as('user')
    await service.knex('users').where({ id: banned.id }).update({ status: 'banned' })
    service.clock.advance(hour)
    await logout(style, token, refresh)
    expect(outcome(await logout(style, token, refresh))).toBe(revoked)
    expect(outcome(await logout(style, theirs, theirRefresh))).toBe(revoked)
  })

  it('must be ours: whole, and for this service', async () => {
    const { token, refresh } = await service.as('user')
    service.clock.advance(hour)
    const [head, body = '', signature] = token.split('.')
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
    const changed = Buffer.from(JSON.stringify({ ...claims, role: 'super_admin' })).toString('base64url')
    expect(outcome(await logout(style, [head, changed, signature].join('.'), refresh))).toBe(invalid)
    expect(outcome(await logout(style, token, refresh))).toBe('200')
  })

  it('counts against the rate limit', async () => {
    const { token, refresh } = await service.as('user')
    service.clock.advance(hour)
    service.clock.nextMinute()
    for (let count = 0; count < 5; count++)
      await service.call('POST', '/auth:logout', { token, json: { refresh_token: 'unknown' } })
    expect((await logout(style, token, refresh)).status).toBe(429)
  })
})

it('the RPC style still asks for the refresh token of that session', async () => {
  const { user, token, refresh } = await service.as('user')
  const other = await service.login(user.username)
  service.clock.advance(hour)
  expect(outcome(await logout('RPC', token, other.refresh_token))).toBe('401 INVALID_REFRESH_TOKEN')
  expect(outcome(await service.call('POST', '/auth:logout', { token, json: {} }))).toBe('400 MISSING_REQUIRED_FIELD')
  expect((await clients.RPC.refresh(refresh)).status).toBe(200)
})

const operations = Object.entries<any>(contract.paths).flatMap(([path, methods]) =>
  Object.entries<any>(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
)
const late = operations.filter(({ operation }) => operation['x-accepts-expired-token'])

it('two operations of the contract take it', () => {
  expect(late.map(({ operation }) => operation.operationId)).toEqual(['Rest.Auth.logout', 'Rpc.Auth.logout'])
})

it('nothing else works with it', async () => {
  const { user, token } = await service.as('super_admin')
  service.clock.advance(hour)
  const others = operations.filter(
    ({ operation }) => operation['x-roles'] && !late.some((each) => each.operation === operation),
  )
  expect(others.length).toBeGreaterThan(12)
  for (const { method, path } of others) {
    const reply = await service.call(method, path.replace('{id}', user.id), {
      token,
      ...(method !== 'GET' && { json: {} }),
    })
    expect(outcome(reply), path).toMatch(/^401 (INVALID_TOKEN|AUTH_003)$/)
  }
})
