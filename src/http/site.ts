import type { Context, Middleware } from 'koa'
import type { SigningKeys } from '../domain/sessions/signing-keys.ts'
import { serveContract } from './api-contract.ts'
import type { Contract } from './contract.ts'
import { serveDocument } from './served.ts'

export interface SiteDeps {
  readonly contract: Contract
  readonly product: { readonly name: string; readonly version: string }
  readonly keys: Pick<SigningKeys, 'look' | 'jwks'>
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
  /** Answers GET and HEAD of its paths; all else is left to the next. */
  readonly serve: Middleware
  readonly paths: Paths
}

/** The paths that are served, with their methods. */
export type Paths = Pick<ReadonlyMap<string, readonly string[]>, 'get' | 'has'>

/** Not ready on purpose, starting or stopping: no news to a log. */
export class NotServing extends Error {}

/** What is served outside the contract. */
export function createSite({ contract, product, keys, ready, publicUrl, docs }: SiteDeps): Site {
  // Another spelling is another path, as in the contract.
  const site = new Map<string, (ctx: Context) => unknown>()
  /**
   * Whether the process lives; says nothing of its database, so that nobody restarts it for that.
   */
  site.set('/health', (ctx) => {
    ctx.body = { status: 'live', ...product }
  })
  /** Whether to send it requests. */
  site.set('/ready', async (ctx) => {
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
    site.set(path, serveDocument(read, { 'Content-Type': type, 'Cache-Control': caching }))
  serve('/openapi.json', json, 'no-cache', () => served.json)
  // RFC 9512
  serve('/openapi.yaml', 'application/yaml', 'no-cache', () => served.yaml)
  /** Which contract this service keeps, for programs. */
  serve('/.well-known/api-contract', json, 'no-cache', () => served.about)
  /** The keys that access tokens can be verified with elsewhere (RFC 7517). */
  const serveKeys = serveDocument(() => JSON.stringify(keys.jwks()), {
    'Content-Type': json,
    'Cache-Control': 'public, max-age=300',
  })
  site.set('/.well-known/jwks.json', async (ctx) => {
    await keys.look()
    serveKeys(ctx)
  })
  // The pages name each other relatively, so the first one has to stand in the folder too.
  site.set('/docs', (ctx) => {
    ctx.status = 308
    ctx.redirect(`docs/${ctx.search}`)
  })
  let pages: Docs | undefined
  /** What answers a path; the reading room is opened by the first who comes to it. */
  function find(path: string): ((ctx: Context) => unknown) | undefined {
    if (site.has(path) || !path.startsWith('/docs/')) return site.get(path)
    pages ??= docs()
    const make = pages.get(path.slice('/docs/'.length))
    if (make)
      site.set(
        path,
        serveDocument(() => make().body, make().headers),
      )
    return site.get(path)
  }
  const methods = ['HEAD', 'GET']
  return {
    serve(ctx, next) {
      const answer = methods.includes(ctx.method) ? find(ctx.path) : undefined
      return answer ? answer(ctx) : next()
    },
    paths: {
      get: (path) => find(path) && methods,
      has: (path) => find(path) !== undefined,
    },
  }
}
