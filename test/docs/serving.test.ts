import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contract } from '../support/contract-check.ts'
import { type Service, send, startService } from '../support/service.ts'
import { pageNames } from './browser.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const files = [
  ...pageNames,
  'assets/docs.css',
  'assets/docs.js',
  'assets/early.js',
  'assets/icon.svg',
  'assets/search.json',
]

function get(path: string, options: RequestInit = {}): Promise<Response> {
  return fetch(service.url + path, { redirect: 'manual', ...options })
}

describe.each(files)('/docs/%s', (name) => {
  it('is sent whole once, and then only told to be the same (RFC 9110, 13.1.2)', async () => {
    const first = await get(`/docs/${name}`)
    expect(first.status).toBe(200)
    expect((await first.text()).length).toBeGreaterThan(100)
    const etag = first.headers.get('etag') as string
    expect(etag).toMatch(/^"[\w-]{22}"$/)
    expect(first.headers.get('cache-control')).toBe('no-cache')
    expect(first.headers.get('content-encoding')).toBe('gzip')
    // Not by fetch, which sends no-cache beside a condition. The tag is that of the coding which
    // fetch was sent.
    const ask = (tag: string) =>
      send(undefined, service.url, 'GET', `/docs/${name}`, {
        headers: { 'If-None-Match': tag, 'Accept-Encoding': 'gzip, deflate' },
      })
    const again = await ask(etag)
    expect(again).toMatchObject({ status: 304, body: undefined, headers: { etag } })
    expect((await ask('"another"')).status).toBe(200)
  })

  it('lets a browser run, load and ask nothing but what is of the service, and nothing inline', async () => {
    const { headers } = await get(`/docs/${name}`)
    const policy = headers.get('content-security-policy') ?? ''
    const rules = Object.fromEntries(policy.split('; ').map((rule) => rule.split(/ (.*)/).slice(0, 2)))
    expect(rules).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'img-src': "'self' data:",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    })
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('answers HEAD and OPTIONS, and no other method', async () => {
    const head = await get(`/docs/${name}`, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
    expect((await get(`/docs/${name}`, { method: 'OPTIONS' })).headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    const post = await get(`/docs/${name}`, { method: 'POST' })
    expect(post.status).toBe(405)
    expect(await post.json()).toMatchObject({ error_code: 'METHOD_NOT_ALLOWED' })
  })
})

it('has the types that browsers ask for', async () => {
  const type = async (name: string) => (await get(`/docs/${name}`)).headers.get('content-type')
  expect(await type('')).toBe('text/html; charset=utf-8')
  expect(await type('assets/docs.css')).toBe('text/css; charset=utf-8')
  expect(await type('assets/docs.js')).toBe('text/javascript; charset=utf-8')
  expect(await type('assets/icon.svg')).toBe('image/svg+xml')
  expect(await type('assets/search.json')).toBe('application/json')
})

it('/docs leads into the folder, with the query that it was asked with', async () => {
  const reply = await get('/docs?style=rest')
  expect(reply.status).toBe(308)
  expect(new URL(reply.headers.get('location') ?? '', `${service.url}/docs`).href).toBe(
    `${service.url}/docs/?style=rest`,
  )
})

it.each([
  '/docs/nothing',
  '/docs/permissions/',
  '/docs/assets/',
  '/docs/../package.json',
  '/docs/%2e%2e/app.ts',
  '/docs/assets/docs.ts',
])('%s is no page: the 404 of the service', async (path) => {
  const reply = await get(path)
  expect(reply.status).toBe(404)
  expect(await reply.json()).toMatchObject({ error_code: 'NOT_FOUND' })
})

it('has nothing inline, and names no address but relative ones and the sample', async () => {
  for (const name of pageNames) {
    const page = await (await get(`/docs/${name}`)).text()
    expect(page).not.toMatch(/\sstyle="|\son\w+="|<style|<script(?! (type="module" )?src="assets\/)/)
    const addresses = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address]) => address as string)
    expect(addresses.filter((address) => /^(\/|[a-z]+:)/i.test(address))).toEqual([])
  }
})

it('stays small: the first page with all that it loads', async () => {
  const page = await (await get('/docs/')).text()
  // It shows every operation whole, so that it can be searched and printed: what each may take.
  const operations = Object.values<object>(contract.paths).flatMap(Object.keys).length
  expect(page.length / operations).toBeLessThan(18_000)
  const assets = await Promise.all(
    files.filter((name) => name.startsWith('assets/')).map(async (name) => (await get(`/docs/${name}`)).text()),
  )
  expect(assets.join('').length).toBeLessThan(150_000)
})
