import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Role, roles, type User } from '../../src/domain/users/user.ts'
import { type Reply, type Service, startService } from '../support/service.ts'
import { type Ask, asks, fieldValues } from './permission-asks.ts'
import { nameOf, places } from './permission-list.ts'
import { type Row, reach, rows, targetsOf } from './permission-table.ts'

/*
 * Every role x operation x role of the target, or oneself, x field, over HTTP. What is expected
 * stands in a table by hand, and is also what the caller is told by `GET /auth:permissions`.
 */

interface Person {
  user: User
  token: string
  refresh: string
  /** Those that this caller does things to, so that all callers do so at once. */
  readonly targets: Record<Role, User>
  /** What they are told: by operation and action. */
  readonly told: ReadonlyMap<string, any>
}

let service: Service
const people = {} as Record<Role, Person>
/** Whose password is the one that all are made with. */
let untouched: User
let cells = 0

beforeAll(async () => {
  service = await startService({ rateLimitPerMinute: 0 })
  untouched = await service.makeUser()
  for (const role of roles) {
    const { user, token, refresh } = await service.as(role)
    const told = [
      ...(await service.call('GET', '/auth:permissions', { token })).body.permissions,
      ...(await service.call('GET', '/auth/permissions', { token })).body.data,
    ]
    const made = await Promise.all(roles.map(async (each) => [each, await service.makeUser({ role: each })] as const))
    const targets = Object.fromEntries(made) as Person['targets']
    people[role] = { user, token, refresh, targets, told: new Map(told.map((each) => [nameOf(each), each])) }
  }
})
afterAll(() => service.close())

const call = ({ token }: Person, [method, path, json]: Ask): Promise<Reply> =>
  service.call(method, path, { token, ...(json && { json }) })
const reasonOf = ({ body }: Reply): string | undefined => body?.reason ?? body?.details?.reason
const outcomeOf = (reply: Reply) => (reply.status < 300 ? 'done' : reasonOf(reply))

/** Why it is refused to do it to somebody of that role, or oneself; `done` where it is not. */
function expected(row: Row, caller: Role, target: Role | 'self' | undefined, field?: string, granted?: Role): string {
  if (!row.callers.includes(caller)) return 'role_required'
  if (target === 'self') {
    const may = row.self && (field === undefined || row.selfFields?.includes(field))
    return may ? 'done' : (row.refusal as string)
  }
  if (target !== undefined && !targetsOf(row, caller).includes(target))
    return target === 'super_admin' ? 'super_admin_protected' : 'target_above_actor'
  return granted !== undefined && !reach[caller].includes(granted) ? 'role_above_actor' : 'done'
}

/** The same by what the caller is told: whether it may be done at all. */
function isTold(told: any, target: Role | 'self' | undefined, field?: string, granted?: Role): boolean {
  if (!told) return false
  if (target === 'self')
    return told.self && (field === undefined || (told.selfFields ?? told.self_fields).includes(field))
  if (target !== undefined && !told.targets.includes(target)) return false
  return (
    (field === undefined || told.fields.includes(field)) && (granted === undefined || told.grants.includes(granted))
  )
}

/** Puts a target or the caller back as they were. */
async function restore(person: Person, target: Role | 'self'): Promise<void> {
  const user = target === 'self' ? person.user : person.targets[target]
  const row = { role: user.role, status: 'active', can_write: true, must_change_password: false }
  const kept = await service.knex('users').where({ id: user.id }).whereNot('status', 'deleted').update(row)
  if (kept === 0) person.targets[target as Role] = await service.makeUser({ role: user.role })
}

/** What is asked for in a cell: every field on its own, and every role that could be given. */
function variants(row: Row, name: string): { field?: string; granted?: Role }[] {
  const isWhole = asks[name]?.whole
  const fields = row.fields ?? []
  if (isWhole && fields.includes('role')) return roles.map((granted) => ({ granted }))
  if (isWhole || fields.length === 0) return [{}]
  return fields.flatMap((field) => (field === 'role' ? roles.map((granted) => ({ field, granted })) : [{ field }]))
}

