import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { contract } from '../support/contract-check.ts'
import { outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const pages = [
  { path: '/health', type: 'application/json; charset=utf-8' },
  { path: '/ready', type: 'application/json; charset=utf-8' },
  { path: '/openapi.json', type: 'application/json; charset=utf-8' },
  { path: '/openapi.yaml', type: 'application/yaml' },
  { path: '/.well-known/api-contract', type: 'application/json; charset=utf-8' },
  { path: '/.well-known/jwks.json', type: 'application/json; charset=utf-8' },
]

describe.each(pages)('$path', ({ path, type }) => {
  it('is served to everybody, whatever their token', async () => {
    for (const token of ['', 'rubbish']) {
      const reply = await service.call('GET', path, { token })
      expect(reply.status).toBe(200)
      expect(reply.headers['content-type']).toBe(type)
      expect(reply.headers['x-content-type-options']).toBe('nosniff')
      expect(reply.headers['x-request-id']).toBeTruthy()
    }
  })

  it('answers HEAD without a body, and OPTIONS', async () => {
    const head = await service.call('HEAD', path, {})
    expect(head.status).toBe(200)
    expect(head.body).toBeUndefined()
    expect(head.headers['content-type']).toBe(type)
    const options = await service.call('OPTIONS', path, {})
    expect(options.status).toBe(204)
    expect(options.headers.allow).toBe('GET, HEAD, OPTIONS')
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('has no %s', async (method) => {
    const reply = await service.call(method, path, {})
    expect(outcome(reply)).toBe('405 METHOD_NOT_ALLOWED')
    expect(reply.headers.allow).toBe('GET, HEAD, OPTIONS')
  })
})

it('/.well-known/api-contract tells which contract it is, what changed, and how much of it the tests have seen', async () => {
  const { body, headers } = await service.call('GET', '/.well-known/api-contract', {})
  const document = await (await fetch(`${service.url}/openapi.json`)).arrayBuffer()
  expect(body).toEqual({
    version: contract.info.version,
    sha256: createHash('sha256').update(Buffer.from(document)).digest('hex'),
    documents: { json: '/openapi.json', yaml: '/openapi.yaml', docs: '/docs/' },
    changelog: expect.arrayContaining([{ version: '0.1.0', breaking: [], compatible: [], prose: 0 }]),
    coverage: expect.objectContaining({ answers: { seen: expect.any(Number), declared: expect.any(Number) } }),
  })
  expect(body.changelog[0].version).toBe(body.version)
  expect(headers['api-version']).toBe(body.version)
  for (const path of Object.values<string>(body.documents)) expect((await fetch(service.url + path)).status).toBe(200)
})

it('/health tells that the process lives, and which', async () => {
  const { body } = await service.call('GET', '/health', {})
  expect(body).toEqual({ status: 'live', name: 'janus-users', version: '0.0.0' })
})

it('/ready asks the database, and is kept by no cache', async () => {
  const reply = await service.call('GET', '/ready', {})
  expect(reply.body).toEqual({ status: 'ready' })
  expect(reply.headers['cache-control']).toBe('no-store')
})

it('/openapi.json is the document that is checked in, and /openapi.yaml the same', async () => {
  const json = await service.call('GET', '/openapi.json', {})
  expect(json.body).toEqual(contract)
  const yaml = await service.call('GET', '/openapi.yaml', {})
  expect(yaml.body).toBe(readFileSync(new URL('../../generated/openapi.yaml', import.meta.url), 'utf8'))
  expect(parse(yaml.body)).toEqual(contract)
})

it('/.well-known/jwks.json has public keys alone, with which others can verify an access token', async () => {
  const { token } = await service.as('user')
  const { body } = await service.call('GET', '/.well-known/jwks.json', {})
  const [header = '', payload = '', signature = ''] = token.split('.')
  const { kid, alg, typ } = JSON.parse(Buffer.from(header, 'base64url').toString())
  expect({ alg, typ }).toEqual({ alg: 'EdDSA', typ: 'at+jwt' })
  for (const key of body.keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  const jwk = body.keys.find((key: { kid: string }) => key.kid === kid)
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  expect(verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))).toBe(true)
  expect(verify(null, Buffer.from(`${header}.${payload}x`), key, Buffer.from(signature, 'base64url'))).toBe(false)
})

it('nothing tells what it runs on', async () => {
  for (const { path } of [...pages, { path: '/nowhere' }, { path: '/users' }]) {
    const { headers } = await service.call('GET', path, {})
    expect(headers).not.toHaveProperty('x-powered-by')
    expect(headers).not.toHaveProperty('server')
  }
})
