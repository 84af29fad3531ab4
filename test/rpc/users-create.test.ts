import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readId } from '../../src/domain/id.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
let token: string

beforeAll(async () => {
  service = await startService()
  token = (await service.as('super_admin')).token
})
afterAll(() => service.close())

const create = (json: object) => service.call('POST', '/users:create', { token, json })
const draft = (username: string, more: object = {}) => ({
  username,
  email: `${username}@example.com`,
  password,
  role: 'user',
  ...more,
})

describe('POST /users:create', () => {
  it('answers 201 with the whole user, who never logged in', async () => {
    const { status, body } = await create(draft('Whole.User', { email: 'Whole@Example.com' }))
    expect(status).toBe(201)
    expect(body).toEqual({
      message: 'user created successfully',
      user: {
        id: expect.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
        username: 'Whole.User',
        email: 'Whole@Example.com',
        role: 'user',
        can_write: true,
        created_at: expect.any(String),
        updated_at: body.user.created_at,
      },
    })
  })

  it('gives a Location that can be called as it is', async () => {
    const { headers, body } = await create(draft('located'))
    expect(headers.location).toBe(`/users:get?id=${body.user.id}`)
    const found = await service.call('GET', headers.location as string, { token })
    expect(found).toMatchObject({ status: 200, body: { user: body.user } })
  })

  it('makes a user who is active, has no full name and can log in', async () => {
    const { body } = await create(draft('at-once', { password: '另一个很长的密码🔑' }))
    const stored = await service.store.users.find(readId(body.user.id) as string)
    expect(stored).toMatchObject({ status: 'active', fullName: '', lastLoginAt: null })
    await expect(service.login('at-once', '另一个很长的密码🔑')).resolves.toMatchObject({ user: { id: body.user.id } })
  })

  it.each([
    ['super_admin', true],
    ['admin', true],
    ['manager', true],
    ['moderator', true],
    ['user', true],
    ['guest', false],
  ])('sets can_write of the role %s by default: %s', async (role, canWrite) => {
    const { body } = await create(draft(`default-${role}`, { role }))
    expect(body.user).toMatchObject({ role, can_write: canWrite })
  })

  it.each([
    ['guest', true],
    ['user', false],
  ])('takes can_write of the role %s as given: %s', async (role, canWrite) => {
    const { body } = await create(draft(`given-${role}`, { role, can_write: canWrite }))
    expect(body.user.can_write).toBe(canWrite)
  })

  it.each(['username', 'email', 'password', 'role'])('needs a %s', async (field) => {
    const { [field]: _, ...rest } = draft('incomplete') as Record<string, unknown>
    expect(await create(rest)).toMatchObject({
      status: 400,
      body: { error: `${field} is required`, code: 400, error_code: 'MISSING_REQUIRED_FIELD' },
    })
  })

  it.each([
    ['email', 'nowhere', 'INVALID_EMAIL_FORMAT', 'invalid email format'],
    ['role', 'emperor', 'INVALID_ROLE', 'invalid role'],
    ['role', null, 'VALIDATION_ERROR', expect.stringContaining('role')],
    ['can_write', 'true', 'VALIDATION_ERROR', expect.stringContaining('can_write')],
    ['username', 'no spaces', 'VALIDATION_ERROR', expect.stringContaining('username')],
    ['fullName', 'REST knows it', 'VALIDATION_ERROR', expect.stringContaining('fullName')],
    ['status', 'active', 'VALIDATION_ERROR', expect.stringContaining('status')],
    ['password', 'short', 'WEAK_PASSWORD', expect.stringContaining('password')],
    ['password', 'password123', 'WEAK_PASSWORD', expect.stringContaining('password')],
    ['password', 'BREACHING', 'WEAK_PASSWORD', expect.stringContaining('password')],
    ['password', 'letters-to', 'WEAK_PASSWORD', expect.stringContaining('password')],
  ])('refuses %s = %j', async (field, value, code, error) => {
    const reply = await create(draft('breaching', { email: 'Letters-To@example.com', [field]: value }))
    expect(reply).toMatchObject({ status: 400, body: { error, code: 400, error_code: code } })
    expect(reply.body.details.map((each: any) => each.field)).toEqual([field])
    expect(await service.store.users.findCredentials('breaching')).toBeUndefined()
  })

  it.each([
    ['username', { username: 'TAKEN' }, 'username already exists', 'USERNAME_EXISTS'],
    ['email', { email: 'TAKEN@Example.COM' }, 'email already exists', 'EMAIL_EXISTS'],
  ])('refuses a %s that is taken, in any case', async (field, more, error, code) => {
    if (!(await service.store.users.findCredentials('taken'))) await create(draft('taken'))
    expect(await create(draft(`free-${field}`, more))).toMatchObject({
      status: 409,
      body: { error, code: 409, error_code: code },
    })
    expect(await service.store.users.findCredentials(`free-${field}`)).toBeUndefined()
  })
})
