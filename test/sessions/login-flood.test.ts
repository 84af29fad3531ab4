import { request } from 'node:http'
import bcrypt from 'bcrypt'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { outcome } from '../support/outcome.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
let administrator: { token: string }
const { compare } = bcrypt
/** Counts the passwords that were compared with a hash. */
const compared = vi.spyOn(bcrypt, 'compare')

beforeAll(async () => {
  // A hash takes a few milliseconds, and few may wait.
  const hashing = { cost: 6, queue: 64, concurrency: 1 }
  service = await startService({ trustProxy: 1, loginAttempts: 0, hashing })
  administrator = await service.as('admin')
  return () => service.close()
})
afterEach(() => compared.mockClear())

const styles = {
  RPC: { path: '/auth:login', body: (name: string, secret: string) => ({ username: name, password: secret }) },
  REST: { path: '/auth/login', body: (name: string, secret: string) => ({ usernameOrEmail: name, password: secret }) },
}
let drafts = 0

function login(style: keyof typeof styles, address: string, name: string, secret: string) {
  const { path, body } = styles[style]
  return service.call('POST', path, { json: body(name, secret), headers: { 'X-Forwarded-For': address } })
}

function create(style: keyof typeof styles) {
  const n = ++drafts
  const json = { username: `new-${n}`, email: `new-${n}@example.com`, password: 'long enough to pass', role: 'user' }
  return service.call('POST', style === 'RPC' ? '/users:create' : '/users', { token: administrator.token, json })
}

/** So many logins as fill the queue, from these addresses in turn. */
const flood = (style: keyof typeof styles, attackers: number) =>
  Array.from({ length: 150 }, (_, n) => login(style, `192.0.2.${n % attackers}`, `nobody-${n}`, 'a guess'))

/** Until the queue has refused somebody. */
const untilFull = (works: Promise<{ status: number }>[]) =>
  new Promise<void>((resolve) => {
    for (const work of works) work.then(({ status }) => status === 503 && resolve())
  })

describe.each(['RPC', 'REST'] as const)('a flood of logins, %s', (style) => {
  it.each([2, 20])('from %i addresses keeps nobody else from logging in, nor an administrator', async (attackers) => {
    const people = await Promise.all(Array.from({ length: 40 }, () => service.makeUser()))
    const attack = flood(style, attackers)
    await untilFull(attack)
    attack.push(...flood(style, attackers))
    const strangers = people.map(({ username }, n) => login(style, `198.51.100.${n}`, username, password))
    const [made, ...replies] = await Promise.all([create(style), ...strangers])
    expect(outcome(made)).toMatch(/^201/)
    expect(replies.map(({ status }) => status)).toEqual(Array(40).fill(200))
    const answers = await Promise.all(attack)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 503]))
    for (const { status, headers } of answers) if (status === 503) expect(headers['retry-after']).toBe('1')
  })

  it('by a guest who guesses the current password goes before nobody', async () => {
    const { user, token } = await service.as('guest')
    const people = await Promise.all(Array.from({ length: 8 }, () => service.makeUser()))
    const guesses = Array.from({ length: 100 }, () => {
      const [path, json] =
        style === 'RPC'
          ? ['/auth:me', { old_password: 'a guess', password: 'long enough to pass' }]
          : [
              '/auth/change-password',
              {
                currentPassword: 'a guess',
                newPassword: 'long enough to pass',
                confirmPassword: 'long enough to pass',
              },
            ]
      return service.call('POST', path, { token, json })
    })
    let guessed = 0
    for (const guess of guesses) void guess.then(() => guessed++)
    const replies = await Promise.all(
      people.map(({ username }, n) => login(style, `198.51.100.${n}`, username, password)),
    )
    expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(200))
    // In turn with eight others, the guesses have not all been answered before them.
    expect(guessed).toBeLessThan(100)
    const answers = await Promise.all(guesses)
    expect(answers.map(outcome)).toEqual(Array(100).fill(style === 'RPC' ? '401 INVALID_OLD_PASSWORD' : '422 AUTH_009'))
    expect(user.role).toBe('guest')
  })

  it('whose clients hang up is neither hashed nor counted, and no error', async () => {
    const lone = await startService({ hashing: { concurrency: 1 } })
    const { username } = await lone.makeUser()
    let asked = 0
    lone.sql.observe((steps) => {
      if (steps.some(({ text }) => text.includes('login_failures'))) asked += 1
    })
    const { promise: left, resolve: leave } = Promise.withResolvers<void>()
    // The first is at work until the others have gone.
    compared.mockImplementationOnce(async (secret, hash) => {
      await left
      return compare(secret, hash)
    })
    const { path, body } = styles[style]
    const clients = Array.from({ length: 50 }, () => {
      const headers = { 'Content-Type': 'application/json' }
      const client = request(`${lone.url}${path}`, { method: 'POST', headers, agent: false })
      client.on('error', () => {})
      client.end(JSON.stringify(body(username, 'a guess')))
      return client
    })
    await vi.waitFor(() => expect(asked).toBe(50), 30_000)
    for (const client of clients) client.destroy()
    const told = (message: string) => lone.logged.filter(({ msg }) => msg === message)
    await vi.waitFor(() => expect(told('the client went away').length).toBe(49), 30_000)
    leave()
    await vi.waitFor(() => expect(told('request').length).toBe(1), 30_000)
    expect(compared).toHaveBeenCalledTimes(1)
    // Of the account here, of the account, and of here.
    expect(await lone.knex('login_failures').select('count')).toEqual(Array(3).fill({ count: 1 }))
    for (const line of told('the client went away')) {
      expect(line).toMatchObject({ level: 30, method: 'POST', path })
      expect(line).not.toHaveProperty('err')
    }
    expect(lone.logged.filter(({ level }) => level > 30)).toEqual([])
    await lone.close()
  })
})
