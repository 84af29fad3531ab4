/**
 * `npm run bench:parts`: what every request pays, against what it would pay otherwise, as ratios of one
 * run.
 *  - finding the operation: our tables, openapi-backend's own router;
 *  - verifying an access token while passwords are hashed: synchronous with a cache, WebCrypto on
 *    libuv's pool.
 */
import { webcrypto } from 'node:crypto'
import { OpenAPIBackend } from 'openapi-backend'
import { createPasswords } from '../src/domain/passwords/password.ts'
import { createAccessTokens } from '../src/domain/sessions/access-token.ts'
import { openSigningKeys } from '../src/domain/sessions/signing-keys.ts'
import type { SigningKey } from '../src/domain/sessions/store.ts'
import { readContract } from '../src/http/contract.ts'
import { createRouteTable } from '../src/http/route-table.ts'

const row = (...cells: string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`)
const us = (ns: number) => `${(ns / 1000).toFixed(1)} us`

/** Median time of one call, in nanoseconds. */
async function median(times: number, call: () => unknown): Promise<number> {
  const taken: number[] = []
  for (let n = 0; n < times; n++) {
    const started = process.hrtime.bigint()
    await call()
    taken.push(Number(process.hrtime.bigint() - started))
  }
  return taken.sort((a, b) => a - b)[times >> 1] as number
}

const { document } = await readContract()
const api = await new OpenAPIBackend({ definition: document, quick: true }).init()
const find = createRouteTable(api.router.getOperations())
row('find the operation of', 'table', 'stock router', 'ratio')
row('---', '---', '---', '---')
for (const [method, path] of [
  ['GET', '/users:list'],
  ['GET', '/users/01941f29-7c00-7000-8000-000000000003'],
] as const) {
  const table = await median(20_000, () => find(method, path))
  const stock = await median(2000, () => api.router.matchOperation({ method: method.toLowerCase(), path, headers: {} }))
  row(path, us(table), us(stock), `${(stock / table).toFixed(0)} x`)
}

const now = () => new Date()
const stored: SigningKey[] = []
const signingKeys = {
  epoch: async () => 1,
  list: async () => stored,
  insertFirst: async (key: SigningKey) => void stored.push(key),
}
const keys = await openSigningKeys({ store: { signingKeys }, accessTokenTtl: 3600, refreshTokenTtl: 604_800, now })
const tokens = createAccessTokens({ keys, issuer: 'janus', audience: 'janus', clientId: 'janus', ttl: 3600, now })
const id = '01941f29-7c00-7000-8000-000000000003'
const sign = (jti: string) =>
  tokens.sign({ sub: id, sid: id, jti, role: 'admin', username: 'admin', canWrite: true }).token
const [jwk] = keys.jwks().keys
const key = await webcrypto.subtle.importKey('jwk', { ...jwk }, 'Ed25519', false, ['verify'])
const verifyAsynchronously = (token: string) => {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return webcrypto.subtle.verify(
    'Ed25519',
    key,
    Buffer.from(signature, 'base64url'),
    Buffer.from(`${header}.${payload}`),
  )
}

const passwords = createPasswords({ cost: 12, queue: 256, concurrency: 4 })
let hashing = true
/** As many logins as the pool has threads: what a burst does when nothing keeps one free. */
const logins = Array.from({ length: 4 }, async () => {
  while (hashing) await passwords.hash('correct horse battery')
})
const same = sign('same')
let n = 0
row('', '', '', '')
row('verify a token while 4 passwords are hashed', 'median', 'of the cached', '')
row('---', '---', '---', '---')
const cached = await median(2000, () => tokens.verify(same))
const fresh = await median(200, () => tokens.verify(sign(String(n++))))
const queued = await median(12, () => verifyAsynchronously(same))
row('synchronous, seen before', us(cached), '1 x', '')
row('synchronous, new (with its signing)', us(fresh), `${(fresh / cached).toFixed(0)} x`, '')
row('WebCrypto, in the pool', us(queued), `${(queued / cached).toFixed(0)} x`, '')
hashing = false
await Promise.all(logins)
