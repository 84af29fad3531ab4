import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breachesOf, outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let token: string

beforeAll(async () => {
  service = await startService({ loginAttempts: 0 })
  token = (await service.as('admin')).token
})
afterAll(() => service.close())

const own = 'correct horse battery'

/** Every way to set a password, for a user of one's own; all hold it to the same rule. */
const ways = [
  {
    way: 'POST /users:create',
    set: async (username: string, password: string) => {
      const json = { username, email: `${username}@example.com`, password, role: 'user' }
      return service.call('POST', '/users:create', { token, json })
    },
  },
  {
    way: 'POST /users',
    set: async (username: string, password: string) => {
      const json = { username, email: `${username}@example.com`, password }
      return service.call('POST', '/users', { token, json })
    },
  },
  {
    way: 'POST /users:update',
    set: async (username: string, new_password: string) => {
      const { id } = await service.makeUser({ username, email: `${username}@example.com` })
      const json = { action: 'reset_password', new_password }
      return service.call('POST', `/users:update?id=${id}`, { token, json })
    },
  },
  {
    way: 'POST /auth:me',
    set: async (username: string, password: string) => {
      const { token } = await service.as('user', { username, email: `${username}@example.com` })
      return service.call('POST', '/auth:me', { token, json: { old_password: own, password } })
    },
  },
  {
    way: 'POST /auth/change-password',
    set: async (username: string, newPassword: string) => {
      const { token } = await service.as('user', { username, email: `${username}@example.com` })
      const json = { currentPassword: own, newPassword, confirmPassword: newPassword }
      return service.call('POST', '/auth/change-password', { token, json })
    },
  },
]

let made = 0
const newName = () => `somebody-${++made}`
const opens = async (username: string, password: string) => {
  const { status } = await service.call('POST', '/auth:login', { json: { username, password } })
  const rest = { usernameOrEmail: `${username}@example.com`, password }
  expect((await service.call('POST', '/auth/login', { json: rest })).status).toBe(status)
  return status === 200
}

describe.each(ways)('a password set by $way', ({ set }) => {
  it.each([
    ['8 characters', 'k7#qx!2z'],
    ['8 emoji', '😀😁😂🤣😃😄😅😆'],
    ['128 characters', 'a1'.repeat(64)],
    ['128 emoji', '😀😎'.repeat(64)],
    ['64 letters of two bytes', 'é'.repeat(64)],
    ['spaces around it', '  spaced out  '],
    ['a NUL inside', 'before\u0000after'],
    ['a tab and a line feed', 'line one\n\tline two'],
    ['Chinese', '正确的马电池订书针钉'],
  ])('may be %s, and opens the account', async (_, password) => {
    const name = newName()
    expect(outcome(await set(name, password))).toMatch(/^20[01]$/)
    expect(await opens(name, password)).toBe(true)
    expect(await opens(name, password.slice(0, -1))).toBe(false)
    expect(await opens(name, `${password} `)).toBe(false)
  })

  it.each([
    ['7 characters', 'abcdef1'],
    ['7 emoji of two units each', '😀😁😂🤣😃😄😅'],
    ['7 letters that are 14 code points before they are composed', 'e\u0301'.repeat(7)],
    ['129 characters', `${'a1'.repeat(64)}b`],
    ['129 emoji', '😀'.repeat(129)],
    ['128 letters that composing makes 256', '\u0958'.repeat(128)],
    ['50 000 characters', 'a1'.repeat(25_000)],
    ['nothing', ''],
    ['a lone surrogate', 'valid but for \ud800'],
    ['a common one', 'password123'],
    ['a common one in capitals', 'QWERTYUIOP'],
  ])('is weak with %s', async (_, password) => {
    const reply = await set(newName(), password)
    expect(outcome(reply)).toMatch(/^400 (WEAK_PASSWORD|AUTH_001)$/)
    expect(breachesOf(reply)[0]?.field).toMatch(/password$/i)
  })

  it.each([
    ['the username', (name: string) => name],
    ['the username in capitals', (name: string) => name.toUpperCase()],
    ['the whole email', (name: string) => `${name}@example.com`],
    ['the whole email in capitals', (name: string) => `${name}@EXAMPLE.com`],
  ])('must not be %s', async (_, derive) => {
    const name = newName()
    const reply = await set(name, derive(name))
    expect(outcome(reply)).toMatch(/^400 (WEAK_PASSWORD|AUTH_001)$/)
    expect(breachesOf(reply)[0]?.message).toMatch(/must not be the username|不能与用户名/)
  })

  it('opens the account composed or decomposed', async () => {
    const [name, other] = [newName(), newName()]
    expect(outcome(await set(name, 'cafe\u0301 au lait'))).toMatch(/^20[01]$/)
    expect(await opens(name, 'café au lait')).toBe(true)
    expect(outcome(await set(other, 'café au lait'))).toMatch(/^20[01]$/)
    expect(await opens(other, 'cafe\u0301 au lait')).toBe(true)
    expect(await opens(other, 'cafe au lait')).toBe(false)
  })

  it('counts to its last character, beyond the 72 bytes that bcrypt reads', async () => {
    const name = newName()
    const head = 'x'.repeat(80)
    expect(outcome(await set(name, `${head}-mine`))).toMatch(/^20[01]$/)
    expect(await opens(name, `${head}-mine`)).toBe(true)
    expect(await opens(name, `${head}-yours`)).toBe(false)
    expect(await opens(name, head)).toBe(false)
  })
})

it('a password must not be the local part of the email', async () => {
  const json = { username: newName(), email: 'marie.curie@example.com', password: 'Marie.Curie' }
  expect(outcome(await service.call('POST', '/users', { token, json }))).toBe('400 AUTH_001')
  expect(outcome(await service.call('POST', '/users:create', { token, json: { ...json, role: 'user' } }))).toBe(
    '400 WEAK_PASSWORD',
  )
})

it('the password that /auth:me sets must not be the local part of the email that it sets', async () => {
  const { token: mine } = await service.as('user')
  const json = { email: 'new.address@example.com', old_password: own, password: 'new.address' }
  const reply = await service.call('POST', '/auth:me', { token: mine, json })
  expect(outcome(reply)).toBe('400 WEAK_PASSWORD')
  const whole = await service.call('POST', '/auth:me', { token: mine, json: { ...json, password: json.email } })
  expect(outcome(whole)).toBe('400 WEAK_PASSWORD')
  expect(whole.body.error).toBe('password must not be the username, the email address or the name in it')
})

it('a password that is the old one is refused: 400 in RPC, 422 in REST', async () => {
  const { token: mine } = await service.as('user')
  const rpc = { old_password: own, password: own }
  expect(outcome(await service.call('POST', '/auth:me', { token: mine, json: rpc }))).toBe('400 WEAK_PASSWORD')
  const rest = { currentPassword: own, newPassword: own, confirmPassword: own }
  expect(outcome(await service.call('POST', '/auth/change-password', { token: mine, json: rest }))).toBe('422 AUTH_010')
})

it('a confirmation that differs is refused', async () => {
  const { token: mine, user } = await service.as('user')
  const json = { currentPassword: own, newPassword: 'long enough to pass', confirmPassword: 'long enough to fail' }
  const reply = await service.call('POST', '/auth/change-password', { token: mine, json })
  expect(outcome(reply)).toBe('400 AUTH_001')
  expect(breachesOf(reply)[0]?.field).toBe('confirmPassword')
  expect((await service.login(user.username)).access_token).toBeTruthy()
})
