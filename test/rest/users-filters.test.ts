import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { NewUser } from '../../src/domain/users/store.ts'
import { truncateAll } from '../support/database.ts'
import { type Service, startService } from '../support/service.ts'
import { makeUsers } from './made-users.ts'

let service: Service
let token: string
/** Of the caller, who is the oldest user and is in the lists too. */
let own: string

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  await truncateAll(service.knex)
  const admin = await service.as('admin', { username: 'm-caller', email: 'm-caller@example.org' })
  token = admin.token
  own = admin.user.id
  service.clock.advance(1)
})
afterAll(() => service.close())

const list = (query = '') => service.call('GET', `/users${query}`, { token })
const idsOf = ({ body }: { body: any }): string[] => body.data.map((user: any) => user.id)
const found = async (query: string) => idsOf(await list(`?${query}&sortOrder=ASC`))
const make = (...given: Partial<NewUser>[]) => makeUsers(service, given)

describe('the filters of GET /users', () => {
  it('search username, email and full name, in any case and script, literally', async () => {
    const [percent, script] = await make(
      { username: 'per_cent', fullName: '100% \\o/ Sure' },
      { username: 'script', fullName: 'Ольга Ñandú 王小明', email: 'Olga@Example.net' },
      { username: 'perXcent', fullName: '1000 o/ sure' },
    )
    const search = (term: string) => found(`search=${encodeURIComponent(term)}`)
    expect(await search('0% ')).toEqual([percent])
    expect(await search('R_C')).toEqual([percent])
    expect(await search('\\O')).toEqual([percent])
    expect(await search('ОЛЬГА')).toEqual([script])
    expect(await search('n\u0303andu\u0301')).toEqual([script])
    expect(await search('明')).toEqual([script])
    expect(await search('  oLGA@  ')).toEqual([script])
  })

  it('pick by role and status, and count what they pick', async () => {
    const [guest, banned] = await make({ role: 'guest' }, { role: 'guest', status: 'banned' }, { status: 'pending' })
    expect(await found('role=guest')).toEqual([guest, banned])
    expect(await found('status=banned')).toEqual([banned])
    expect(await found('role=guest&status=active')).toEqual([guest])
    expect(await found('role=guest&status=active&search=person')).toEqual([guest])
    expect((await list('?role=guest&limit=1')).body.pagination).toMatchObject({ total: 2, totalPages: 2 })
    expect((await list('?search=person&limit=1')).body.pagination).toMatchObject({ total: 3, totalPages: 3 })
  })

  it('show deleted users for that status, and nowhere else', async () => {
    const [kept, gone] = await make({}, { role: 'guest', fullName: 'Gone Guest' })
    await service.call('DELETE', `/users/${gone}`, { token })
    expect(await found('')).toEqual([own, kept])
    expect(await found('role=guest')).toEqual([])
    expect(await found('search=gone')).toEqual([])
    const reply = await list('?status=deleted')
    expect(reply.body).toMatchObject({
      data: [{ id: gone, role: 'guest', status: 'deleted', fullName: 'Gone Guest' }],
      pagination: { total: 1, totalPages: 1 },
    })
    expect(await found('status=deleted&role=guest&search=gone')).toEqual([gone])
    expect(await found('status=deleted&role=user')).toEqual([])
  })
})
