import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles } from '../../src/domain/users/user.ts'
import { contract } from '../support/contract-check.ts'
import { type Service, startService } from '../support/service.ts'

/** An operation of the document, with the roles that it names; none where it asks for no token. */
interface Guarded {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly allowed: readonly string[] | undefined
  readonly open: boolean
  readonly takesBody: boolean
}

const operations: Guarded[] = Object.entries<Record<string, any>>(contract.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    allowed: operation['x-roles'],
    open: operation.security?.length === 0,
    takesBody: operation.requestBody !== undefined,
  })),
)
const guarded = operations.filter(({ open }) => !open)

let service: Service
const tokens: Record<string, string> = {}

beforeAll(async () => {
  service = await startService()
  for (const role of roles) await service.makeUser({ username: `the-${role}`, role })
})
afterAll(() => service.close())

/** Harmless for whoever may: an empty body, or the id of nobody. */
async function ask({ method, path, takesBody }: Guarded, token?: string) {
  const nobody = '01980e2c-6f00-7000-8000-0000000000ff'
  const target =
    path.replace(/\{\w+\}/g, nobody) + (/^\/users:(get|update|destroy|sessions)$/.test(path) ? `?id=${nobody}` : '')
  return service.call(method, target, { ...(token && { token }), ...(takesBody && { json: {} }) })
}

async function tokenOf(role: string): Promise<string> {
  // A logout may have ended the one before.
  if (!tokens[role] || (await service.call('GET', '/auth:me', { token: tokens[role] })).status !== 200)
    tokens[role] = (await service.login(`the-${role}`)).access_token
  return tokens[role]
}

const everybody = ['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest']

describe('the roles of the document', () => {
  it.each([
    [/^Rpc\.Users\./, ['super_admin', 'admin'], 5],
    [/^Rest\.Users\.(list|get|create|update|stats)$/, ['super_admin', 'admin', 'manager'], 5],
    [/^Rest\.Users\.delete$/, ['super_admin', 'admin'], 1],
    [/^(Rpc|Rest)\.Auth\.(logout|me|updateMe|profile|updateProfile|changePassword)$/, everybody, 7],
  ])('of %s are %j', (pattern, expected, count) => {
    const matching = operations.filter(({ id }) => pattern.test(id))
    expect(matching).toHaveLength(count)
    for (const { allowed, open } of matching) expect({ allowed, open }).toEqual({ allowed: expected, open: false })
  })

  it('leave four operations open to all: login and refresh', () => {
    const open = operations.filter((operation) => operation.open)
    expect(open.map(({ id }) => id).sort()).toEqual([
      'Rest.Auth.login',
      'Rest.Auth.refresh',
      'Rpc.Auth.login',
      'Rpc.Auth.refresh',
    ])
    expect(operations).toHaveLength(37)
  })
})

describe('without a token', () => {
  it.each(guarded)('$id is refused', async (operation) => {
    const { status, body, headers } = await ask(operation)
    expect(status).toBe(401)
    expect(body.error_code ?? body.details.code).toBe(operation.id.startsWith('Rpc') ? 'UNAUTHORIZED' : 'AUTH_003')
    expect(headers['www-authenticate']).toBe('Bearer')
  })
})

describe.each(roles)('the role %s', (role) => {
  it.each(guarded)('is judged by $id as the document says', async (operation) => {
    const { status, body } = await ask(operation, await tokenOf(role))
    if (operation.allowed?.includes(role)) {
      // The empty body is refused, the id names nobody.
      expect(status).toBe(
        operation.takesBody ? 400 : operation.path.match(/\{id\}|^\/users:(get|destroy|sessions)$/) ? 404 : 200,
      )
    } else {
      expect(status).toBe(403)
      expect(body.error_code ?? body.details.code).toBe(
        operation.id.startsWith('Rpc') ? 'AUTHZ_ROLE_REQUIRED' : 'AUTH_005',
      )
    }
  })
})
