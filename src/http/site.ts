import Router from '@koa/router'
import type { SigningKeys } from '../domain/signing-keys.ts'
import { documents } from './contract.ts'

export interface SiteDeps {
  readonly product: { readonly name: string; readonly version: string }
  readonly keys: Pick<SigningKeys, 'jwks'>
  /** Rejects while the service cannot answer: draining, or without its database. */
  readonly ready: () => Promise<void>
}

/** What is served outside the contract. */
export function createSite({ product, keys, ready }: SiteDeps): Router {
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
      await ready()
      ctx.body = { status: 'ready' }
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
  /** The keys that access tokens can be verified with elsewhere (RFC 7517). */
  site.get('/.well-known/jwks.json', (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=300')
    ctx.body = keys.jwks()
  })
  return site
}

/** The paths of the site with their methods. */
export function pathsOf(site: Router): ReadonlyMap<string, readonly string[]> {
  return new Map(site.stack.map((layer) => [String(layer.path), layer.methods]))
}
