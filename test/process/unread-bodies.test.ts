import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDrainingServer } from '../../src/server/draining-server.ts'
import { freshDatabase } from '../support/database.ts'
import { earlyFailures } from '../support/draining.ts'
import { outcome } from '../support/outcome.ts'
import { eventually } from '../support/processes.ts'
import { cleanUp, type Janus, start, urlOf } from './janus.ts'
import { head, json, open } from './raw-client.ts'

const password = 'correct horse battery'
const limit = 100_000

let database: Awaited<ReturnType<typeof freshDatabase>>
let janus: Janus
let url: URL

beforeAll(async () => {
  database = await freshDatabase()
  janus = await start({
    DATABASE_URL: urlOf(database.connection),
    ADMIN_PASSWORD: password,
    BODY_LIMIT: '100000b',
  })
  url = new URL(await janus.url)
})
afterAll(async () => {
  await cleanUp()
  await database.close()
})

describe('a stranger who sends a body', () => {
  it.each([
    ['quickly, with its length', 20, 500_000, 0, true],
    ['quickly, in chunks', 20, 500_000, 0, false],
    ['slowly, with its length', 10, 20_000, 100, true],
    ['slowly, in chunks', 10, 20_000, 100, false],
    ['of less than the limit, slowly', 5, 1000, 100, true],
  ])('is answered 401 before it has come: %s', async (_, pieces, size, pauseMs, hasLength) => {
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest(`${url.origin}/users:create`, {
        method: 'POST',
        headers: { ...json, ...(hasLength && { 'Content-Length': pieces * size }) },
      })
      request.on('error', reject).on('response', resolve)
      void (async () => {
        for (let i = 0; i < pieces && !request.destroyed; i++) {
          request.write(Buffer.alloc(size, ' '))
          if (pauseMs) await delay(pauseMs)
        }
        request.end()
      })()
    })
    let text = ''
    for await (const chunk of reply) text += chunk
    expect(reply.statusCode).toBe(401)
    expect(JSON.parse(text).error_code).toBe('UNAUTHORIZED')
  })

  it('is answered at once, although not even half of it has come', async () => {
    const { socket, statuses } = open(url)
    socket.write(`${head('POST', '/users', { ...json, 'Content-Length': 5000 })}{`)
    await eventually(() => statuses().length > 0)
    expect(statuses()).toEqual(['401'])
    socket.destroy()
  })

  it('of any length finds the answer whole, with the end of the connection, and no reset before', async () => {
    const { socket, said, hasEnded, failure } = open(url)
    socket.write(head('POST', '/users:create', { ...json, 'Content-Length': 50_000_000 }))
    socket.write(Buffer.alloc(2_000_000, ' '))
    await eventually(hasEnded)
    expect(failure()).toBeUndefined()
    expect(said()).toMatch(
      /^HTTP\/1\.1 401 .*connection: close\r\n.*"error_code":"UNAUTHORIZED","reason":"token_missing"\}$/is,
    )
    await eventually(() => socket.destroyed)
  })

  it('costs no more of it than the limit, and what was on its way', async () => {
    const { server, drain } = createDrainingServer((_, response) => void response.end(), earlyFailures, {
      bodyBytes: limit,
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const accepted = once(server, 'connection')
    const { socket, hasEnded } = open({ ...(server.address() as AddressInfo), hostname: '127.0.0.1' })
    socket.write(head('POST', '/', { ...json, 'Transfer-Encoding': 'chunked' }))
    const [connection] = (await accepted) as [Socket]
    const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`
    while (!connection.destroyed) {
      socket.write(chunk)
      await delay(10)
    }
    expect(hasEnded()).toBe(true)
    expect(connection.bytesRead).toBeGreaterThan(limit)
    expect(connection.bytesRead).toBeLessThan(limit + 500_000)
    socket.destroy()
    await drain(0)
  })

  it('keeps the connection where the body is small, also when it comes after the answer', async () => {
    const { socket, statuses } = open(url)
    socket.write(`${head('POST', '/users', { ...json, 'Content-Length': 20 })}{`)
    await eventually(() => statuses().length === 1)
    socket.write(`${' '.repeat(18)}}${head('GET', '/health', {})}`)
    await eventually(() => statuses().length === 2)
    expect(statuses()).toEqual(['401', '200'])
    socket.destroy()
  })

  it('loses the connection, not the answer, where the rest does not come', async () => {
    const { socket, statuses, hasEnded, failure } = open(url)
    socket.write(`${head('POST', '/users', { ...json, 'Content-Length': 20 })}{`)
    await eventually(hasEnded)
    expect(statuses()).toEqual(['401'])
    expect(failure()).toBeUndefined()
    socket.destroy()
  })

  it('gets no second answer where the rest is malformed', async () => {
    const { socket, statuses, hasEnded } = open(url)
    socket.write(head('POST', '/users', { ...json, 'Transfer-Encoding': 'chunked' }))
    await eventually(() => statuses().length === 1)
    socket.write('nonsense\r\n')
    await eventually(hasEnded)
    expect(statuses()).toEqual(['401'])
    socket.destroy()
  })

  it('who sends several requests ahead is answered each, in turn', async () => {
    const { socket, statuses } = open(url)
    const body = JSON.stringify({ username: 'x' })
    const refused = `${head('POST', '/users', { ...json, 'Content-Length': body.length })}${body}`
    const chunked = `${head('POST', '/users', { ...json, 'Transfer-Encoding': 'chunked' })}2\r\n{}\r\n0\r\n\r\n`
    socket.write(`${refused}${head('GET', '/health', {})}${chunked}${refused}${head('GET', '/nowhere', {})}`)
    await eventually(() => statuses().length === 5)
    expect(statuses()).toEqual(['401', '200', '401', '401', '404'])
    socket.destroy()
  })
})

it('an oversized body of a known caller is refused whole too', async () => {
  const { body } = await janus.call('POST', '/auth:login', { json: { username: 'admin', password } })
  const raw = Buffer.alloc(5_000_000, ' ')
  for (const path of ['/users', '/users:create'])
    expect(outcome(await janus.call('POST', path, { token: body.access_token, raw }))).toMatch(/^413 /)
})
