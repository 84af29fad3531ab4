import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'
import { commandsOf, next, type Person, requestsOf, type Send, wrong } from './events.ts'

let service: Service
/** What nobody may find in the log: passwords and tokens, and what was typed for a name. */
const secrets = new Set([password])

beforeAll(async () => {
  service = await startService({ loginAttempts: 2, trustProxy: 1 })
})
beforeEach(() => {
  addresses++
})
afterAll(() => service.close())

let addresses = 0
for (const each of [next, wrong, 'not a refresh token', 'nobody at all']) secrets.add(each)

async function as(role: Person['user']['role']): Promise<Person> {
  const person = await service.as(role)
  for (const each of [person.token, person.refresh]) secrets.add(each)
  return person
}

/** One request, and the events of it. */
async function eventsOf(send: Send) {
  const address = `192.0.${addresses}.2`
  const reply = await send({ 'X-Forwarded-For': address, 'User-Agent': 'the events' })
  const { data = reply.body } = reply.body
  for (const key of ['accessToken', 'refreshToken', 'access_token', 'refresh_token'])
    if (data[key]) secrets.add(data[key])
  const lines = service.logged.filter(({ event }) => event)
  const events = lines
    .filter(({ requestId }) => requestId === reply.headers['x-request-id'])
    .map(({ level, time, pid, hostname, msg, requestId, ...details }) => {
      expect({ level, msg }).toEqual({ level: 30, msg: details.event })
      expect(details).toMatchObject({ address, userAgent: 'the events' })
      expect(Math.abs(Date.parse(details.at) - service.clock.now().getTime())).toBeLessThan(60_000)
      const { address: _, userAgent: __, at: ___, ...what } = details
      return what
    })
  return { events, reply }
}

const { rpc, post, logins } = requestsOf(() => service)
const commands = commandsOf(() => service)

it.each(Object.entries(commands))('%s is told to the sink', async (_, prepare) => {
  const admin = await as('admin')
  const { length } = prepare(admin, await as('user')).sends
  for (let index = 0; index < length; index++) {
    addresses++
    const { sends, events } = prepare(admin, await as('user'))
    expect((await eventsOf(sends[index] as Send)).events).toEqual(events)
  }
})

it('a creation tells whom, and what the answer says of them', async () => {
  const { token, user } = await as('admin')
  const drafts = [
    rpc('users:create', { username: 'made', email: 'made@example.com', password: next, role: 'user' }, token),
    post('/users', { username: 'made-too', email: 'made-too@example.com', password: next }, token),
  ]
  for (const [index, send] of drafts.entries()) {
    const { events } = await eventsOf(send)
    const made = await service.store.users.findCredentials(index === 0 ? 'made' : 'made-too')
    expect(events).toEqual([{ event: 'user_created', callerId: user.id, userId: made?.user.id }])
  }
})

it('a write that the database refuses has no event', async () => {
  const { token, user } = await as('admin')
  const { username } = await service.makeUser()
  const taken = { username, email: 'free@example.com', password: next, role: 'user' }
  expect((await eventsOf(rpc('users:create', taken, token))).events).toEqual([])
  const { email } = await service.makeUser()
  expect((await eventsOf(rpc('auth:me', { email }, token))).events).toEqual([])
  expect((await service.store.users.find(user.id))?.email).toBe(user.email)
})

it('the reuse of a refresh token ends the session, and tells both', async () => {
  for (const style of ['rpc', 'rest'] as const) {
    const { user, refresh } = await as('user')
    const send = (token: string) =>
      style === 'rpc' ? rpc('auth:refresh', { refresh_token: token }) : post('/auth/refresh', { refreshToken: token })
    const { reply } = await eventsOf(send(refresh))
    await eventsOf(send(reply.body.refresh_token ?? reply.body.data.refreshToken))
    service.clock.advance(11)
    const ids = { callerId: null, userId: user.id, sessionId: expect.any(String) }
    expect((await eventsOf(send(refresh))).events).toEqual([
      { event: 'refresh_token_reused', ...ids },
      { event: 'session_ended', ...ids },
    ])
  }
})

it('the failure that closes the lock says so', async () => {
  const { user } = await as('user')
  const [send] = logins(user.username, wrong)
  const locked = []
  for (let count = 0; count < 2; count++) locked.push(...(await eventsOf(send)).events.map((each) => each.locked))
  expect(locked).toEqual([false, true])
})

it('a refusal by a lock is told once for each lock, of a name that nobody has too', async () => {
  const { user } = await as('user')
  for (const [name, userId] of [
    [user.username, user.id],
    ['nobody at all, locked', null],
  ] as const) {
    addresses++
    const [rpcLogin, restLogin] = logins(name, wrong)
    const eventsOfLogins = async (send: Send) =>
      (await eventsOf(send)).events.map(({ event, userId }) => [event, userId])
    for (const locks of [1, 2]) {
      for (let count = locks; count < 3; count++)
        expect(await eventsOfLogins(rpcLogin)).toEqual([['login_failed', userId]])
      expect(await eventsOfLogins(restLogin)).toEqual([['login_refused', userId]])
      for (const send of [rpcLogin, restLogin]) expect(await eventsOfLogins(send)).toEqual([])
      service.clock.advance(901)
    }
  }
})

it('no line of all that has a secret in it', async () => {
  expect(new Set(service.logged.map(({ event }) => event)).size).toBeGreaterThan(11)
  const lines = JSON.stringify(service.logged)
  for (const secret of secrets) expect(lines).not.toContain(secret)
  const { rows } = await service.knex.raw('select password_hash from users where password_hash is not null')
  for (const { password_hash } of rows) expect(lines).not.toContain(password_hash)
})
