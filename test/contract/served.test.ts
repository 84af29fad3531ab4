import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service, startService } from '../support/service.ts'

const origin = 'https://app.example.com'
let service: Service

beforeAll(async () => {
  service = await startService({ corsOrigins: [origin] })
})
afterAll(() => service.close())

interface Raw {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

/** Byte for byte: `fetch` would unpack the answer and ask for codings of its own. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(service.url + path, { method, headers, agent: false })
    request.on('error', reject)
    request.on('response', async (response) => {
      const bytes = Buffer.concat(await response.toArray())
      resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes })
    })
    request.end()
  })
}

const unpack = { br: brotliDecompressSync, gzip: gunzipSync } as const

describe.each([
  '/openapi.json',
  '/openapi.yaml',
  '/.well-known/api-contract',
  '/.well-known/jwks.json',
  '/docs/',
  '/docs/errors',
  '/docs/assets/docs.css',
  '/docs/assets/docs.js',
])('%s', (path) => {
  it('is compressed for whoever takes it, each coding with a tag of its own', async () => {
    const plain = await ask(path)
    expect(plain.headers).not.toHaveProperty('content-encoding')
    const tags = new Set([plain.headers.etag])
    for (const coding of ['br', 'gzip'] as const) {
      const packed = await ask(path, { 'Accept-Encoding': coding })
      expect(packed.headers['content-encoding']).toBe(coding)
      expect(packed.headers['content-type']).toBe(plain.headers['content-type'])
      expect(Number(packed.headers['content-length'])).toBe(packed.bytes.length)
      expect(unpack[coding](packed.bytes).equals(plain.bytes)).toBe(true)
      if (plain.bytes.length > 10_000) expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 3)
      tags.add(packed.headers.etag)
      expect((await ask(path, { 'Accept-Encoding': coding })).headers.etag).toBe(packed.headers.etag)
    }
    expect(tags.size).toBe(3)
    for (const tag of tags) expect(tag).toMatch(/^"[\w-]{22}"$/)
  })

  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['*', 'br'],
    ['gzip;q=0, br;q=0', undefined],
    ['identity, gzip;q=0.5', undefined],
    ['identity', undefined],
    ['zstd, deflate', undefined],
    // Nothing is left: as it is, rather than 406 (RFC 9110, 12.5.3).
    ['identity;q=0', undefined],
    ['*;q=0', undefined],
    ['', undefined],
  ])('for Accept-Encoding "%s" comes as %s', async (accepted, coding) => {
    const reply = await ask(path, { 'Accept-Encoding': accepted })
    expect(reply.status).toBe(200)
    expect(reply.headers['content-encoding']).toBe(coding)
    expect(reply.headers.vary).toBe('Origin, Accept-Encoding')
  })

  it.each(['identity', 'gzip', 'br'])(
    'in the coding %s is sent once, and then only told to be the same',
    async (coding) => {
      const accept = { 'Accept-Encoding': coding }
      const { headers } = await ask(path, accept)
      const etag = headers.etag as string
      for (const condition of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        for (const method of ['GET', 'HEAD']) {
          const again = await ask(path, { ...accept, 'If-None-Match': condition }, method)
          expect([again.status, again.bytes.length], condition).toEqual([304, 0])
          for (const name of ['etag', 'vary', 'cache-control']) expect(again.headers[name]).toBe(headers[name])
          expect(again.headers).not.toHaveProperty('content-encoding')
        }
      }
      for (const condition of ['"other"', etag.slice(1, -1), '""'])
        expect((await ask(path, { ...accept, 'If-None-Match': condition })).status, condition).toBe(200)
      const other = await ask(path, { 'Accept-Encoding': coding === 'br' ? 'gzip' : 'br', 'If-None-Match': etag })
      expect(other.status).toBe(200)
    },
  )

  it.each(['identity', 'gzip', 'br'])('in the coding %s has the headers of GET for HEAD', async (coding) => {
    const settle = ({ date, 'x-request-id': _, ...rest }: IncomingHttpHeaders) => rest
    const accept = { 'Accept-Encoding': coding }
    const [get, head] = [await ask(path, accept), await ask(path, accept, 'HEAD')]
    expect(head.bytes).toHaveLength(0)
    expect(settle(head.headers)).toEqual(settle(get.headers))
    expect(Number(head.headers['content-length'])).toBe(get.bytes.length)
  })

  it('is read by scripts of other origins', async () => {
    const reply = await ask(path, { Origin: origin, 'Accept-Encoding': 'gzip' })
    expect(reply.headers['access-control-allow-origin']).toBe(origin)
  })
})
