import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import type { User } from '../../src/domain/users/user.ts'
import { breachesOf, fieldsOf, outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let token: string
let odd: User
const nil = '00000000-0000-0000-0000-000000000000'

beforeAll(async () => {
  service = await startService()
  token = (await service.as('admin', { username: 'zz-caller', email: 'zz@example.net' })).token
  odd = await service.makeUser({ username: 'odd_one.100', fullName: String.raw`100% \ "odd" 'name' _x_ ÉCOLE 张伟` })
  await service.makeUser({ username: 'oddsone-100', fullName: '100 percent' })
  await service.makeUser({ username: 'plain', fullName: 'Plain' })
})
afterAll(() => service.close())

const get = (path: string) => service.call('GET', path, { token })
const found = (reply: any): string[] => (reply.body.users ?? reply.body.data).map((user: any) => user.username)

const lists = [
  { style: 'RPC', path: '/users:list', invalid: '400 VALIDATION_ERROR' },
  { style: 'REST', path: '/users', invalid: '400 USER_002' },
]

describe.each(lists)('the list in the $style style', ({ style, path, invalid }) => {
  it.each([
    '0',
    '-1',
    '1000000000',
    '2147483648',
    '1.5',
    '1.0',
    '1e2',
    '0x10',
    '%205',
    '5%20',
    '+5',
    '%2B5',
    '',
    'ten',
    'NaN',
    'Infinity',
    'null',
    '%D9%A3',
    '5%00',
    '5,6',
    '9'.repeat(40),
    '1_0',
  ])('refuses limit=%s', async (limit) => {
    const reply = await get(`${path}?limit=${limit}`)
    expect(outcome(reply)).toBe(invalid)
    expect(fieldsOf(reply)).toEqual(['limit'])
  })

  it.each([
    ['search', 'x'.repeat(101)],
    ['search', 'x'.repeat(10_000)],
    ['search', '%F0%9F%98%80'.repeat(101)],
    ['search', ''],
    ['search', '%20%20'],
    ['search', '+'],
    ['search', '%E3%80%80'],
    ['search', 'a%00b'],
    ['search', 'a%0Ab'],
    ['search', '%1B%5B'],
    ['search', 'a%C2%85b'],
    ['role', ''],
    ['role', 'Admin'],
    ['role', 'king'],
    ['role', '__proto__'],
    ['status', 'gone'],
    ['status', 'ACTIVE'],
    ['after', ''],
    ['after', 'x'],
    ['after', '0'.repeat(25)],
    ['after', '0'.repeat(27)],
    ['after', '8'.repeat(26)],
    ['after', 'I'.repeat(26)],
    ['after', nil.replaceAll('-', '')],
    ['after', `{${nil}}`],
    ['after', `${nil}%0A`],
    ['after', '1%20or%201=1'],
  ])('refuses %s=%s', async (field, value) => {
    const reply = await get(`${path}?${field}=${value}`)
    expect(outcome(reply)).toBe(style === 'RPC' && field === 'role' ? '400 INVALID_ROLE' : invalid)
    expect(fieldsOf(reply)).toEqual([field])
    if (style === 'RPC' && field === 'role') expect(reply.body.error).toBe('invalid role filter')
  })

  it.each([
    'limit=1&limit=2',
    'limit=1&limit=1',
    'search=a&search=b',
    'role=admin&role=user',
    'status=active&status=active',
    `after=${nil}&after=${nil}`,
    'limit=1&%6Cimit=2',
  ])('refuses a key given twice: %s', async (query) => {
    const reply = await get(`${path}?${query}`)
    expect(outcome(reply)).toBe(invalid)
    const field = query.split('=')[0] as string
    const message = style === 'RPC' ? `${field} must be given once` : `${field} 只能出现一次`
    expect(breachesOf(reply)).toEqual([{ field, message }])
  })

  it.each([
    'offset=1',
    'Limit=1',
    'limit[]=1',
    'limit%5B%5D=1',
    'x',
    '=1',
    '__proto__=1',
    'constructor=1',
    'id=1',
    '%00=1',
  ])('refuses a key that it does not know: %s', async (query) => {
    const reply = await get(`${path}?${query}`)
    expect(outcome(reply)).toBe(invalid)
    expect(fieldsOf(reply)).toHaveLength(1)
  })

  it.each(['search=%E0%A4%A', 'search=%', 'search=%zz', '%=1', 'search=%FF', 'search=%ED%A0%80', 'search=%C0%80'])(
    'refuses a broken percent-encoding: %s',
    async (query) => {
      const reply = await get(`${path}?${query}`)
      expect(outcome(reply)).toBe(invalid)
      expect(fieldsOf(reply)).toEqual(['query'])
    },
  )

  it.each(['', '?', '?&', '?&&limit=5&', '?limit=005', '?search=%41%42%43', `?after=${nil}`, `?after=${toUlid(nil)}`])(
    'answers %s',
    async (query) => {
      expect(outcome(await get(path + query))).toBe('200')
    },
  )

  it('starts after an id that nobody has, in any spelling', async () => {
    const before = toUlid(odd.id).replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    const names = found(await get(`${path}?after=${before.toLowerCase()}&search=odd_one`))
    expect(names).toEqual(before < toUlid(odd.id) ? ['odd_one.100'] : [])
    expect(outcome(await get(`${path}?after=ffffffff-FFFF-ffff-ffff-ffffffffffff`))).toBe('200')
  })

  it.each([
    ['%', ['odd_one.100']],
    ['_', ['odd_one.100']],
    ['\\', ['odd_one.100']],
    ['100%', ['odd_one.100']],
    ['%%', []],
    ['\\%', []],
    ['d_o', ['odd_one.100']],
    ['o%e', []],
    ['.*', []],
    ["'", ['odd_one.100']],
    ["' or 1=1 --", []],
    ['"odd" \'name\'', ['odd_one.100']],
    ['école', ['odd_one.100']],
    ['E\u0301COLE', ['odd_one.100']],
    ['张伟', ['odd_one.100']],
    ['伟', ['odd_one.100']],
    ['  odd_one  ', ['odd_one.100']],
    ['ODD', ['odd_one.100', 'oddsone-100']],
    ['zz@EXAMPLE.net', ['zz-caller']],
    ['😀', []],
    ['x'.repeat(100), []],
    ['\u0958'.repeat(100), []],
    ['\u202e', []],
    ['$1', []],
    ['?', []],
    ['??', []],
    [':name', []],
  ])('takes %j to the letter in a search', async (search, names) => {
    const reply = await get(`${path}?search=${encodeURIComponent(search)}`)
    expect(outcome(reply)).toBe('200')
    expect(found(reply).sort()).toEqual(names)
  })
})

it('names one problem for each parameter, all at once', async () => {
  const rpc = await get('/users:list?status=deleted&limit=0&role=x&nope=1')
  expect(outcome(rpc)).toBe('400 VALIDATION_ERROR')
  expect(fieldsOf(rpc)).toEqual(['nope', 'limit', 'role', 'status'])
  const rest = await get('/users?status=gone&limit=0&page=0&sortBy=x&sortOrder=y')
  expect(outcome(rest)).toBe('400 USER_002')
  expect(rest.body.message).toBe('用户查询参数错误')
  expect(fieldsOf(rest).sort()).toEqual(['limit', 'page', 'sortBy', 'sortOrder', 'status'])
})

it('deleted users are asked for in REST alone', async () => {
  expect(outcome(await get('/users?status=deleted'))).toBe('200')
  expect(outcome(await get('/users:list?status=deleted'))).toBe('400 VALIDATION_ERROR')
})

it.each([
  ['/users?limit=101'],
  ['/users?page=0'],
  ['/users?page=-1'],
  ['/users?page=2147483648'],
  ['/users?page=1e1'],
  ['/users?sortBy=password_hash'],
  ['/users?sortBy=CreatedAt'],
  ['/users?sortOrder=asc'],
  ['/users?sortBy=id;drop%20table%20users'],
  [`/users?after=${nil}&page=2`],
  [`/users?after=${nil}&sortBy=email`],
  [`/users?after=${nil}&sortOrder=DESC`],
  ['/users/stats?x=1'],
  [`/users/${nil}?x=1`],
  ['/auth/profile?x=1'],
])('a REST query that breaks the contract is USER_002: %s', async (path) => {
  expect(outcome(await get(path))).toBe('400 USER_002')
})

it('so is that of a call with a body or without a token', async () => {
  expect(outcome(await service.call('DELETE', `/users/${nil}?force=true`, { token }))).toBe('400 USER_002')
  expect(outcome(await service.call('POST', '/auth/logout?all=1', { token }))).toBe('400 USER_002')
  const json = { usernameOrEmail: 'x', password: 'x' }
  expect(outcome(await service.call('POST', '/auth/login?next=/', { json }))).toBe('400 USER_002')
  expect(outcome(await service.call('POST', '/auth:login?next=/', { json: { username: 'x', password: 'x' } }))).toBe(
    '400 VALIDATION_ERROR',
  )
})

it.each(['', '&limit=100', '&search=odd', '&sortBy=email&sortOrder=ASC'])(
  'the last page of all is empty: %s',
  async (more) => {
    const { body } = await get(`/users?page=2147483647${more}`)
    expect(body.data).toEqual([])
    expect(body.pagination.page).toBe(2147483647)
    expect(body.pagination.total).toBeGreaterThan(0)
  },
)
