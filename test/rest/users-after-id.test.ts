import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import type { NewUser } from '../../src/domain/users/store.ts'
import { truncateAll } from '../support/database.ts'
import { password, type Service, startService } from '../support/service.ts'
import { makeUsers } from './made-users.ts'

let service: Service
let token: string
/** Of the caller, who is the oldest user and is in the lists too. */
let own: string

const nil = '00000000-0000-0000-0000-000000000000'

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
const make = (...given: Partial<NewUser>[]) => makeUsers(service, given)
const plain = (count: number) => Array.from({ length: count }, () => ({}))

describe('GET /users after an id', () => {
  it('starts from the nil UUID and meets each user exactly once, in the order of ids', async () => {
    const made = await make(...plain(6))
    const met: string[] = []
    for (let after: string | null = nil; after !== null; ) {
      const reply = await list(`?after=${after}&limit=3`)
      expect(Object.keys(reply.body.pagination)).toEqual(['limit', 'nextCursor'])
      met.push(...idsOf(reply))
      after = reply.body.pagination.nextCursor
    }
    expect(met).toEqual([own, ...made])
  })

  it('takes the limit of a page, and any spelling of an id', async () => {
    const made = await make(...plain(25))
    const reply = await list(`?after=${nil}`)
    expect(reply.body.pagination).toEqual({ limit: 20, nextCursor: made[18] })
    for (const after of [made[22], made[22]?.toUpperCase(), toUlid(made[22] as string).toLowerCase()])
      expect(idsOf(await list(`?after=${after}`))).toEqual(made.slice(23))
  })

  it('meets everybody who is there all along while others come and go', async () => {
    const made = await make(...plain(6))
    const first = await list(`?after=${nil}&limit=3`)
    await service.call('DELETE', `/users/${made[1]}`, { token })
    await service.call('DELETE', `/users/${made[3]}`, { token })
    const json = { username: 'late', email: 'late@example.com', password }
    const late = (await service.call('POST', '/users', { token, json })).body.data.id
    const rest = await list(`?after=${first.body.pagination.nextCursor}`)
    expect([...idsOf(first), ...idsOf(rest)]).toEqual([own, ...made.filter((_, n) => n !== 3), late])
  })

  it('takes filters, deleted users too', async () => {
    const [guest, gone] = await make({ role: 'guest' }, { role: 'guest' }, {})
    await service.call('DELETE', `/users/${gone}`, { token })
    expect(idsOf(await list(`?after=${nil}&role=guest`))).toEqual([guest])
    expect(idsOf(await list(`?after=${nil}&status=deleted`))).toEqual([gone])
  })

  it('takes beside it what says the same', async () => {
    const reply = await list(`?after=${nil}&page=1&sortBy=createdAt&sortOrder=ASC`)
    expect(reply.status).toBe(200)
    expect(reply.body).toEqual((await list(`?after=${nil}`)).body)
  })

  it.each(['page=2', 'sortBy=username', 'sortOrder=DESC'])('refuses %s beside it', async (other) => {
    const [field] = other.split('=')
    expect(await list(`?after=${nil}&${other}`)).toMatchObject({
      status: 400,
      body: { details: { code: 'USER_002', errors: [{ field }] } },
    })
  })
})
