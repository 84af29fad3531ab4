import Router from '@koa/router'
import type { Context } from 'koa'
import type { SigningKeys } from '../domain/sessions/signing-keys.ts'
import { serveContract } from './api-contract.ts'
import type { Contract } from './contract.ts'
import { serveDocument } from './served.ts'

export interface SiteDeps {
  readonly contract: Contract
  readonly product: { readonly name: string; readonly version: string }
  readonly keys: Pick<SigningKeys, 'jwks'>
  /**
   * What the service cannot do for now; rejects while it cannot answer: with NotServing when it
   * starts or drains, or without its database.
   */
  readonly ready: () => Promise<readonly string[]>
  /**
   * Where clients reach the service, without a slash at the end; undefined: at whatever they asked.
   */
  readonly publicUrl: string | undefined
  /** Makes the reading room; called once, when one of its pages is first asked for. */
  readonly docs: () => Docs
}

/** The reading room: its files by their path below `/docs/`, each with its headers. */
export type Docs = ReadonlyMap<
  string,
  () => { readonly headers: Readonly<Record<string, string>>; readonly body: string }
>

export interface Site {
  readonly router: Router
  /** The methods of a path that is served; undefined for any other. */
  readonly paths: Paths
}
export type Paths = Pick<ReadonlyMap<string, readonly string[]>, 'get' | 'has'>

/** Not ready on purpose, starting or stopping: no news to a log. */
export class NotServing extends Error {}

/** What is served outside the contract. */
export function createSite({ contract, product, keys, ready, publicUrl, docs }: SiteDeps): Site {
  // Another spelling is another path, as in the contract.
  const site = new Router({ strict: true, sensitive: true })
  /**
   * Whether the process lives; says nothing of its database, so that nobody restarts it for that.
   */
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
  const served = serveContract(contract, publicUrl)
  const json = 'application/json; charset=utf-8'
  const serve = (path: string, type: string, caching: string, read: () => string) =>
    site.get(path, serveDocument(read, { 'Content-Type': type, 'Cache-Control': caching }))
  serve('/openapi.json', json, 'no-cache', () => served.json)
  // RFC 9512
  serve('/openapi.yaml', 'application/yaml', 'no-cache', () => served.yaml)
  /** Which contract this service keeps, for programs. */
  serve('/.well-known/api-contract', json, 'no-cache', () => served.about)
  /** The keys that access tokens can be verified with elsewhere (RFC 7517). */
  serve('/.well-known/jwks.json', json, 'public, max-age=300', () => JSON.stringify(keys.jwks()))
  // The pages name each other relatively, so the first one has to stand in the folder too.
  site.get('/docs', (ctx) => {
    ctx.status = 308
    ctx.redirect(`docs/${ctx.search}`)
  })
  const paths = new Map(site.stack.map((layer) => [String(layer.path), layer.methods]))
  let made: Docs | undefined
  const answers = new Map<string, ReturnType<typeof serveDocument>>()
  const pageOf = (path: string) => {
    if (!path.startsWith('/docs/')) return undefined
    made ??= docs()
    return made.get(path.slice('/docs/'.length))
  }
  site.get(/^\/docs\//, servePage)
  function servePage(ctx: Context, next: () => Promise<unknown>): unknown {
    const page = pageOf(ctx.path)
    if (!page) return next()
    const answer = answers.get(ctx.path) ?? serveDocument(() => page().body, page().headers)
    answers.set(ctx.path, answer)
    return answer(ctx)
  }
  return {
    router: site,
    paths: {
      get: (path) => paths.get(path) ?? (pageOf(path) && ['HEAD', 'GET']),
      has: (path) => paths.has(path) || pageOf(path) !== undefined,
    },
  }
}
