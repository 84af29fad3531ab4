import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readId, toUlid } from '../../src/domain/id.ts'
import { truncateAll } from '../support/database.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
let token: string

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  await truncateAll(service.knex)
  token = (await service.as('admin', { username: 'the-caller' })).token
  service.clock.advance(2)
})
afterAll(() => service.close())

const call = (method: string, path: string, json?: object) =>
  service.call(method, path, { token, ...(json && { json }) })

/** Every spelling of an id that a client may send. */
const spellings = (uuid: string) => [uuid, uuid.toUpperCase(), toUlid(uuid), toUlid(uuid).toLowerCase()]

/** The same deeds in each style; ids come and go as UUIDs. */
const styles = {
  RPC: {
    create: async (username: string, role = 'user') => {
      const json = { username, email: `${username}@example.com`, password, role }
      return readId((await call('POST', '/users:create', json)).body.user.id) as string
    },
    get: async (id: string) => (await call('GET', `/users:get?id=${id}`)).body.user,
    change: async (id: string, json: object) => (await call('POST', `/users:update?id=${id}`, json)).body.user,
    remove: (id: string) => call('POST', `/users:destroy?id=${id}`),
    list: async () =>
      (await call('GET', '/users:list')).body.users.map((user: { id: string }) => readId(user.id)) as string[],
  },
  REST: {
    create: async (username: string, role = 'user') => {
      const json = { username, email: `${username}@example.com`, password, role }
      return (await call('POST', '/users', json)).body.data.id as string
    },
    get: async (id: string) => (await call('GET', `/users/${id}`)).body.data,
    change: async (id: string, json: object) => (await call('PATCH', `/users/${id}`, json)).body.data,
    remove: (id: string) => call('DELETE', `/users/${id}`),
    list: async () =>
      (await call('GET', `/users?after=${'00000000-0000-0000-0000-000000000000'}`)).body.data.map(
        (user: { id: string }) => user.id,
      ) as string[],
  },
}

describe.each([
  { maker: 'RPC', other: 'REST' },
  { maker: 'REST', other: 'RPC' },
] as const)('a user made in the $maker style', ({ maker, other }) => {
  it('is the same user in the other style', async () => {
    const id = await styles[maker].create('Same.User', 'guest')
    const [rpc, rest] = [await styles.RPC.get(id), await styles.REST.get(id)]
    const { email, role, created_at, updated_at } = rpc
    expect(rpc).toMatchObject({ id: toUlid(id), username: 'Same.User', role: 'guest', can_write: false })
    expect(rest).toEqual({
      id,
      username: 'Same.User',
      email,
      fullName: '',
      role,
      status: 'active',
      createdAt: created_at,
      updatedAt: updated_at,
    })
  })

  it('is known by its id in either spelling and any case, in both styles', async () => {
    const id = await styles[maker].create('spelled')
    for (const spelling of spellings(id))
      for (const style of [styles.RPC, styles.REST])
        expect(await style.get(spelling), spelling).toMatchObject({ username: 'spelled' })
  })

  it('is changed by the other style', async () => {
    const id = await styles[maker].create('changed')
    for (const [n, spelling] of spellings(id).entries()) {
      service.clock.advance(2)
      await styles[other].change(spelling, { email: `changed-${n}@example.com`, role: n % 2 ? 'user' : 'moderator' })
      const [rpc, rest] = [await styles.RPC.get(id), await styles.REST.get(id)]
      expect(rpc).toMatchObject({ email: `changed-${n}@example.com`, role: n % 2 ? 'user' : 'moderator' })
      expect([rest.email, rest.role, rest.updatedAt]).toEqual([rpc.email, rpc.role, rpc.updated_at])
    }
  })

  it('is listed and counted by the other style', async () => {
    const before = (await call('GET', '/users/stats')).body.data.totalUsers
    const id = await styles[maker].create('counted')
    expect(await styles[other].list()).toContain(id)
    expect((await call('GET', '/users?search=counted')).body.pagination.total).toBe(1)
    expect((await call('GET', '/users/stats')).body.data.totalUsers).toBe(before + 1)
  })

  it('is deleted by the other style, by any spelling of its id', async () => {
    for (const n of [0, 1, 2, 3]) {
      const id = await styles[maker].create(`deleted-${n}`)
      expect((await styles[other].remove(spellings(id)[n] as string)).status).toBe(200)
      expect(await styles[maker].list()).not.toContain(id)
      expect(await styles[other].list()).not.toContain(id)
    }
  })
})

describe('what one style alone shows', () => {
  it('is left alone by the other: status and full name by RPC, can_write by REST', async () => {
    const id = await styles.REST.create('both-sides')
    await styles.REST.change(id, { fullName: 'Both Sides', status: 'suspended' })
    await styles.RPC.change(id, { can_write: false })
    await styles.RPC.change(id, { role: 'manager' })
    await styles.REST.change(id, { role: 'moderator' })
    expect(await styles.REST.get(id)).toMatchObject({ fullName: 'Both Sides', status: 'suspended', role: 'moderator' })
    expect(await styles.RPC.get(id)).toMatchObject({ can_write: false, role: 'moderator' })
  })

  it('is found by the search and the filters of both', async () => {
    const id = await styles.REST.create('found')
    await styles.REST.change(id, { fullName: '王小明', status: 'pending' })
    for (const query of [`search=${encodeURIComponent('小明')}`, 'status=pending']) {
      expect((await call('GET', `/users:list?${query}`)).body.users).toMatchObject([{ id: toUlid(id) }])
      expect((await call('GET', `/users?${query}`)).body.data).toMatchObject([{ id }])
    }
  })
})

describe('the order of ids', () => {
  it('is the order of creation in both styles, whichever style created', async () => {
    const made: string[] = []
    for (let n = 0; n < 12; n++) made.push(await styles[n % 3 ? 'RPC' : 'REST'].create(`ordered-${n}`))
    expect([...made].sort()).toEqual(made)
    expect((await styles.RPC.list()).slice(1)).toEqual(made)
    expect((await styles.REST.list()).slice(1)).toEqual(made)
    const pages = (await call('GET', '/users?sortOrder=ASC')).body.data.map((user: { id: string }) => user.id)
    expect(pages.slice(1)).toEqual(made)
  })

  it('lets a cursor of one style go on in the other', async () => {
    for (let n = 0; n < 5; n++) await styles.RPC.create(`walked-${n}`)
    const first = (await call('GET', '/users:list?limit=3')).body
    const rest = (await call('GET', `/users?limit=100&after=${first.next_cursor}`)).body
    const names = [...first.users, ...rest.data].map((user: { username: string }) => user.username)
    expect(names).toEqual(['the-caller', 'walked-0', 'walked-1', 'walked-2', 'walked-3', 'walked-4'])
  })
})
