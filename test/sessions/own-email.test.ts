import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome } from '../support/outcome.ts'
import { password, type Service, startService } from '../support/service.ts'

const services = {} as Record<'on' | 'off', Service>

beforeAll(async () => {
  services.on = await startService({ emailChangeNeedsPassword: true, loginAttempts: 3 })
  services.off = await startService()
})
afterAll(() => Promise.all(Object.values(services).map((service) => service.close())))

let made = 0
const styles = {
  RPC: {
    change: (service: Service, token: string, email: string, old_password?: string) =>
      service.call('POST', '/auth:me', { token, json: { email, ...(old_password && { old_password }) } }),
    required: '403 OLD_PASSWORD_REQUIRED',
    wrong: '401 INVALID_OLD_PASSWORD',
    locked: '429 LOGIN_RATE_LIMIT',
  },
  REST: {
    change: (service: Service, token: string, email: string, currentPassword?: string) =>
      service.call('PATCH', '/auth/profile', { token, json: { email, ...(currentPassword && { currentPassword }) } }),
    required: '403 AUTH_013',
    wrong: '422 AUTH_009',
    locked: '429 AUTH_008',
  },
}

describe.each(['RPC', 'REST'] as const)('the own email, in the %s style', (name) => {
  const { change, required, wrong, locked } = styles[name]
  const fresh = () => `moved-${++made}@example.com`

  it('asks for the current password where the service is configured so', async () => {
    const { user, token } = await services.on.as('manager')
    expect(outcome(await change(services.on, token, fresh()))).toBe(required)
    expect(outcome(await change(services.on, token, fresh(), 'a wrong guess'))).toBe(wrong)
    expect((await services.on.store.users.find(user.id))?.email).toBe(user.email)
    const email = fresh()
    expect((await change(services.on, token, email, password)).status).toBe(200)
    expect((await services.on.store.users.find(user.id))?.email).toBe(email)
    // What stays is no change.
    expect((await change(services.on, token, email)).status).toBe(200)
  })

  it('does not elsewhere, but a password that is sent is looked at', async () => {
    const { token } = await services.off.as('user')
    expect((await change(services.off, token, fresh())).status).toBe(200)
    expect(outcome(await change(services.off, token, fresh(), 'a wrong guess'))).toBe(wrong)
  })

  it('takes guesses at the password for failed logins', async () => {
    const { user, token } = await services.on.as('user')
    const replies = []
    for (let n = 0; n < 4; n++) replies.push(outcome(await change(services.on, token, fresh(), 'a wrong guess')))
    expect(replies).toEqual([wrong, wrong, wrong, locked])
    const login = await services.on.call('POST', '/auth:login', { json: { username: user.username, password } })
    expect(login.status).toBe(429)
  })
})

it('is not changed by the call for users either, but the own name is', async () => {
  const { user, token } = await services.on.as('manager')
  const patch = (json: object) => services.on.call('PATCH', `/users/${user.id}`, { token, json })
  expect(outcome(await patch({ email: 'around@example.com' }))).toBe('403 AUTH_013')
  expect((await patch({ fullName: 'Somebody Else' })).status).toBe(200)
  expect((await patch({ email: user.email })).status).toBe(200)
  const admin = await services.on.as('admin')
  const email = `set-${user.username}@example.com`
  expect((await services.on.call('PATCH', `/users/${user.id}`, { token: admin.token, json: { email } })).status).toBe(
    200,
  )
})

it.each([
  ['POST', '/auth:me', { old_password: password }, 'password is required'],
  ['PATCH', '/auth/profile', { currentPassword: password }, undefined],
] as const)('%s %s wants something to change', async (method, path, json, error) => {
  const { token } = await services.off.as('user')
  const { status, body } = await services.off.call(method, path, { token, json })
  expect(status).toBe(400)
  if (error) expect(body.error).toBe(error)
})
