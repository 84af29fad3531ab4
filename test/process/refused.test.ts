import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/processes.ts'
import { cleanUp, type Janus, start, urlOf } from './janus.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
let janus: Janus

beforeAll(async () => {
  database = await freshDatabase()
  janus = await start({ DATABASE_URL: urlOf(database.connection), KEEP_ALIVE_SECONDS: '123' })
  await janus.url
})
afterAll(async () => {
  await cleanUp()
  await database.close()
})

/**
 * What is answered to these bytes, until there are as many answers as that or the connection ends.
 */
async function tell(text: string, answers = 1) {
  const { hostname, port } = new URL(await janus.url)
  const socket = connect(Number(port), hostname).on('error', () => {})
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk
  })
  socket.write(text, 'latin1')
  const all = () => said.split(/(?=HTTP\/1\.1 \d)/).map(parse)
  await eventually(
    () => socket.destroyed || (said !== '' && all().length === answers && all().every(({ whole }) => whole)),
  )
  socket.destroy()
  return all()
}

function parse(text: string) {
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => line.split(': ')).map(([name = '', value]) => [name.toLowerCase(), value]),
  )
  return {
    status: Number(first.split(' ')[1]),
    headers,
    body,
    whole: Buffer.byteLength(body) === Number(headers['content-length']),
  }
}

const get = (host: string, target = '/health') => `GET ${target} HTTP/1.1\r\n${host}\r\n`

describe('a request to no host, to two, or to what is none', () => {
  it.each([
    ['', 'the header Host is missing'],
    ['Host: a.example\r\nHost: a.example\r\n', 'the header Host must be sent once'],
    ['Host: a.example\r\nX-Between: 1\r\nhost: b.example\r\n', 'the header Host must be sent once'],
    ...[
      'a b',
      'a/b',
      'user@a',
      'a:b',
      'a:1:2',
      'a?',
      'a#',
      '<a>',
      '"a"',
      '[::1',
      '::1',
      '[a/b]',
      '%',
      '%zz',
      'ä',
      'a\\b',
    ].map((host) => [`Host: ${host}\r\n`, 'the header Host must be a host and may have a port']),
  ])('is refused in JSON: %j', async (host, error) => {
    for (const target of ['/health', '/users', '/users:list', '/nowhere', 'http://a.example/health']) {
      const [{ status, headers, body }] = (await tell(`${get(`${host}X-Request-Id: mine\r\n`, target)}`)) as [
        ReturnType<typeof parse>,
      ]
      expect(status).toBe(400)
      expect(headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'x-request-id': 'mine',
        'x-content-type-options': 'nosniff',
        connection: 'close',
      })
      expect(headers['api-version']).toMatch(/^\d+\.\d+\.\d+$/)
      const said = { error, code: 400, error_code: 'MALFORMED_REQUEST', reason: 'malformed_request' }
      expect(JSON.parse(body)).toEqual(said)
    }
  })

  it.each([
    'a.example',
    'a.example:80',
    'a.example:',
    '',
    'a_b',
    'A-1.',
    '127.0.0.1:6006',
    '[::1]',
    '[::1]:6006',
    '[v1.a:b]',
    '%C3%A4',
    "a!$&'()*+,;=~",
  ])('is not this one: %s', async (host) => {
    expect((await tell(get(`Host: ${host}\r\n`)))[0]?.status).toBe(200)
    expect((await tell(get(`hOST:${host} \r\n`, 'http://other.example/health')))[0]?.status).toBe(200)
  })

  it('is none of HTTP/1.0, which has no hosts, but may name one', async () => {
    expect((await tell('GET /health HTTP/1.0\r\n\r\n'))[0]?.status).toBe(200)
    expect((await tell('GET /health HTTP/1.0\r\nHost: a\r\n\r\n'))[0]?.status).toBe(200)
    expect((await tell('GET /health HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n'))[0]?.status).toBe(400)
  })
})

describe('what is no request for a path', () => {
  const host = 'Host: a.example\r\n'
  const chunks = `POST /auth:login HTTP/1.1\r\n${host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
  it.each([
    ['CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n', 501, 'NOT_IMPLEMENTED', 'not_implemented'],
    ['CONNECT /users HTTP/1.1\r\nHost: a.example\r\n\r\n', 501, 'NOT_IMPLEMENTED', 'not_implemented'],
    ['CONNECT a.example:443 HTTP/1.1\r\n\r\nmore', 501, 'NOT_IMPLEMENTED', 'not_implemented'],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505, 'HTTP_VERSION_NOT_SUPPORTED', 'http_version'],
    ['nonsense\r\n\r\n', 400, 'MALFORMED_REQUEST', 'malformed_request'],
    ['\x16\x03\x01\x02\x00\x01', 400, 'MALFORMED_REQUEST', 'malformed_request'],
    [`FOO /health HTTP/1.1\r\n${host}\r\n`, 400, 'MALFORMED_REQUEST', 'malformed_request'],
    [`GET /health HTTP/1.2\r\n${host}\r\n`, 400, 'MALFORMED_REQUEST', 'malformed_request'],
    [`GET /health HTTP/1.1\r\n${host}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE', 'headers_too_large'],
    [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, 431, 'HEADERS_TOO_LARGE', 'headers_too_large'],
    [
      `POST /auth:login HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
      400,
      'MALFORMED_REQUEST',
      'malformed_request',
    ],
    [`${chunks}zz\r\n`, 400, 'MALFORMED_REQUEST', 'malformed_request'],
    [`${chunks}1;${'x'.repeat(20_000)}\r\n`, 413, 'PAYLOAD_TOO_LARGE', 'body_too_large'],
  ])('is answered in JSON, and the connection ends: %.40j', async (text, status, code, reason) => {
    for (const before of ['', get(host)]) {
      const answers = await tell(`${before}${text}`, before ? 2 : 1)
      expect(answers).toHaveLength(before ? 2 : 1)
      const { headers, body, ...answer } = answers.at(-1) as ReturnType<typeof parse>
      expect(answer).toEqual({ status, whole: true })
      expect(headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'x-content-type-options': 'nosniff',
        connection: 'close',
      })
      expect(Date.parse(headers.date ?? '')).toBeGreaterThan(Date.now() - 60_000)
      expect(headers['api-version']).toMatch(/^\d+\.\d+\.\d+$/)
      expect(headers['x-request-id']).toMatch(/^\S+$/)
      const said = { error: expect.stringMatching(/^[a-z]/), code: status, error_code: code, reason }
      expect(JSON.parse(body)).toEqual(said)
    }
  })

  it.each(['websocket', 'h2c', 'TLS/1.0'])(
    'is not one that would be upgraded, and is answered as it is: %s',
    async (what) => {
      const upgrade = `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${what}\r\nHTTP2-Settings: AA\r\n`
      const [answer] = await tell(get(`${host}${upgrade}`))
      expect(answer?.status).toBe(200)
      expect(answer?.body).toContain('"live"')
    },
  )
})

describe('KEEP_ALIVE_SECONDS', () => {
  it('is told to clients', async () => {
    const [answer] = await tell(get('Host: x\r\n'))
    expect(answer?.headers).toMatchObject({ connection: 'keep-alive', 'keep-alive': 'timeout=123' })
  })
})