/** Cells that are not as expected, as sentences. */
async function wrongCells(name: string, row: Row, caller: Role): Promise<string[]> {
  const person = people[caller]
  const { ask, shows } = asks[name] as (typeof asks)[string]
  const wrong: string[] = []
  const judge = async (target: Role | 'self' | undefined, variant: ReturnType<typeof variants>[number]) => {
    const user = target === 'self' ? person.user : target && person.targets[target]
    const { field, granted } = variant
    const value = granted ?? (field && fieldValues(field))
    const asked = ask({
      id: user?.id ?? '',
      role: user?.role ?? 'user',
      field,
      value,
      session: randomUUID(),
      refresh: person.refresh,
    })
    const reply = await call(person, asked)
    cells++
    const [is, should] = [outcomeOf(reply), expected(row, caller, target, field, granted)]
    const cell = [caller, name, target, field, granted].filter((each) => each !== undefined).join(' > ')
    if (is !== should) wrong.push(`${cell}: ${is}, not ${should}`)
    if (isTold(person.told.get(name), target, field, granted) !== (should === 'done'))
      wrong.push(`${cell}: told otherwise`)
    if (is === 'done' && shows && user && !shows(reply.body, user.id)) wrong.push(`${cell}: not shown`)
    if (is === 'done' && target !== undefined && reply.status < 300 && asked[0] !== 'GET') await restore(person, target)
    return is
  }
  const targets = row.targets === 'nobody' ? [] : roles
  for (const variant of variants(row, name)) {
    for (const target of targets) await judge(target, variant)
    if (row.targets === 'nobody' && !row.self) await judge(undefined, variant)
    // One's own role is not given to oneself by giving what one has.
    const raised = variant.granted === caller ? roles.find((role) => role !== caller) : variant.granted
    const self = raised ? { ...variant, granted: raised } : variant
    if (row.targets !== 'nobody' || row.self) await judge('self', self)
  }
  return wrong
}

describe.each(Object.entries(rows))('%s', (name, row) => {
  it('does what the table says, for every role, to every role and oneself', async () => {
    expect(await Promise.all(roles.map((caller) => wrongCells(name, row, caller)))).toEqual(roles.map(() => []))
    // What one does to oneself can end the session.
    if (row.targets === 'nobody' && row.self) await Promise.all(roles.map(logInAgain))
  })
})

const changes = Object.entries(rows).filter(([name, { targets, fields }]) => {
  return targets === 'within reach' && fields && !asks[name]?.whole
})

describe.each(changes)('%s', (name, { fields = [] }) => {
  it('takes no field that the table does not give it', async () => {
    const { style } = places.find((place) => nameOf(place) === name) as (typeof places)[number]
    const all = new Set(places.filter((place) => place.style === style).flatMap((place) => [...place.fields.keys()]))
    const others = [...all].filter((field) => !fields.includes(field) && field !== 'action')
    expect(others.length).toBeGreaterThan(2)
    const { ask } = asks[name] as (typeof asks)[string]
    const { id, role } = people.super_admin.targets.user
    for (const field of others) {
      const cell = { id, role, field, value: fieldValues(field), session: '', refresh: '' }
      expect([field, (await call(people.super_admin, ask(cell))).status]).toEqual([field, 400])
    }
  })
})

it('asks for every operation of the contract that has a permission', () => {
  expect(Object.keys(asks).toSorted()).toEqual(places.map(nameOf).toSorted())
  expect(Object.keys(rows).toSorted()).toEqual(places.map(nameOf).toSorted())
  expect(cells).toBeGreaterThan(1400)
})

async function logInAgain(role: Role): Promise<void> {
  const person = people[role]
  const { passwordHash } = (await service.store.users.findCredentialsById(untouched.id)) ?? {}
  await service.knex('users').where({ id: person.user.id }).update({ password_hash: passwordHash })
  const { access_token: token, refresh_token: refresh } = await service.login(person.user.username)
  Object.assign(person, { token, refresh })
}
