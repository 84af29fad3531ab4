import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

describe('a fault of the service', () => {
  let service: Service
  let token: string

  beforeAll(async () => {
    service = await startService()
    token = (await service.as('admin', { username: 'caller' })).token
    await service.knex.raw('alter table user_counts rename column n to broken')
  })
  afterAll(() => service.close())

  it.each([
    ['RPC', 'POST', '/users:create', '500 INTERNAL_ERROR'],
    ['REST', 'POST', '/users', '500 SYS_012'],
    ['REST', 'GET', '/users/stats', '500 SYS_012'],
  ])(
    'is a 500 in the %s style that tells nothing; the log tells it under the request id: %s %s',
    async (style, method, path, expected) => {
      const json = { username: 'newcomer', email: 'newcomer@example.com', password: 'long enough to pass' }
      const reply = await service.call(method, path, {
        token,
        ...(method === 'POST' && { json: { ...json, ...(style === 'RPC' && { role: 'user' }) } }),
      })
      expect(outcome(reply)).toBe(expected)
      expect(JSON.stringify(reply.body)).not.toMatch(/broken|column|user_counts|relation|select|\bat \//i)
      const entry = service.logged.find(({ requestId }) => requestId === reply.headers['x-request-id'])
      expect(entry).toMatchObject({ status: 500, method, path })
      expect(entry?.err.message).toMatch(/column/)
      expect(JSON.stringify(entry)).not.toMatch(/newcomer|long enough|bcrypt/)
    },
  )

  it('of one operation leaves the others alone', async () => {
    expect((await service.call('GET', '/auth:me', { token })).status).toBe(200)
    expect((await service.call('GET', '/users:list', { token })).status).toBe(200)
  })
})

describe('an answer that breaks the contract, where answers are checked', () => {
  it('becomes a fault', async () => {
    const service = await startService({ checkResponses: true })
    const { token } = await service.as('admin')
    expect((await service.call('GET', '/users', { token })).status).toBe(200)
    // Nothing but a hand in the database makes such a user.
    const { id } = await service.makeUser({ username: 'not a name' })
    expect(outcome(await service.call('GET', `/users:get?id=${id}`, { token }))).toBe('500 INTERNAL_ERROR')
    expect(outcome(await service.call('GET', `/users/${id}`, { token }))).toBe('500 SYS_012')
    expect(outcome(await service.call('GET', '/users', { token }))).toBe('500 SYS_012')
    const failed = service.logged.filter(({ status }) => status === 500)
    expect(failed).toHaveLength(3)
    for (const { err } of failed) expect(err.message).toMatch(/breaks the contract.*username/)
    await service.close()
  })
})

describe('a client that goes away', () => {
  let service: Service
  let token: string
  beforeAll(async () => {
    service = await startService()
    ;({ token } = await service.as('admin'))
  })
  afterAll(() => service.close())

  it.each([
    ['with a length', ['Content-Length: 100'], '{"username"'],
    ['in chunks', ['Transfer-Encoding: chunked'], '5\r\n{"use'],
  ])('in the middle of its body is no fault: %s', async (_, headers, body) => {
    service.logged.length = 0
    const known = [`Authorization: Bearer ${token}`, 'Content-Type: application/json']
    const head = ['POST /users:create HTTP/1.1', 'Host: localhost', ...known, ...headers]
    const socket = net.connect(Number(new URL(service.url).port), '127.0.0.1')
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
    await vi.waitFor(() => expect(service.logged).toHaveLength(2))
    const [gone, request] = service.logged
    expect(gone).toMatchObject({ level: 30, msg: 'the client went away' })
    expect(request).toMatchObject({ level: 30, path: '/users:create', status: 400, requestId: gone?.requestId })
    expect((await service.call('GET', '/health')).status).toBe(200)
  })
})
