import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import type { NewUser } from '../../src/domain/users/store.ts'
import { truncateAll } from '../support/database.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
let token: string
/** Of the caller, who was made first and is in the lists too. */
let own: string

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  await truncateAll(service.knex)
  const admin = await service.as('admin', { username: 'the-caller', email: 'caller@example.org' })
  token = admin.token
  own = toUlid(admin.user.id)
})
afterAll(() => service.close())

const list = (query = '') => service.call('GET', `/users:list${query}`, { token })
const idsOf = ({ body }: { body: any }): string[] => body.users.map((user: any) => user.id)

async function make(count: number, given: Partial<NewUser> = {}): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) ids.push(toUlid((await service.makeUser(given)).id))
  return ids
}

/** Follows the cursor to its end; `between` happens after each page but the last. */
async function walk(query: string, between: (page: number) => Promise<unknown> = async () => {}): Promise<string[]> {
  const met: string[] = []
  let after = ''
  for (let page = 1; ; page++) {
    const reply = await list(`?${query}${after}`)
    met.push(...idsOf(reply))
    if (reply.body.next_cursor === null) return met
    expect(reply.body.next_cursor).toBe(met.at(-1))
    after = `&after=${reply.body.next_cursor}`
    await between(page)
  }
}

describe('GET /users:list', () => {
  it('lists by id, which is the order of creation', async () => {
    const made = await make(5)
    const reply = await list()
    expect(idsOf(reply)).toEqual([own, ...made])
    expect(reply.body).toMatchObject({ next_cursor: null, limit: 15 })
    expect([...idsOf(reply)].sort()).toEqual(idsOf(reply))
  })

  it('shows fifteen users unless it is told otherwise', async () => {
    const made = await make(20)
    const reply = await list()
    expect(idsOf(reply)).toEqual([own, ...made.slice(0, 14)])
    expect(reply.body).toMatchObject({ next_cursor: made[13], limit: 15 })
  })

  it('omits last_login_at for those who never logged in', async () => {
    await make(1)
    const [caller, other] = (await list()).body.users
    expect(caller).toHaveProperty('last_login_at')
    expect(other).not.toHaveProperty('last_login_at')
  })

  it.each([1, 200])('takes a limit of %i', async (limit) => {
    await make(2)
    const reply = await list(`?limit=${limit}`)
    expect(reply.body.limit).toBe(limit)
    expect(reply.body.users).toHaveLength(Math.min(limit, 3))
  })

  it.each(['0', '201', '-1', '1e2', '5.0', '+5', '', 'many', '99999999999'])(
    'refuses a limit of "%s"',
    async (limit) => {
      const reply = await list(`?limit=${encodeURIComponent(limit)}`)
      expect(reply).toMatchObject({ status: 400, body: { error_code: 'VALIDATION_ERROR' } })
      expect(reply.body.error).toContain('limit')
    },
  )

  it('has a null cursor when a page ends with the last user, and when nobody is found', async () => {
    await make(3)
    expect((await list('?limit=4')).body).toMatchObject({ next_cursor: null, limit: 4 })
    expect((await list('?limit=3')).body.next_cursor).not.toBeNull()
    expect((await list('?search=nobody-at-all')).body).toEqual({ users: [], next_cursor: null, limit: 15 })
  })

  it.each([1, 2, 3, 7])('meets each user exactly once in pages of %i', async (limit) => {
    const made = await make(7)
    expect(await walk(`limit=${limit}`)).toEqual([own, ...made])
  })

  it('meets each user who is there all along exactly once while others come and go', async () => {
    const made = await make(12)
    const [passed, ahead] = [made[0] as string, made[10] as string]
    const come: string[] = []
    const met = await walk('limit=3', async (page) => {
      if (page > 2) return
      // One behind the cursor, the one at the cursor, one ahead of it.
      const gone = page === 1 ? [passed, made[1] as string] : [ahead]
      for (const id of gone) await service.call('POST', `/users:destroy?id=${id}`, { token })
      const json = { username: `late-${page}`, email: `late-${page}@example.com`, password, role: 'user' }
      come.push((await service.call('POST', '/users:create', { token, json })).body.user.id)
    })
    expect(met).toEqual([own, ...made.filter((id) => id !== ahead), ...come])
  })

  it('goes on after any id, known or not, in either spelling and any case', async () => {
    const [first, second] = await make(2)
    const user = (await service.store.users.findCredentials('the-caller'))?.user.id as string
    for (const after of [own, own.toLowerCase(), user, user.toUpperCase()])
      expect(idsOf(await list(`?after=${after}`))).toEqual([first, second])
    expect(idsOf(await list('?after=00000000-0000-0000-0000-000000000000'))).toEqual([own, first, second])
    expect(idsOf(await list('?after=7ZZZZZZZZZZZZZZZZZZZZZZZZZ'))).toEqual([])
  })

  it.each(['nonsense', '', '8ZZZZZZZZZZZZZZZZZZZZZZZZZ', '01KH58V2PV6ZAM319FBPT1BFVU'])(
    'refuses a cursor that is no id: "%s"',
    async (after) => {
      expect(await list(`?after=${after}`)).toMatchObject({ status: 400, body: { error_code: 'VALIDATION_ERROR' } })
    },
  )
})

describe('the filters of GET /users:list', () => {
  it('pick by role, status and search, alone and together', async () => {
    const [guest] = await make(1, { role: 'guest', username: 'Guest.One' })
    const [banned] = await make(1, { role: 'guest', status: 'banned', fullName: '王小明 Guest' })
    const [plain] = await make(1, { email: 'guest@example.net' })
    const found = async (query: string) => idsOf(await list(`?${query}`))
    expect(await found('role=guest')).toEqual([guest, banned])
    expect(await found('status=banned')).toEqual([banned])
    expect(await found('status=active')).toEqual([own, guest, plain])
    expect(await found('search=GUEST')).toEqual([guest, banned, plain])
    expect(await found(`search=${encodeURIComponent(' 小明 ')}`)).toEqual([banned])
    expect(await found('search=guest&role=guest&status=active')).toEqual([guest])
    expect(await found('search=g%25t')).toEqual([])
  })

  it('hold along the whole walk', async () => {
    const guests: string[] = []
    for (let n = 0; n < 5; n++) {
      guests.push(...(await make(1, { role: 'guest' })))
      await make(2)
    }
    expect(await walk('limit=2&role=guest')).toEqual(guests)
  })

  it('never show deleted users', async () => {
    const [kept, gone] = await make(2)
    await service.call('POST', `/users:destroy?id=${gone}`, { token })
    expect(idsOf(await list())).toEqual([own, kept])
    expect(await list('?status=deleted')).toMatchObject({ status: 400, body: { error_code: 'VALIDATION_ERROR' } })
  })

  it.each([
    ['role=emperor', 'INVALID_ROLE', 'invalid role filter'],
    ['role=', 'INVALID_ROLE', 'invalid role filter'],
    ['role=Admin', 'INVALID_ROLE', 'invalid role filter'],
    ['status=asleep', 'VALIDATION_ERROR', expect.stringContaining('status')],
    ['search=', 'VALIDATION_ERROR', expect.stringContaining('search')],
    ['search=%20%20', 'VALIDATION_ERROR', expect.stringContaining('search')],
    ['page=2', 'VALIDATION_ERROR', expect.stringContaining('page')],
  ])('refuse %s', async (query, code, error) => {
    expect(await list(`?${query}`)).toMatchObject({ status: 400, body: { error, error_code: code } })
  })
})
