import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/processes.ts'
import { send } from '../support/service.ts'
import { cleanUp, start, urlOf } from './janus.ts'

afterEach(cleanUp)

describe('a connection that sends thousands of requests and reads no answer', () => {
  it('is cut, and everybody else is served', async () => {
    const own = await freshDatabase()
    const janus = await start({ DATABASE_URL: urlOf(own.connection) })
    const { hostname, port } = new URL(await janus.url)
    const socket = connect(Number(port), hostname)
    const closed = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve))
    socket.write('GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5000))
    await closed
    const few = connect(Number(port), hostname).setEncoding('utf8')
    let said = ''
    few.on('data', (chunk) => {
      said += chunk
    })
    few.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50))
    await eventually(() => said.split('HTTP/1.1 200').length === 51)
    few.destroy()
    await janus.stop()
    await own.close()
  })
})

describe('what is no HTTP request', () => {
  it.each([
    ['nonsense\r\n\r\n', 400, 'MALFORMED_REQUEST'],
    [`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
  ])('%.20s is answered in JSON, and the connection ends', async (text, status, error_code) => {
    const own = await freshDatabase()
    const janus = await start({ DATABASE_URL: urlOf(own.connection) })
    const { hostname, port } = new URL(await janus.url)
    const socket = connect(Number(port), hostname).setEncoding('utf8')
    let said = ''
    socket.on('data', (chunk) => {
      said += chunk
    })
    socket.write(text)
    await once(socket, 'close')
    expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(said).toMatch(/X-Request-Id: \S+\r\n/i)
    expect(said).toMatch(/API-Version: \d+\.\d+\.\d+\r\n/i)
    expect(JSON.parse(said.split('\r\n\r\n')[1] as string)).toMatchObject({
      code: status,
      error_code,
    })
    expect((await send(undefined, await janus.url, 'GET', '/health', { headers: { Expect: 'nothing' } })).status).toBe(
      200,
    )
    await janus.stop()
    await own.close()
  })
})
