import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Role, roles, type User } from '../../src/domain/users/user.ts'
import { password, type Reply, type Service, startService } from '../support/service.ts'

let service: Service
const callers: Record<string, { user: User; token: string }> = {}

beforeAll(async () => {
  service = await startService()
  for (const role of ['super_admin', 'admin', 'manager'] as const) callers[role] = await service.as(role)
})
afterAll(() => service.close())

/** Each role that manages users, and those that it may touch and grant. */
const reach: Record<string, readonly Role[]> = {
  super_admin: ['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest'],
  admin: ['admin', 'manager', 'moderator', 'user', 'guest'],
  manager: ['manager', 'moderator', 'user', 'guest'],
}
const pairs = Object.entries(reach).flatMap(([caller, within]) =>
  roles.map((other) => ({ caller, other, may: within.includes(other) })),
)
const codeOf = ({ status, body }: Reply) => [status, body.error_code ?? body.details?.code]
const refused = {
  rpc: [403, 'INSUFFICIENT_PERMISSIONS'],
  role: [403, 'USER_004'],
  superAdmin: [409, 'USER_008'],
}

function callAs(caller: string, method: string, path: string, json?: object): Promise<Reply> {
  return service.call(method, path, { token: callers[caller]?.token as string, ...(json && { json }) })
}

let made = 0
const draft = (role: Role) => {
  const username = `ranked-${++made}`
  return { username, email: `${username}@example.com`, password, role }
}

describe.each(pairs)('$caller before $other', ({ caller, other, may }) => {
  const can = may ? 'may' : 'may not'
  /** What is expected of a call, where only administrators may call at all. */
  const administered = (expected: unknown[], style: 'rpc' | 'rest') =>
    caller === 'manager' ? [403, style === 'rpc' ? 'AUTHZ_ROLE_REQUIRED' : 'AUTH_005'] : expected

  it(`${can} change them`, async () => {
    const target = await service.makeUser({ role: other })
    const session = await service.login(target.username)
    const rest = may ? [200, undefined] : other === 'super_admin' ? refused.superAdmin : refused.role
    const rpc = administered(may ? [200, undefined] : refused.rpc, 'rpc')
    for (const json of [{ fullName: 'Touched' }, { email: `touched.${target.email}` }, { status: 'active' }])
      expect(codeOf(await callAs(caller, 'PATCH', `/users/${target.id}`, json)), JSON.stringify(json)).toEqual(rest)
    for (const json of [
      { can_write: false },
      { action: 'revoke_sessions' },
      { action: 'unlock' },
      { action: 'reset_password', new_password: 'a good new one' },
    ])
      expect(codeOf(await callAs(caller, 'POST', `/users:update?id=${target.id}`, json)), JSON.stringify(json)).toEqual(
        rpc,
      )
    const after = await service.store.users.find(target.id)
    expect([after?.fullName, after?.email]).toEqual(may ? ['Touched', `touched.${target.email}`] : ['', target.email])
    const touchedByRpc = may && caller !== 'manager'
    expect(after?.canWrite).toBe(!touchedByRpc)
    expect((await service.call('GET', '/auth:me', { token: session.access_token })).status).toBe(
      touchedByRpc ? 401 : 200,
    )
    await expect(service.login(target.username, touchedByRpc ? 'a good new one' : password)).resolves.toBeDefined()
  })

  it(`${caller === 'manager' ? 'may not' : can} delete them`, async () => {
    const [one, two] = [await service.makeUser({ role: other }), await service.makeUser({ role: other })]
    const rest = codeOf(await callAs(caller, 'DELETE', `/users/${one.id}`))
    const rpc = codeOf(await callAs(caller, 'POST', `/users:destroy?id=${two.id}`))
    // Of administrators, only super administrators are above an administrator.
    expect(rest).toEqual(administered(may ? [200, undefined] : refused.superAdmin, 'rest'))
    expect(rpc).toEqual(administered(may ? [200, undefined] : refused.rpc, 'rpc'))
    for (const { id } of [one, two])
      expect((await service.store.users.find(id)) === undefined).toBe(may && caller !== 'manager')
  })

  it(`${can} make one`, async () => {
    const json = draft(other)
    expect(codeOf(await callAs(caller, 'POST', '/users', json))).toEqual(may ? [201, undefined] : refused.role)
    expect((await service.store.users.findCredentials(json.username))?.user.role).toBe(may ? other : undefined)
    expect(codeOf(await callAs(caller, 'POST', '/users:create', draft(other)))).toEqual(
      administered(may ? [201, undefined] : refused.rpc, 'rpc'),
    )
  })

  it(`${can} make one of a user`, async () => {
    const promote = async (method: string, path: string) => {
      const { id } = await service.makeUser({ role: other === 'user' ? 'guest' : 'user' })
      const reply = await callAs(caller, method, path + id, { role: other })
      expect((await service.store.users.find(id))?.role === other).toBe(reply.status === 200)
      return codeOf(reply)
    }
    expect(await promote('PATCH', '/users/')).toEqual(may ? [200, undefined] : refused.role)
    expect(await promote('POST', '/users:update?id=')).toEqual(
      administered(may ? [200, undefined] : refused.rpc, 'rpc'),
    )
  })
})

