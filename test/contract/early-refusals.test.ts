import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDrainingServer } from '../../src/server/draining-server.ts'
import { sendBytes } from '../support/bytes.ts'
import { contract } from '../support/contract-check.ts'
import { earlyFailures, startDraining } from '../support/draining.ts'
import { outcome } from '../support/outcome.ts'

let front: Awaited<ReturnType<typeof startDraining>>
/** The headers of the last request that came through. */
let seen: object

beforeAll(async () => {
  front = await startDraining((request, response) => {
    seen = request.headers
    response.writeHead(204).end()
  })
})
afterAll(() => front.close())

describe('what the HTTP server refuses before there is a path', () => {
  it('is in the document, apart from the operations', () => {
    for (const [name, status] of [
      ['MalformedRequest', 400],
      ['RequestTimeout', 408],
      ['HeadersTooLarge', 431],
    ] as const) {
      const { $ref } = contract.components.responses[`Rpc.${name}`].content['application/json'].schema
      expect($ref).toBe(`#/components/schemas/Rpc.${name}Failure`)
      expect(contract.components.schemas[`Rpc.${name}Failure`].properties.code.const).toBe(status)
    }
  })

  it('is answered as it says there: no HTTP', async () => {
    expect(outcome(await sendBytes(front.url, ['nonsense']))).toBe('400 MALFORMED_REQUEST')
  })

  it.each([
    ['one header', ['GET /users HTTP/1.1', `X-Long: ${'x'.repeat(16_400)}`]],
    ['many headers', ['GET /users HTTP/1.1', ...Array.from({ length: 170 }, (_, n) => `X-${n}: ${'x'.repeat(100)}`)]],
    ['the path', [`GET /users?${'x'.repeat(16_400)} HTTP/1.1`]],
  ])('is answered as it says there: more than 16 kB, by %s', async (_, head) => {
    expect(outcome(await sendBytes(front.url, head))).toBe('431 HEADERS_TOO_LARGE')
  })

  it('is answered as it says there: headers that do not come to an end', async () => {
    const { server, url, close } = await startDraining()
    server.headersTimeout = 100
    expect(outcome(await sendBytes(url, ['GET /users HTTP/1.1'], '', false))).toBe('408 REQUEST_TIMEOUT')
    await close()
  })

  it('is measured as the document says', () => {
    const { server } = createDrainingServer(() => {}, earlyFailures)
    const told = (reason: string) => contract['x-failures'].find((each: any) => each.reason === reason).when
    expect(told('headers_too_large')).toContain('16 kB')
    expect(told('request_timeout')).toContain(`${server.headersTimeout / 1000} seconds`)
    expect(told('request_timeout')).toContain(`${server.requestTimeout / 1000}`)
  })
})

it('every header has room for as much as the document promises, beside the others and the longest token', async () => {
  const parameters = Object.values<any>(contract.components.parameters).filter((each) => each.in === 'header')
  expect(parameters.map(({ name }) => name).toSorted()).toEqual(['Accept-Language', 'X-Request-Id'])
  const longestOf = (schema: string) => 'x'.repeat(contract.components.schemas[schema].maxLength)
  const longest = parameters.map(({ name, schema }) => [name, longestOf(schema.$ref.split('/').at(-1))] as const)
  const headers = { ...Object.fromEntries(longest), Authorization: `Bearer ${longestOf('AccessToken')}` }
  const reply = await fetch(`${front.url}/users`, { headers: { ...headers, 'User-Agent': 'x'.repeat(1000) } })
  expect(reply.status).toBe(204)
  expect(seen).toMatchObject(Object.fromEntries(longest.map(([name, value]) => [name.toLowerCase(), value])))
})
