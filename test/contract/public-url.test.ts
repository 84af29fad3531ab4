import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { contract } from '../support/contract-check.ts'
import { type PrefixProxy, startPrefixProxy } from '../support/prefix-proxy.ts'
import { type Service, startService } from '../support/service.ts'

const forged = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'gopher' }
const released = readFileSync(new URL('../../generated/openapi.json', import.meta.url))

let made = 0
const draft = () => {
  const name = `draft-${++made}`
  return { username: name, email: `${name}@example.com`, password: 'long enough to pass', role: 'user' }
}

describe('behind a proxy that takes a path prefix away', () => {
  let proxy: PrefixProxy
  let service: Service
  let token: string
  beforeAll(async () => {
    proxy = await startPrefixProxy('/a/user-service', forged)
    service = await startService({ publicUrl: proxy.url, trustProxy: 1 })
    proxy.leadTo(service.url)
    token = (await service.as('admin')).token
  })
  afterAll(async () => {
    proxy.close()
    await service.close()
  })

  it.each(['/users:create', '/users'])('the Location of %s leads to the new user', async (path) => {
    const { status, headers } = await service.call('POST', path, { token, json: draft(), headers: forged })
    expect(status).toBe(201)
    const location = headers.location as string
    expect(location.startsWith(`${proxy.url}/users`)).toBe(true)
    const found = await fetch(location, { headers: { Authorization: `Bearer ${token}` } })
    expect(found.status).toBe(200)
    const { user, data } = (await found.json()) as any
    expect((user ?? data).username).toBe(`draft-${made}`)
  })

  it('the server that the document names, with its paths, is this one', async () => {
    const json = (await (await fetch(`${proxy.url}/openapi.json`)).json()) as any
    const yaml = parse(await (await fetch(`${proxy.url}/openapi.yaml`)).text())
    expect(yaml).toEqual(json)
    expect(json).toEqual({ ...contract, servers: [{ ...contract.servers[0], url: proxy.url }] })
    for (const path of ['/users:list', '/auth/profile']) {
      expect(json.paths).toHaveProperty(path)
      const reply = await fetch(json.servers[0].url + path, { headers: { Authorization: `Bearer ${token}` } })
      expect(reply.status).toBe(200)
    }
  })

  it('programs are told where the documents are, and which contract was released', async () => {
    const told = (await (await fetch(`${proxy.url}/.well-known/api-contract`)).json()) as any
    expect(told.documents).toEqual({
      json: `${proxy.url}/openapi.json`,
      yaml: `${proxy.url}/openapi.yaml`,
      docs: `${proxy.url}/docs/`,
    })
    for (const url of Object.values<string>(told.documents)) expect((await fetch(url)).status).toBe(200)
    expect(told.sha256).toBe(createHash('sha256').update(released).digest('hex'))
  })

  it('the pages are found, their samples lead to the service, and nothing leads past the prefix', async () => {
    const page = await (await fetch(`${proxy.url}/docs`)).text()
    expect([page.includes(`${proxy.url}/users:list`), page.includes('127.0.0.1:6006')]).toEqual([true, false])
    const places = [...page.matchAll(/(?:href|src)="([^"#]+)/g)].map(([, place]) => place as string)
    for (const place of new Set(places))
      expect((await fetch(new URL(place, `${proxy.url}/docs/`))).status, place).toBe(200)
    expect(proxy.strays).toEqual([])
  })
})

describe('without PUBLIC_URL', () => {
  let service: Service
  let token: string
  beforeAll(async () => {
    service = await startService({ trustProxy: 1 })
    token = (await service.as('admin')).token
  })
  afterAll(() => service.close())

  it('nothing follows what Host says', async () => {
    for (const path of ['/users:create', '/users']) {
      const { headers } = await service.call('POST', path, { token, json: draft(), headers: forged })
      expect(headers.location).toMatch(/^\/users[/:]/)
    }
    const get = (path: string) => service.call('GET', path, { headers: forged })
    expect((await get('/openapi.json')).body).toEqual(contract)
    for (const path of ['/openapi.json', '/openapi.yaml', '/.well-known/api-contract', '/docs/', '/docs'])
      expect(JSON.stringify(await get(path))).not.toContain('evil.example')
  })
})
