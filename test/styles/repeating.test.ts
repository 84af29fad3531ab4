import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { goodRequest, operations } from '../contract/good-requests.ts'
import { password, type Reply, type Service, startService } from '../support/service.ts'
import { stateOf } from '../support/state.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const writes = operations.filter(({ method }) => method !== 'GET')
const marked = writes.filter(({ idempotent }) => idempotent)
const unmarked = writes.filter(({ idempotent }) => !idempotent)

let made = 0
const fresh = () => `renamed-${++made}@example.com`
const next = 'another long password'

/** What a call can be asked for, where that is more than its good request shows. */
const bodies: Readonly<Record<string, (() => object)[]>> = {
  'Rpc.Users.update': [
    () => ({ email: fresh(), role: 'super_admin', can_write: false }),
    () => ({ action: 'reset_password', new_password: next }),
    () => ({ action: 'revoke_sessions' }),
    () => ({ action: 'unlock' }),
  ],
  'Rest.Users.update': [() => ({ email: fresh(), fullName: 'Somebody Else', role: 'super_admin', status: 'inactive' })],
  'Rest.Auth.updateProfile': [() => ({ email: fresh(), fullName: 'Somebody Else' })],
}

/** How a write without the mark answers when it is sent again, and why it has none. */
const reasons: Readonly<Record<string, [status: number, why: string]>> = {
  'Rpc.Users.create': [409, 'the username is taken, by the user who was made'],
  'Rest.Users.create': [409, 'the username is taken, by the user who was made'],
  'Rpc.Users.destroy': [404, 'the user is gone'],
  'Rest.Users.delete': [404, 'the user is gone'],
  'Rpc.Auth.login': [200, 'every login opens a session'],
  'Rest.Auth.login': [200, 'every login opens a session'],
  'Rpc.Auth.logout': [401, 'the session has ended'],
  'Rest.Auth.logout': [401, 'the session has ended'],
  'Rpc.Auth.updateMe': [401, 'a new password ends the session'],
  'Rest.Auth.changePassword': [401, 'a new password ends the session'],
  'Rpc.Sessions.revoke': [401, 'the session that asks has ended'],
  'Rest.Sessions.end': [401, 'the session may be the one that asks'],
  'Rest.Sessions.endAll': [401, 'the session that asks has ended'],
}

/** A request with a target who is logged in, and has failed to. */
async function prepared(operation: (typeof operations)[number], body?: object) {
  const { method, path, call } = await goodRequest(service, operation)
  const [target] = /(?<=^\/users.*)[0-9a-f-]{36}/.exec(path) ?? []
  const user = target && (await service.store.users.find(target))
  if (user) {
    await service.login(user.username)
    await service.call('POST', '/auth:login', { json: { username: user.username, password: 'wrong' } })
  }
  return {
    user,
    send: () => service.call(method, path, { ...call, ...(body && { json: body }) }),
  }
}

/** An answer without times; of an access token, what it says of its bearer. */
function timeless({ status, body }: Reply) {
  const text = JSON.stringify(body, (_, value) => {
    if (/^\d{4}-\d\d-\d\dT[\d:]+Z$/.test(value)) return 'a time'
    if (!/^eyJ/.test(value)) return value
    const { iat, nbf, exp, jti, ...claims } = JSON.parse(Buffer.from(value.split('.')[1], 'base64url').toString())
    return { ...claims, step: Number.parseInt(jti, 10) }
  })
  return { status, body: JSON.parse(text) }
}

describe.each(
  marked.flatMap((operation) => (bodies[operation.id] ?? [undefined]).map((body) => ({ ...operation, body }))),
)('$id, which is marked as idempotent, of $body', ({ body, ...operation }) => {
  it('does once what it does twice, and answers alike', async () => {
    const { send } = await prepared(operation, body?.())
    const before = await stateOf(service.knex)
    const first = await send()
    expect(first.status).toBe(200)
    const after = await stateOf(service.knex)
    expect(after).not.toEqual(before)
    service.clock.advance(2)
    const second = await send()
    expect(timeless(second)).toEqual(timeless(first))
    expect(await stateOf(service.knex)).toEqual(after)
  })

  it('may be sent again while the first is under way', async () => {
    const { send } = await prepared(operation, body?.())
    const [first, second] = await Promise.all([send(), send()])
    expect(first.status).toBe(200)
    expect(timeless(second)).toEqual(timeless(first))
    const after = await stateOf(service.knex)
    expect(timeless(await send())).toEqual(timeless(first))
    expect(await stateOf(service.knex)).toEqual(after)
  })
})

describe('a reset of a password', () => {
  it('is not refused when it is repeated, and the password is that of the request', async () => {
    const update = marked.find(({ id }) => id === 'Rpc.Users.update') as (typeof marked)[number]
    const { send, user } = await prepared(update, { action: 'reset_password', new_password: next })
    for (const _ of [1, 2]) expect((await send()).status).toBe(200)
    const username = user ? user.username : ''
    expect(await service.login(username, next)).toHaveProperty('access_token')
    await expect(service.login(username, password)).rejects.toThrow('401')
  })
})

describe('a write that is not marked', () => {
  it('has a reason', () => {
    expect(unmarked.map(({ id }) => id).sort()).toEqual(Object.keys(reasons).sort())
  })

  it.each(unmarked)('$id: is answered otherwise, or does it again', async (operation) => {
    const { send } = await prepared(operation)
    expect((await send()).status).toBeLessThan(300)
    const after = await stateOf(service.knex)
    const [status] = reasons[operation.id] ?? []
    expect((await send()).status).toBe(status)
    const repeated = expect(await stateOf(service.knex))
    if (status === 200) repeated.not.toEqual(after)
    else repeated.toEqual(after)
  })
})
