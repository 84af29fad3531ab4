import { Agent } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/processes.ts'
import { send } from '../support/service.ts'
import { cleanUp, type Janus, start, urlOf } from './janus.ts'
import { head, json, open } from './raw-client.ts'

const password = 'correct horse battery'
const limit = 100_000

let database: Awaited<ReturnType<typeof freshDatabase>>
let janus: Janus
let url: URL
let admin: string
let user: string
let spent: string

beforeAll(async () => {
  database = await freshDatabase()
  janus = await start({
    DATABASE_URL: urlOf(database.connection),
    ADMIN_PASSWORD: password,
    BODY_LIMIT: '100000b',
    RATE_LIMIT_PER_MINUTE: '300',
  })
  url = new URL(await janus.url)
  admin = await logIn('admin')
  for (const username of ['user', 'spent'])
    await janus.call('POST', '/users', {
      token: admin,
      json: { username, email: `${username}@example.com`, password },
    })
  user = await logIn('user')
  spent = await logIn('spent')
})
afterAll(async () => {
  await cleanUp()
  await database.close()
})

async function logIn(username: string): Promise<string> {
  return (await janus.call('POST', '/auth:login', { json: { username, password } })).body.access_token
}

/** Until the minute's requests of `spent` are used up. */
async function spend(): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  const ask = async () => (await send(agent, url.origin, 'GET', '/auth:me', { token: spent })).status
  while ((await ask()) !== 429);
  agent.destroy()
}

const bearer = (token: string) => ({ ...json, Authorization: `Bearer ${token}` })

describe('Expect: 100-continue', () => {
  const waits = { 'Content-Length': 50, Expect: '100-continue' }

  it.each<[string, string, string, () => Record<string, string | number>]>([
    ['404', 'POST', '/nowhere', () => ({ ...json, ...waits })],
    ['405', 'PUT', '/users', () => ({ ...json, ...waits })],
    ['401', 'POST', '/users', () => ({ ...json, ...waits })],
    ['401', 'POST', '/users:create', () => ({ ...bearer('bad'), ...waits })],
    ['429', 'POST', '/auth:me', () => ({ ...bearer(spent), ...waits })],
    ['403', 'POST', '/users', () => ({ ...bearer(user), ...waits })],
    ['413', 'POST', '/users', () => ({ ...bearer(admin), ...waits, 'Content-Length': limit + 1 })],
    ['413', 'POST', '/auth:login', () => ({ ...json, ...waits, 'Content-Length': limit + 1 })],
    ['415', 'POST', '/users', () => ({ ...bearer(admin), ...waits, 'Content-Type': 'text/plain' })],
    ['200', 'GET', '/health', () => ({ ...json, ...waits })],
  ])(
    'is answered %s at once, without 100, and with the end of the connection: %s %s',
    async (status, method, path, headers) => {
      if (status === '429') await spend()
      const { socket, said, statuses, hasEnded } = open(url)
      socket.write(head(method, path, headers()))
      await eventually(hasEnded)
      expect(statuses()).toEqual([status])
      expect(said()).toMatch(/^connection: close\r$/im)
      socket.destroy()
    },
  )

  it('is answered 100 to a good caller, then as any other, and the connection stays', async () => {
    const { socket, said, statuses } = open(url)
    const body = JSON.stringify({ usernameOrEmail: 'admin', password })
    socket.write(head('POST', '/auth/login', { ...json, 'Content-Length': body.length, Expect: '100-continue' }))
    await eventually(() => statuses().length === 1)
    expect(said()).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    socket.write(`${body}${head('GET', '/health', {})}`)
    await eventually(() => statuses().length === 3)
    expect(statuses()).toEqual(['100', '200', '200'])
    expect(said()).not.toMatch(/connection: close/i)
    socket.destroy()
  })

  it('is nothing to HTTP/1.0, which knows no 100', async () => {
    const { socket, statuses } = open(url)
    const body = JSON.stringify({ usernameOrEmail: 'admin', password })
    const { length } = body
    const text = head('POST', '/auth/login', { ...json, 'Content-Length': length, Expect: '100-continue' })
    socket.write(`${text.replace('HTTP/1.1', 'HTTP/1.0')}${body}`)
    await eventually(() => statuses().length > 0)
    expect(statuses()).toEqual(['200'])
    socket.destroy()
  })
})
