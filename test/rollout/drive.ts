import { expect } from 'vitest'
import type { Call, Reply } from '../support/service.ts'

/** A request to one of the processes, held against the contract of its version. */
export type Ask = (method: string, path: string, call?: Call) => Promise<Reply>

const password = 'correct horse battery'

/**
 * Drives two processes on one database, in both styles: what one has written the other reads, and
 * changes.
 *
 * @param token of an administrator
 * @param name begins the names of the users that are made
 */
export async function drive(one: Ask, other: Ask, token: string, name: string): Promise<void> {
  const ok = async (asked: Promise<Reply>, status = 200) => {
    const reply = await asked
    expect({ status: reply.status, body: reply.body }).toMatchObject({ status })
    return reply.body
  }
  const names = (part: string) => ({ username: `${name}-${part}`, email: `${name}-${part}@example.com` })

  // Made in one style, read in the other one.
  const made = await ok(one('POST', '/users:create', { token, json: { ...names('a'), password, role: 'user' } }), 201)
  const id = made.user.id as string
  expect((await ok(other('GET', `/users/${id}`, { token }))).data).toMatchObject(names('a'))
  expect((await ok(other('GET', `/users:get?id=${id}`, { token }))).user).toEqual(made.user)
  const json = { ...names('b'), password, fullName: '月亮' }
  const second = (await ok(one('POST', '/users', { token, json }), 201)).data
  expect((await ok(other('GET', `/users/${second.id}`, { token }))).data).toMatchObject({
    ...names('b'),
    fullName: '月亮',
  })

  // Found by both, and counted alike.
  for (const ask of [one, other]) {
    const rpc = await ok(ask('GET', `/users:list?search=${name}`, { token }))
    expect(rpc.users.map(({ username }: { username: string }) => username).toSorted()).toEqual([
      `${name}-a`,
      `${name}-b`,
    ])
    const rest = await ok(ask('GET', `/users?search=${name}&sortBy=username&sortOrder=ASC`, { token }))
    expect(rest.data.map(({ username }: { username: string }) => username)).toEqual([`${name}-a`, `${name}-b`])
    expect(
      (await ok(ask('GET', `/users?search=${encodeURIComponent('月亮')}`, { token }))).data.length,
    ).toBeGreaterThan(0)
  }
  const stats = await ok(one('GET', '/users/stats', { token }))
  expect((await ok(other('GET', '/users/stats', { token }))).data).toEqual(stats.data)

  // Changed by both.
  await ok(other('POST', `/users:update?id=${id}`, { token, json: { email: `${name}-c@example.com` } }))
  expect((await ok(one('GET', `/users:get?id=${id}`, { token }))).user.email).toBe(`${name}-c@example.com`)
  await ok(one('PATCH', `/users/${id}`, { token, json: { fullName: 'Größe' } }))
  expect((await ok(other('GET', `/users/${id}`, { token }))).data.fullName).toBe('Größe')
  const byNewName = await ok(other('GET', `/users?search=${name}-c`, { token }))
  expect(byNewName.data.map((user: { fullName: string }) => user.fullName)).toEqual(['Größe'])

  // A session goes from one to the other, and ends at both.
  const login = await ok(one('POST', '/auth:login', { json: { username: `${name}-a`, password } }))
  const byRpc = await ok(other('POST', '/auth:refresh', { json: { refresh_token: login.refresh_token } }))
  const byRest = await ok(one('POST', '/auth/refresh', { json: { refreshToken: byRpc.refresh_token } }))
  const own = byRest.data.accessToken as string
  for (const ask of [one, other]) {
    expect((await ok(ask('GET', '/auth:me', { token: own }))).user.id).toBe(id)
    expect((await ok(ask('GET', `/users/${id}/sessions`, { token }))).data).toHaveLength(1)
  }
  await ok(other('POST', '/auth/logout', { token: own }))
  for (const ask of [one, other]) expect((await ask('GET', '/auth:me', { token: own })).status).toBe(401)
  const failed = await one('POST', '/auth/login', {
    json: { usernameOrEmail: `${name}-a`, password: 'wrong password' },
  })
  expect(failed.status).toBe(401)
  await ok(other('POST', '/auth/login', { json: { usernameOrEmail: `${name}-a`, password } }))

  // All of it stands in the audit trail, for both.
  await ok(other('POST', `/users:destroy?id=${id}`, { token }))
  expect((await one('GET', `/users/${id}`, { token })).status).toBe(404)
  for (const ask of [one, other]) await expect.poll(() => actionsOf(ask, id, token)).toEqual(actions)
}

/** Of the first user, in the order of the trail. */
const actions = [
  'user_created',
  'user_changed',
  'user_changed',
  'session_started',
  'session_refreshed',
  'session_refreshed',
  'session_ended',
  'session_started',
  'user_deleted',
]

/** As they stand in the trail once they are sealed; failed logins name no target. */
async function actionsOf(ask: Ask, target: string, token: string): Promise<string[]> {
  const { body } = await ask('GET', `/audit:list?target=${target}&limit=100`, { token })
  const events: { action: string }[] = body.events
  return events.map(({ action }) => action).filter((action) => actions.includes(action))
}
