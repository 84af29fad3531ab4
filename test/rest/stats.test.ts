import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { roles, type Status, statuses } from '../../src/domain/users/user.ts'
import { truncateAll } from '../support/database.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let token: string

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  await truncateAll(service.knex)
  token = (await service.as('admin', { username: 'the-caller' })).token
})
afterAll(() => service.close())

const stats = async () => (await service.call('GET', '/users/stats', { token })).body.data
const daysAgo = (days: number) => new Date(service.clock.now().getTime() - days * 24 * 60 * 60 * 1000)
const living = statuses.filter((status): status is Exclude<Status, 'deleted'> => status !== 'deleted')

async function makeOld(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await service.makeUser({ createdAt: daysAgo(40) })
}

describe('GET /users/stats', () => {
  it('counts the only user there is, with a zero for every other role', async () => {
    const { status, body } = await service.call('GET', '/users/stats', { token })
    expect(status).toBe(200)
    expect(body).toEqual({
      success: true,
      data: {
        totalUsers: 1,
        activeUsers: 1,
        inactiveUsers: 0,
        adminUsers: 1,
        managerUsers: 0,
        regularUsers: 0,
        userGrowthRate: 0,
        byRole: { super_admin: 0, admin: 1, manager: 0, moderator: 0, user: 0, guest: 0 },
      },
    })
  })

  it('counts every role and status, and its sums agree', async () => {
    // The n-th role has n users of each status, so that no two roles can be mistaken for each
    // other.
    for (const [n, role] of roles.entries())
      for (const status of living) for (let i = 0; i < n; i++) await service.makeUser({ role, status })
    const { userGrowthRate: _, ...counted } = await stats()
    expect(counted).toEqual({
      totalUsers: 1 + 5 * 15,
      activeUsers: 1 + 15,
      inactiveUsers: 4 * 15,
      adminUsers: 1 + 5,
      managerUsers: 10,
      regularUsers: 15 + 20 + 25,
      byRole: { super_admin: 0, admin: 1 + 5, manager: 10, moderator: 15, user: 20, guest: 25 },
    })
  })

  it('follows every creation, change and deletion', async () => {
    const target = await service.makeUser({ role: 'manager' })
    expect(await stats()).toMatchObject({ totalUsers: 2, activeUsers: 2, managerUsers: 1 })
    await service.call('PATCH', `/users/${target.id}`, { token, json: { status: 'banned' } })
    expect(await stats()).toMatchObject({ totalUsers: 2, activeUsers: 1, inactiveUsers: 1, managerUsers: 1 })
    await service.call('PATCH', `/users/${target.id}`, { token, json: { role: 'guest' } })
    expect(await stats()).toMatchObject({ managerUsers: 0, regularUsers: 1, byRole: { manager: 0, guest: 1 } })
    await service.call('DELETE', `/users/${target.id}`, { token })
    expect(await stats()).toMatchObject({
      totalUsers: 1,
      activeUsers: 1,
      inactiveUsers: 0,
      regularUsers: 0,
      byRole: { guest: 0 },
    })
  })
})

describe('the growth rate', () => {
  it.each([
    { before: 1, recent: 0, rate: 100 },
    { before: 2, recent: 0, rate: 50 },
    { before: 3, recent: 0, rate: 33.3 },
    { before: 3, recent: 1, rate: 66.7 },
    { before: 7, recent: 0, rate: 14.3 },
    { before: 1, recent: 4, rate: 500 },
  ])('is $rate when the caller and $recent others joined $before earlier users', async ({ before, recent, rate }) => {
    await makeOld(before)
    for (let n = 0; n < recent; n++) await service.makeUser({ createdAt: daysAgo(10) })
    expect((await stats()).userGrowthRate).toBe(rate)
  })

  it('is 0 when there was nobody before, however many are new', async () => {
    for (let n = 0; n < 3; n++) await service.makeUser()
    expect((await stats()).userGrowthRate).toBe(0)
  })

  it('is 0 when nobody is new', async () => {
    await makeOld(2)
    service.clock.advance(31 * 24 * 60 * 60)
    token = (await service.login('the-caller')).access_token
    expect((await stats()).userGrowthRate).toBe(0)
  })

  it('draws the line at thirty days', async () => {
    await makeOld(1)
    await service.makeUser({ createdAt: daysAgo(29.99) })
    expect((await stats()).userGrowthRate).toBe(200)
    await service.makeUser({ createdAt: daysAgo(30.01) })
    expect((await stats()).userGrowthRate).toBe(100)
  })

  it('forgets deleted users, old and new', async () => {
    await makeOld(2)
    const [old, young] = [await service.makeUser({ createdAt: daysAgo(40) }), await service.makeUser()]
    expect((await stats()).userGrowthRate).toBe(66.7)
    await service.call('DELETE', `/users/${young.id}`, { token })
    expect((await stats()).userGrowthRate).toBe(33.3)
    await service.call('DELETE', `/users/${old.id}`, { token })
    expect((await stats()).userGrowthRate).toBe(50)
  })
})
