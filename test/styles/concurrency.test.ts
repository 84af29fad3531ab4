import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { truncateAll } from '../support/database.ts'
import { password, type Reply, type Service, startService } from '../support/service.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
})
beforeEach(() => truncateAll(service.knex))
afterAll(() => service.close())

const tally = (replies: Reply[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** The n-th way to write the same ASCII letters. */
const inCase = (text: string, n: number) =>
  [...text].map((letter, at) => ((n >> (at % 7)) & 1 ? letter.toUpperCase() : letter)).join('')

describe('a hundred creations at once, in mixed case and mixed styles', () => {
  it.each([
    ['email', (n: number) => ({ username: `racer-${n}`, email: inCase('prize@example.com', n) })],
    ['username', (n: number) => ({ username: inCase('prizeuser', n), email: `racer-${n}@example.com` })],
  ])('give one of them the %s and refuse ninety-nine', async (field, names) => {
    const { token } = await service.as('admin')
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        service.call('POST', n % 2 ? '/users:create' : '/users', {
          token,
          json: { ...names(n), password, role: 'user' },
        }),
      ),
    )
    expect(tally(replies)).toEqual({ 201: 1, 409: 99 })
    const codes = replies.filter(({ status }) => status === 409).map(({ body }) => body.error_code ?? body.details.code)
    expect(new Set(codes)).toEqual(
      new Set(field === 'email' ? ['EMAIL_EXISTS', 'AUTH_007'] : ['USERNAME_EXISTS', 'AUTH_006']),
    )
    const { body } = await service.call('GET', '/users/stats', { token })
    expect(body.data.totalUsers).toBe(2)
  })
})

describe('fifty changes of one user at once', () => {
  it('all succeed, and one of them is the last', async () => {
    const { token } = await service.as('admin')
    const { id } = await service.makeUser()
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        n % 2
          ? service.call('POST', `/users:update?id=${id}`, { token, json: { email: `change-${n}@example.com` } })
          : service.call('PATCH', `/users/${id}`, { token, json: { email: `change-${n}@example.com` } }),
      ),
    )
    expect(tally(replies)).toEqual({ 200: 50 })
    const user = await service.store.users.find(id)
    expect(user?.email).toMatch(/^change-\d+@example\.com$/)
  })

  it('give the counters one of the roles', async () => {
    const { token } = await service.as('admin')
    const { id } = await service.makeUser()
    const roles = ['guest', 'user', 'moderator', 'manager']
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        service.call('PATCH', `/users/${id}`, { token, json: { role: roles[n % 4] } }),
      ),
    )
    expect(tally(replies)).toEqual({ 200: 50 })
    const role = (await service.store.users.find(id))?.role as string
    const { byRole } = (await service.call('GET', '/users/stats', { token })).body.data
    expect(byRole).toEqual({ super_admin: 0, admin: 1, manager: 0, moderator: 0, user: 0, guest: 0, [role]: 1 })
  })
})

/** What one administrator does to another. */
type Deed = (token: string, id: string) => Promise<Reply>
const deeds = {
  'demotes by RPC': (token, id) => service.call('POST', `/users:update?id=${id}`, { token, json: { role: 'user' } }),
  'demotes by REST': (token, id) => service.call('PATCH', `/users/${id}`, { token, json: { role: 'manager' } }),
  'deletes by RPC': (token, id) => service.call('POST', `/users:destroy?id=${id}`, { token }),
  'deletes by REST': (token, id) => service.call('DELETE', `/users/${id}`, { token }),
  'suspends by REST': (token, id) => service.call('PATCH', `/users/${id}`, { token, json: { status: 'suspended' } }),
} satisfies Record<string, Deed>

async function activeAdministrators(): Promise<number> {
  const row = await service
    .knex('users')
    .whereIn('role', ['admin', 'super_admin'])
    .where('status', 'active')
    .count('* as n')
    .first()
  return Number(row?.n)
}

describe('administrators who turn on each other at once', () => {
  it.each([
    ['demotes by RPC', 'demotes by REST'],
    ['deletes by RPC', 'deletes by REST'],
    ['suspends by REST', 'suspends by REST'],
    ['suspends by REST', 'deletes by RPC'],
    ['demotes by RPC', 'deletes by REST'],
  ] as const)('leave one: one %s, the other %s', async (one, other) => {
    for (let round = 0; round < 30; round++) {
      await truncateAll(service.knex)
      const role = round % 2 ? 'admin' : 'super_admin'
      const [a, b] = [await service.as(role), await service.as(role)]
      const replies = await Promise.all([deeds[one](a.token, b.user.id), deeds[other](b.token, a.user.id)])
      const statuses = replies.map(({ status }) => status).sort()
      expect(statuses[0], JSON.stringify(replies.map(({ body }) => body))).toBe(200)
      expect([401, 403]).toContain(statuses[1])
      expect(await activeAdministrators()).toBe(1)
    }
  })

  it('leave one also as three in a circle', async () => {
    const all = Object.values(deeds)
    for (let round = 0; round < 30; round++) {
      await truncateAll(service.knex)
      const circle = [await service.as('admin'), await service.as('admin'), await service.as('admin')]
      const replies = await Promise.all(
        circle.map(({ token }, n) => {
          const deed = all[(round + n) % all.length] as Deed
          return deed(token, circle[(n + 1) % 3]?.user.id as string)
        }),
      )
      for (const { status } of replies) expect([200, 401, 403, 404]).toContain(status)
      const done = replies.filter(({ status }) => status === 200).length
      expect(done).toBeGreaterThan(0)
      expect(await activeAdministrators()).toBe(3 - done)
      expect(done).toBeLessThan(3)
    }
  })
})

describe('an administrator who never stops writing', () => {
  it('is suspended by another all the same, and the writing ends there', async () => {
    const chief = await service.as('super_admin')
    const busy = await service.as('admin')
    const { id } = await service.makeUser()
    let writes = 0
    const write = async () => {
      for (let n = 0; n < 2000; n++) {
        const { status } = await service.call('PATCH', `/users/${id}`, {
          token: busy.token,
          json: { fullName: `name ${n}` },
        })
        if (status !== 200) return status
        writes++
      }
      return 200
    }
    const writers = [write(), write(), write(), write()]
    await vi.waitUntil(() => writes > 20, { timeout: 20_000 })
    const logins = await Promise.all([1, 2].map(() => service.login(busy.user.username)))
    expect(logins).toHaveLength(2)
    const json = { status: 'suspended' }
    const suspension = await service.call('PATCH', `/users/${busy.user.id}`, { token: chief.token, json })
    expect(suspension.status).toBe(200)
    expect(await Promise.all(writers)).toEqual([401, 401, 401, 401])
  })
})
