import { afterAll, beforeAll, expect, it } from 'vitest'
import { outcome } from '../support/outcome.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
let admin: Awaited<ReturnType<Service['as']>>

beforeAll(async () => {
  service = await startService()
  admin = await service.as('admin')
})
afterAll(() => service.close())

const next = 'another long password'
const reset = (id: string, json: object, token = admin.token) =>
  service.call('POST', `/users/${id}/reset-password`, { token, json })

it('sets the password, ends the sessions and forgets failed logins', async () => {
  const { user, token } = await service.as('user')
  for (let n = 0; n < 5; n++)
    await service.call('POST', '/auth:login', { json: { username: user.username, password: 'wrong' } })
  const { status, body } = await reset(user.id, { newPassword: next })
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { success: true, data: { id: user.id, username: user.username }, message: '密码重置成功' },
  })
  expect((await service.call('GET', '/auth/profile', { token })).status).toBe(401)
  expect((await service.login(user.username, next)).access_token).toMatch(/^ey/)
})

it.each([
  [{}, '400 AUTH_001'],
  [{ newPassword: 'short' }, '400 AUTH_001'],
  [{ newPassword: 'password123' }, '400 AUTH_001'],
  [{ newPassword: next, mustChange: 'yes' }, '400 AUTH_001'],
  [{ newPassword: next, password: next }, '400 AUTH_001'],
])('refuses %j', async (json, refused) => {
  const { id, username } = await service.makeUser()
  expect(outcome(await reset(id, json))).toBe(refused)
  expect((await service.login(username, password)).access_token).toMatch(/^ey/)
})

it('refuses the username as a password, and names the field', async () => {
  const { id, username } = await service.makeUser({ username: 'a-rather-long-name' })
  const { status, body } = await reset(id, { newPassword: username.toUpperCase() })
  expect({ status, fields: body.details.errors.map(({ field }: { field: string }) => field) }).toEqual({
    status: 400,
    fields: ['newPassword'],
  })
})

it('is for administrators, of nobody above them, not of oneself, nor of nobody', async () => {
  const target = await service.makeUser()
  const above = await service.makeUser({ role: 'super_admin' })
  const json = { newPassword: next }
  for (const role of ['manager', 'moderator', 'user', 'guest'] as const)
    expect(outcome(await reset(target.id, json, (await service.as(role)).token))).toBe('403 AUTH_005')
  expect(outcome(await reset(above.id, json))).toBe('409 USER_008')
  expect(outcome(await reset(admin.user.id, json))).toBe('403 USER_004')
  expect(outcome(await reset('01980e2c-6f00-7000-8000-0000000000ff', json))).toBe('404 USER_001')
  expect(outcome(await reset('none', json))).toBe('404 USER_001')
})