describe('the order of the rules', () => {
  const nobody = '01980e2c-6f00-7000-8000-0000000000ff'
  const self = (role: string) => callers[role]?.user.id as string

  it.each<[string, string, string, () => string, object | undefined, unknown[]]>([
    [
      'a user who is not there before rank',
      'admin',
      'POST',
      () => `/users:update?id=${nobody}`,
      { role: 'super_admin' },
      [404, 'USER_NOT_FOUND'],
    ],
    [
      'a user who is not there before rank',
      'manager',
      'PATCH',
      () => `/users/${nobody}`,
      { role: 'super_admin' },
      [404, 'USER_001'],
    ],
    [
      'oneself before rank',
      'admin',
      'POST',
      () => `/users:update?id=${self('admin')}`,
      { role: 'super_admin' },
      [403, 'CANNOT_MODIFY_SELF'],
    ],
    [
      'oneself before super_admin',
      'super_admin',
      'DELETE',
      () => `/users/${self('super_admin')}`,
      undefined,
      [409, 'USER_007'],
    ],
    [
      'oneself before super_admin',
      'super_admin',
      'POST',
      () => `/users:destroy?id=${self('super_admin')}`,
      undefined,
      [403, 'CANNOT_MODIFY_SELF'],
    ],
    [
      'super_admin before the rank of what is granted',
      'manager',
      'PATCH',
      () => `/users/${self('super_admin')}`,
      { role: 'admin' },
      [409, 'USER_008'],
    ],
    [
      'the role of the caller before all of them',
      'manager',
      'DELETE',
      () => `/users/${self('manager')}`,
      undefined,
      [403, 'AUTH_005'],
    ],
    [
      'the contract before all of them',
      'admin',
      'PATCH',
      () => `/users/${nobody}`,
      { role: 'emperor' },
      [400, 'AUTH_001'],
    ],
  ])('is %s (%s, %s)', async (_, caller, method, path, json, expected) => {
    expect(codeOf(await callAs(caller, method, path(), json))).toEqual(expected)
  })

  it('is oneself before duplicates', async () => {
    const { email } = await service.makeUser()
    const reply = await callAs('admin', 'POST', `/users:update?id=${self('admin')}`, { email })
    expect(codeOf(reply)).toEqual([403, 'CANNOT_MODIFY_SELF'])
    const both = await callAs('admin', 'PATCH', `/users/${self('admin')}`, { email, role: 'user' })
    expect(codeOf(both)).toEqual([403, 'USER_004'])
  })

  it('is rank before duplicates', async () => {
    const { username, email } = await service.makeUser()
    const json = { ...draft('super_admin'), username, email }
    expect(codeOf(await callAs('admin', 'POST', '/users:create', json))).toEqual(refused.rpc)
    expect(codeOf(await callAs('admin', 'POST', '/users', json))).toEqual(refused.role)
    expect(codeOf(await callAs('admin', 'PATCH', `/users/${self('super_admin')}`, { email }))).toEqual(
      refused.superAdmin,
    )
    expect(codeOf(await callAs('manager', 'PATCH', `/users/${self('admin')}`, { email }))).toEqual(refused.role)
  })
})
