import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissionNames } from '../../src/domain/users/permission-table.ts'
import { roles } from '../../src/domain/users/user.ts'
import { contract } from '../support/contract-check.ts'
import { type Service, startService } from '../support/service.ts'
import { expectedPermissions, nameOf, places } from './permission-list.ts'
import { rows } from './permission-table.ts'

let service: Service
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

/** What a body asks for beside what it gives a user. */
const noFields = [
  ...['action', 'session_id', 'refresh_token', 'old_password'],
  ...['currentPassword', 'confirmPassword'],
]

describe('the contract gives a permission', () => {
  const guarded = Object.values<any>(contract.paths).flatMap((item) =>
    Object.values<any>(item).filter((operation) => operation['x-roles']),
  )

  it('to every operation that asks for a token', () => {
    const placed = new Set(places.map(({ operation }) => operation))
    expect(guarded.map(({ operationId }) => operationId).filter((id) => !placed.has(id))).toEqual([])
    expect(guarded.length).toBeGreaterThan(29)
  })

  it('to every action of a body', () => {
    const actions = guarded.flatMap(({ operationId: operation, requestBody }) => {
      const schemas = contract.components.schemas as Record<string, any>
      const follow = ({ $ref, ...own }: any): any => ($ref ? schemas[$ref.split('/').at(-1)] : own)
      const body = follow(Object.values<any>(requestBody?.content ?? {})[0]?.schema ?? {})
      return (body.oneOf ?? []).flatMap((shape: any) => {
        const action = follow(shape).properties?.action
        return action ? [nameOf({ operation, action: action.enum?.[0] ?? action.const })] : []
      })
    })
    expect(actions.length).toBeGreaterThan(2)
    expect(places.map(nameOf)).toEqual(expect.arrayContaining(actions))
  })

  it('that the table has, and the table has no other', () => {
    expect([...new Set(places.map(({ permission }) => permission))].toSorted()).toEqual(permissionNames.toSorted())
  })

  it('with a field for every property that gives something', () => {
    const known = new Set(Object.values(rows).flatMap(({ fields = [], selfFields = [] }) => [...fields, ...selfFields]))
    const names = new Set(places.flatMap(({ fields }) => [...fields.keys()]))
    expect([...names].filter((name) => !known.has(name)).toSorted()).toEqual(noFields.toSorted())
  })
})

describe.each(roles)('a %s', (role) => {
  it.each([
    ['rpc', '/auth:permissions', 'Rpc.'],
    ['rest', '/auth/permissions', 'Rest.'],
  ] as const)('is told in %s what they may do, in the order of the contract', async (style, path, prefix) => {
    const { token } = await service.as(role)
    const { status, body } = await service.call('GET', path, { token })
    const expected = expectedPermissions(style, role)
    expect(status).toBe(200)
    expect(style === 'rpc' ? body.permissions : body.data).toEqual(expected)
    // As many as the table has for them: a place that is missing is not missed otherwise.
    const named = Object.entries(rows).filter(
      ([name, { callers }]) => name.startsWith(prefix) && callers.includes(role),
    )
    expect(expected).toHaveLength(named.length)
  })
})

describe('where the own email needs the current password', () => {
  it('it is no field that an operation on users gives oneself', async () => {
    const strict = await startService({ emailChangeNeedsPassword: true })
    try {
      const { token, user } = await strict.as('manager')
      const { body } = await strict.call('GET', '/auth/permissions', { token })
      const own = Object.fromEntries(body.data.map((each: any) => [each.operation, each.selfFields]))
      expect([own['Rest.Users.update'], own['Rest.Auth.updateProfile']]).toEqual([['fullName'], ['fullName', 'email']])
      const json = { email: 'another@example.com' }
      expect((await strict.call('PATCH', `/users/${user.id}`, { token, json })).status).toBe(403)
    } finally {
      await strict.close()
    }
  })
})

it('is told by the row in the database, not by the token', async () => {
  const { token, user } = await service.as('admin')
  await service.knex('users').where({ id: user.id }).update({ role: 'guest' })
  const { body } = await service.call('GET', '/auth/permissions', { token })
  expect(body.data.every(({ targets }: any) => targets.length === 0)).toBe(true)
})
