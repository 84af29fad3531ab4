import { describe, expect, it } from 'vitest'
import { operationsOf } from '../../contract/document.ts'
import { ours } from '../support/contract-coverage.ts'
import type { Reply } from '../support/wire.ts'
import { openClient } from './client.ts'
import type { Sent } from './fault.ts'
import { noTally, shortfall, type Tally } from './tally.ts'

const url = 'http://127.0.0.1:1'

/** What the client sends for a request; undefined where it cannot make it. */
async function sentFor(request: Sent, tally: Tally = noTally()): Promise<Sent | undefined> {
  let sent: Sent | undefined
  const told = openClient(
    url,
    async (asked) => {
      sent = asked
      return { status: 200, headers: {}, body: { message: 'done' } } satisfies Reply
    },
    tally,
  ).ask(request)
  await told
  return sent
}

const headers = {}
const authorization = 'Bearer token'
const json = { 'content-type': 'application/json' }

describe('a request of the proof', () => {
  it.each<[string, Sent]>([
    ['an id in the query', { method: 'GET', path: '/users:get?id=01H', authorization, headers }],
    ['an id in the path', { method: 'DELETE', path: '/users/01H', authorization, headers }],
    ['a path that could be an id', { method: 'GET', path: '/users/stats', authorization, headers }],
    ['a query', { method: 'GET', path: '/users?limit=2&search=%25&sortBy=email', authorization, headers }],
    ['an id and a body', { method: 'POST', path: '/users:update?id=01H', authorization, headers: json, body: '{}' }],
    ['a body and nobody who asks', { method: 'POST', path: '/auth/login', headers: json, body: '{"x":false}' }],
  ])('is made by the method of its operation, with %s', async (_, request) => {
    expect(await sentFor(request)).toEqual(request)
  })

  it.each<[string, Sent]>([
    ['what is no JSON', { method: 'POST', path: '/auth:me', body: '{' }],
    ['no body', { method: 'POST', path: '/users' }],
    ['a body where there is none', { method: 'POST', path: '/auth/logout', body: '{}' }],
    ['no id', { method: 'GET', path: '/users:get' }],
    ['a query that is not known', { method: 'GET', path: '/users:list?page=2' }],
    ['a path that is not known', { method: 'GET', path: '/v1/users' }],
  ])('is left to others and counted with %s', async (_, request) => {
    const tally = noTally()
    expect(await sentFor(request, tally)).toBeUndefined()
    expect(tally.raw).toBe(1)
  })
})

describe('the figures of a run', () => {
  it('have every operation of the contract, called or not', async () => {
    const tally = noTally()
    await sentFor({ method: 'GET', path: '/auth:me' }, tally)
    expect(Object.keys(tally.calls)).toHaveLength(operationsOf(ours).length)
    expect(tally.calls).toMatchObject({ 'rpc.auth.me': 1, 'rest.auth.profile': 0 })
  })

  it.each<[string, Tally]>([
    ['0 of 0', noTally()],
    ['0 of 9', { calls: { 'rpc.users.list': 0 }, iterations: 1, raw: 9 }],
    ['89 of 100', { calls: { 'rpc.users.list': 80, 'rest.users.list': 9 }, iterations: 1, raw: 11 }],
    ['no list', { calls: { 'rpc.users.list': 100 }, iterations: 0, raw: 0 }],
  ])('say that the client is not proven: %s', (why, tally) => {
    expect(shortfall(tally)).toContain(why)
  })

  it('say nothing where most went through it, and lists were iterated', () => {
    expect(shortfall({ calls: { 'rpc.users.list': 90 }, iterations: 1, raw: 10 })).toBeUndefined()
  })
})
