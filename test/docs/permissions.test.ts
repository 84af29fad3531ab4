import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contract } from '../support/contract-check.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
let page: string

beforeAll(async () => {
  service = await startService()
  page = await (await fetch(`${service.url}/docs/permissions`)).text()
})
afterAll(() => service.close())

type Style = 'rpc' | 'rest'
type Person = Awaited<ReturnType<Service['as']>>

/** The codes that stand below a rule. */
function codesOf(title: string, style: Style): string[] {
  const rules = page.split('<h3>').slice(1)
  const rule = rules.find((each) => each.startsWith(`${title}</h3>`)) ?? ''
  return [
    ...rule.matchAll(new RegExp(`<a class="${style === 'rpc' ? 'style-1' : 'style-2'}" href="[^"#]*#(\\w+)"`, 'g')),
  ].map(([, code]) => code as string)
}

const ways = {
  rpc: {
    create: ({ token }: Person, role: string) =>
      service.call('POST', '/users:create', {
        token,
        json: { username: 'never', email: 'never@example.com', password, role },
      }),
    change: ({ token }: Person, { user }: Person, json: object) =>
      service.call('POST', `/users:update?id=${user.id}`, { token, json }),
    remove: ({ token }: Person, { user }: Person) => service.call('POST', `/users:destroy?id=${user.id}`, { token }),
    list: ({ token }: Person) => service.call('GET', '/users:list', { token }),
  },
  rest: {
    create: ({ token }: Person, role: string) =>
      service.call('POST', '/users', {
        token,
        json: { username: 'never', email: 'never@example.com', password, role },
      }),
    change: ({ token }: Person, { user }: Person, json: object) =>
      service.call('PATCH', `/users/${user.id}`, { token, json }),
    remove: ({ token }: Person, { user }: Person) => service.call('DELETE', `/users/${user.id}`, { token }),
    list: ({ token }: Person) => service.call('GET', '/users', { token }),
  },
}

type Ways = (typeof ways)[Style]
type Reply = Awaited<ReturnType<Ways['list']>>

