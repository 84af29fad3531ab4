import Router from '@koa/router'
import type { SigningKeys } from '../domain/signing-keys.ts'
import { describeContract } from './api-contract.ts'
import { documents } from './contract.ts'

export interface SiteDeps {
  readonly product: { readonly name: string; readonly version: string }
  readonly keys: Pick<SigningKeys, 'jwks'>
  /** What the service cannot do for now; rejects while it cannot answer: draining, or without its database. */
  readonly ready: () => Promise<readonly string[]>
  /** The reading room: its files by their path below `/docs/`, each with its headers, an ETag among them. */
  readonly docs: ReadonlyMap<
    string,
    () => { readonly headers: Readonly<Record<string, string>>; readonly body: string }
  >
}

/** What is served outside the contract. */
export function createSite({ product, keys, ready, docs }: SiteDeps): Router {
  // Another spelling is another path, as in the contract.
  const site = new Router({ strict: true, sensitive: true })
  /** Whether the process lives; says nothing of its database, so that nobody restarts it for that. */
  site.get('/health', (ctx) => {
    ctx.body = { status: 'live', ...product }
  })
  /** Whether to send it requests. */
  site.get('/ready', async (ctx) => {
    ctx.set('Cache-Control', 'no-store')
    try {
      const cannot = await ready()
      // Still 200: all instances have the one database, and who only reads is served.
      ctx.body = { status: 'ready', ...(cannot.length > 0 && { cannot }) }
    } catch (error) {
      // For the log; whoever asks is told no more than that it is so.
      ctx.state.outcome = { error }
      ctx.set('Retry-After', '1')
      ctx.status = 503
      ctx.body = { status: 'unavailable' }
    }
  })
  site.get('/openapi.json', (ctx) => {
    ctx.set('Cache-Control', 'no-cache')
    ctx.type = 'application/json'
    ctx.body = documents.json
  })
  site.get('/openapi.yaml', (ctx) => {
    ctx.set('Cache-Control', 'no-cache')
    // RFC 9512
    ctx.type = 'application/yaml'
    ctx.body = documents.yaml
  })
  /** Which contract this service keeps, for programs. */
  const contract = describeContract()
  site.get('/.well-known/api-contract', (ctx) => {
    ctx.set('Cache-Control', 'no-cache')
    ctx.body = contract
  })
  /** The keys that access tokens can be verified with elsewhere (RFC 7517). */
  site.get('/.well-known/jwks.json', (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=300')
    ctx.body = keys.jwks()
  })
  // The pages name each other relatively, so the first one has to stand in the folder too.
  site.get('/docs', (ctx) => {
    ctx.status = 308
    ctx.redirect(`docs/${ctx.search}`)
  })
  for (const [path, make] of docs)
    site.get(`/docs/${path}`, (ctx) => {
      const { headers, body } = make()
      ctx.set(headers)
      ctx.body = body
      if (ctx.fresh) ctx.status = 304
    })
  return site
}

/** The paths of the site with their methods. */
export function pathsOf(site: Router): ReadonlyMap<string, readonly string[]> {
  return new Map(site.stack.map((layer) => [String(layer.path), layer.methods]))
}
