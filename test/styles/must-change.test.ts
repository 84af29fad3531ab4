import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { goodRequest, operations } from '../contract/good-requests.ts'
import { outcome } from '../support/outcome.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
let admin: { token: string }

beforeAll(async () => {
  service = await startService({ rateLimitPerMinute: 0 })
  admin = await service.as('super_admin')
})
afterAll(() => service.close())

const given = 'a password for now'
const next = 'a password of my own'
let made = 0
const draft = () => ({ username: `marked-${++made}`, email: `marked-${made}@example.com`, password: given })

/** How each style sets a password, logs in and changes one's own. */
const styles = {
  RPC: {
    refused: '403 PASSWORD_CHANGE_REQUIRED',
    weak: '400 WEAK_PASSWORD',
    create: (must_change?: boolean) => ['/users:create', { ...draft(), role: 'user', must_change }] as const,
    reset: (id: string, must_change?: boolean) =>
      [`/users:update?id=${id}`, { action: 'reset_password', new_password: given, must_change }] as const,
    login: (username: string, secret: string) => ['/auth:login', { username, password: secret }] as const,
    change: (secret: string) => ['/auth:me', { old_password: given, password: secret }] as const,
    marked: (body: any) => body.must_change,
    token: (body: any) => body.access_token,
    user: (body: any) => body.user,
  },
  REST: {
    refused: '403 AUTH_012',
    weak: '400 AUTH_001',
    create: (mustChange?: boolean) => ['/users', { ...draft(), mustChange }] as const,
    reset: (id: string, mustChange?: boolean) =>
      [`/users/${id}/reset-password`, { newPassword: given, mustChange }] as const,
    login: (usernameOrEmail: string, secret: string) => ['/auth/login', { usernameOrEmail, password: secret }] as const,
    change: (secret: string) =>
      ['/auth/change-password', { currentPassword: given, newPassword: secret, confirmPassword: secret }] as const,
    marked: (body: any) => body.data.mustChange,
    token: (body: any) => body.data.accessToken,
    user: (body: any) => body.data.user ?? body.data,
  },
}

const post = ([path, json]: readonly [string, object], token?: string) =>
  service.call('POST', path, { json: JSON.parse(JSON.stringify(json)), ...(token && { token }) })

describe.each(['RPC', 'REST'] as const)('a password that somebody else has set, in the %s style', (name) => {
  const style = styles[name]

  it.each([undefined, false])('has not to be changed unless that is asked for: %s', async (mark) => {
    for (const made of [style.create(mark), style.reset((await service.makeUser()).id, mark)]) {
      const { username } = style.user((await post(made, admin.token)).body)
      const { body } = await post(style.login(username, given))
      expect(style.marked(body)).toBeUndefined()
      expect((await service.call('GET', '/auth:me', { token: style.token(body) })).status).toBe(200)
    }
  })

  it('is changed at the first login, and nothing else is open until then', async () => {
    for (const made of [style.create(true), style.reset((await service.makeUser()).id, true)]) {
      const { username } = style.user((await post(made, admin.token)).body)
      const { body } = await post(style.login(username, given))
      expect(style.marked(body)).toBe(true)
      const token = style.token(body)
      for (const path of ['/auth:me', '/auth/profile', '/auth:sessions', '/users'])
        expect((await service.call('GET', path, { token })).status).toBe(403)
      expect(outcome(await post(style.change('password123'), token))).toBe(style.weak)
      expect((await post(style.change(next), token)).status).toBe(200)
      const after = await post(style.login(username, next))
      expect(style.marked(after.body)).toBeUndefined()
      expect((await service.call('GET', '/auth:me', { token: style.token(after.body) })).status).toBe(200)
    }
  })

  it('that is reset without the mark has not to be changed any more', async () => {
    const { id, username } = await service.makeUser()
    await post(style.reset(id, true), admin.token)
    await post(style.reset(id), admin.token)
    expect(style.marked((await post(style.login(username, given))).body)).toBeUndefined()
  })

  it('leaves refreshing and logging out open', async () => {
    const { id, username } = await service.makeUser()
    await post(style.reset(id, true), admin.token)
    const tokens = await service.login(username, given)
    const { body, status } = await post(['/auth:refresh', { refresh_token: tokens.refresh_token }])
    expect([status, body.must_change]).toEqual([200, true])
    const logout = name === 'RPC' ? '/auth:logout' : '/auth/logout'
    const json = name === 'RPC' ? { refresh_token: body.refresh_token } : {}
    expect((await post([logout, json], body.access_token)).status).toBe(200)
  })

  it('does not open the own email, nor anything by a change that is none of the password', async () => {
    const { id, username } = await service.makeUser()
    await post(style.reset(id, true), admin.token)
    const { access_token: token } = await service.login(username, given)
    const email = `${username}-2@example.com`
    const reply =
      name === 'RPC'
        ? await post(['/auth:me', { email, old_password: given }], token)
        : await service.call('PATCH', '/auth/profile', { token, json: { email } })
    expect(outcome(reply)).toBe(style.refused)
    expect((await service.store.users.find(id))?.email).not.toBe(email)
  })
})

const open = ['Rest.Auth.changePassword', 'Rest.Auth.logout', 'Rpc.Auth.logout', 'Rpc.Auth.updateMe']

describe('of the operations that ask for a token', () => {
  it.each(operations.filter(({ allowed, id }) => allowed && !open.includes(id)))(
    '$id is closed until the password is changed, whatever the role',
    async (operation) => {
      const { method, path, call, caller } = await goodRequest(service, operation)
      await service.knex('users').where('id', caller.user.id).update({ must_change_password: true })
      const reply = await service.call(method, path, call)
      expect(outcome(reply)).toBe(styles[operation.style].refused)
    },
  )
})

it('a manager resets no password', async () => {
  const { token } = await service.as('manager')
  const { id } = await service.makeUser()
  expect(outcome(await post([`/users/${id}/reset-password`, { newPassword: given }], token))).toBe('403 AUTH_005')
  expect(await service.login((await service.store.users.find(id))?.username ?? '', password)).toBeTruthy()
})