/** Everything that breaks a rule, by its title on the page. */
const breaches: Readonly<Record<string, (way: Ways, style: Style) => Promise<Reply[]>>> = {
  'Nobody reaches above themselves': async (way, style) => {
    const [root, admin, user] = [await service.as('super_admin'), await service.as('admin'), await service.as('user')]
    const above = [way.create(admin, 'super_admin'), way.change(admin, user, { role: 'super_admin' })]
    const touched = [way.change(admin, root, { email: 'a@example.com' }), way.remove(admin, root)]
    if (style === 'rpc') return Promise.all([...above, ...touched])
    const manager = await service.as('manager')
    return Promise.all([
      ...above,
      ...touched,
      way.create(manager, 'admin'),
      way.change(manager, admin, { email: 'b@example.com' }),
    ])
  },
  'A super administrator answers to super administrators': async (way) => {
    const [root, admin] = [await service.as('super_admin'), await service.as('admin')]
    return Promise.all([
      way.create(admin, 'super_admin'),
      way.change(admin, root, { role: 'user' }),
      way.remove(admin, root),
    ])
  },
  'Managers do not make administrators': async (way) => {
    const [root, admin, manager, user] = (await Promise.all(
      (['super_admin', 'admin', 'manager', 'user'] as const).map((role) => service.as(role)),
    )) as [Person, Person, Person, Person]
    return Promise.all([
      way.create(manager, 'admin'),
      way.create(manager, 'super_admin'),
      way.change(manager, user, { role: 'admin' }),
      way.change(manager, user, { role: 'super_admin' }),
      way.change(manager, admin, { email: 'c@example.com' }),
      way.change(manager, root, { email: 'd@example.com' }),
      way.remove(manager, user),
    ])
  },
  'Nobody raises or removes themselves': async (way, style) => {
    const admin = await service.as('admin')
    const refused = [way.change(admin, admin, { role: 'user' }), way.remove(admin, admin)]
    return Promise.all(
      style === 'rpc'
        ? [...refused, way.change(admin, admin, { email: 'own@example.com' })]
        : [...refused, way.change(admin, admin, { status: 'inactive' })],
    )
  },
  'A change is in force at once': async (way) => {
    const root = await service.as('super_admin')
    const people = [] as Person[]
    for (let i = 0; i < 5; i += 1) people.push(await service.as('admin'))
    const [demoted, suspended, deleted, reset, revoked] = people as [Person, Person, Person, Person, Person]
    const done = [
      await ways.rpc.change(root, demoted, { role: 'user' }),
      await ways.rest.change(root, suspended, { status: 'suspended' }),
      await ways.rpc.remove(root, deleted),
      await ways.rpc.change(root, reset, { action: 'reset_password', new_password: `${password}!` }),
      await ways.rpc.change(root, revoked, { action: 'revoke_sessions' }),
    ]
    expect(done.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    return Promise.all(people.map((person) => way.list(person)))
  },
}

const code = ({ body }: Reply): string => body.error_code ?? body.details?.code

describe.each(Object.keys(breaches))('the rule: %s', (title) => {
  it.each(['rpc', 'rest'] as const)(
    'names exactly the codes that the service answers in the %s style',
    async (style) => {
      const replies = await breaches[title]?.(ways[style], style)
      const answered = new Set(replies?.map(code))
      expect(codesOf(title, style).toSorted()).toEqual([...answered].toSorted())
    },
  )
})

it('each rule on the page is tried', () => {
  const section = page.slice(page.indexOf('class="rules"'))
  expect([...section.matchAll(/<h3>([^<]*)<\/h3>/g)].map(([, title]) => title)).toEqual(Object.keys(breaches))
})

it('a manager may do nothing to users in the RPC style, as the page says', () => {
  const operations = Object.values<any>(contract.paths).flatMap((item) => Object.values<any>(item))
  const managed = operations.filter(({ operationId }) => operationId.startsWith('Rpc.Users.'))
  expect(managed.length).toBeGreaterThan(0)
  expect(managed.filter((operation) => operation['x-roles'].includes('manager'))).toEqual([])
  expect(page).toContain('In the RPC style a <code>manager</code> manages no users at all.')
})

it('the own name and email may be changed in the REST style, and a new password ends the own sessions', async () => {
  const admin = await service.as('admin')
  expect((await ways.rest.change(admin, admin, { fullName: 'Own', email: 'mine@example.com' })).status).toBe(200)
  const next = `${password}!`
  const changed = await service.call('POST', '/auth/change-password', {
    token: admin.token,
    json: { currentPassword: password, newPassword: next, confirmPassword: next },
  })
  expect(changed.status).toBe(200)
  expect(code(await ways.rpc.list(admin))).toBe('TOKEN_REVOKED')
})

it('where several rules are broken, the answer is the one that the page puts first', async () => {
  const [root, admin, manager] = [
    await service.as('super_admin'),
    await service.as('admin'),
    await service.as('manager'),
  ]
  const taken = admin.user.email
  const first = async (target: Person, json: object) => code(await ways.rest.change(manager, target, json))
  const nobody = { ...admin, user: { ...admin.user, id: '01941f29-7c00-7000-8000-000000000003' } }
  expect(await first(nobody, { role: 'super_admin', email: taken })).toBe('USER_001')
  expect(await first(manager, { role: 'super_admin', email: taken })).toBe('USER_004')
  expect(await first(root, { role: 'super_admin', email: taken })).toBe('USER_008')
  expect(await first(root, { role: 'admin', email: taken })).toBe('USER_008')
  expect(await first(admin, { role: 'super_admin', email: taken })).toBe('USER_004')
  expect(page).toContain('no such user, oneself, super administrator, rank, taken name')
})
