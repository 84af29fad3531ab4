import { createRequire } from 'node:module'
import Koa, { type Context } from 'koa'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { Sources } from './docs/pages.ts'
import { createDomain, type DomainSettings } from './domain/domain.ts'
import type { DomainEvent } from './domain/events.ts'
import { createIds, toUlid } from './domain/id.ts'
import type { Passwords } from './domain/passwords/password.ts'
import type { Standbys } from './domain/reading.ts'
import type { SigningKeys } from './domain/sessions/signing-keys.ts'
import type { Store } from './domain/store.ts'
import { createReadBody } from './http/body.ts'
import { clientAddress } from './http/client-address.ts'
import { closingOf } from './http/connection.ts'
import { type Contract, readContract } from './http/contract.ts'
import { allowOrigins } from './http/cors.ts'
import { createEarlyFailures } from './http/early-failures.ts'
import { requireHost } from './http/host.ts'
import { chooseLanguage } from './http/language.ts'
import { createPermissions } from './http/permissions.ts'
import { createRateLimit, type RateLimit } from './http/rate-limit.ts'
import { logReads } from './http/reads-log.ts'
import type { Outcome } from './http/request-context.ts'
import { isRequestId } from './http/request-id.ts'
import { createRequestLog } from './http/request-log.ts'
import { RequestPipeline } from './http/request-pipeline.ts'
import { createSend } from './http/send.ts'
import { createSite } from './http/site.ts'
import type { Style } from './http/style.ts'
import { styles as ourStyles } from './http/styles.ts'
import { createUserLines, placesOf } from './http/user-lines.ts'

export { readContract } from './http/contract.ts'
export { createEarlyFailures } from './http/early-failures.ts'
export { NotServing } from './http/site.ts'

export type AppSettings = DomainSettings &
  Pick<Config, 'rateLimitPerMinute' | 'corsOrigins' | 'publicUrl' | 'trustProxy' | 'bodyLimit' | 'checkResponses'>

export interface AppDeps {
  readonly settings: AppSettings
  readonly store: Store
  /** What lists and the like are read from, where there are any. */
  readonly standbys?: Standbys | undefined
  /** How many serve, and how many are kept for what may take long. */
  readonly connections: { readonly serving: number; readonly heavy: number }
  readonly passwords: Passwords
  readonly keys: SigningKeys
  readonly product: { readonly name: string; readonly version: string }
  readonly ready: () => Promise<readonly string[]>
  /** What the reading room is made of: read, as the room is made, when it is first asked for. */
  readonly docs: () => Sources
  readonly log: Logger
  /** Called after a write whose events wait to be sealed. */
  readonly onEvent?: () => void
  /** One of this process alone, unless there is another. */
  readonly rateLimit?: RateLimit | undefined
  /** Ours, unless there is another. */
  readonly contract?: Contract
  readonly styles?: readonly Style[]
  readonly now?: () => Date
  /** As of `UsersDeps`. */
  readonly pageDepth?: number
  /** As of `LoginLockDeps`; without it one of this process alone. */
  readonly nameKey?: Buffer
  /** Takes what is to be done once the last request is answered. */
  readonly onClose?: (close: () => Promise<unknown>) => void
}

// For what is loaded when it is first asked for.
const require = createRequire(import.meta.url)

/** The whole service, but for the database and the socket; does no I/O of its own. */
export async function createApp({
  settings,
  store,
  standbys,
  connections,
  passwords,
  keys,
  product,
  ready,
  docs,
  log,
  onEvent = () => {},
  rateLimit,
  contract: given,
  styles = ourStyles,
  now = () => new Date(),
  pageDepth,
  nameKey,
  onClose = () => {},
}: AppDeps): Promise<Koa> {
  const contract = given ?? (await readContract())
  const newId = createIds({ now })
  const { publicUrl } = settings
  const publish = (event: DomainEvent) => {
    onEvent()
    log.info(event, event.event)
  }
  const domain = createDomain({
    settings,
    store,
    standbys,
    passwords,
    keys,
    publish,
    newId,
    now,
    pageDepth,
    nameKey,
    onClose,
  })
  const site = createSite({
    contract,
    product,
    keys,
    ready,
    publicUrl,
    docs: () => (require('./docs/pages.ts') as typeof import('./docs/pages.ts')).createPages(docs(), settings),
  })
  if (standbys) onClose(logReads(domain.reading.counts, log))
  const sitePaths = site.paths
  const permissions = createPermissions(contract.document, settings.emailChangeNeedsPassword)
  const deps = { ...domain, permissions, accessTokenTtl: settings.accessTokenTtl }
  const pipeline = await new RequestPipeline({
    contract,
    styles,
    handlers: Object.assign({}, ...styles.map((style) => style.createHandlers(deps))),
    sessions: domain.sessions,
    reading: domain.reading,
    rateLimit: rateLimit ?? createRateLimit(settings.rateLimitPerMinute, now),
    lines: createUserLines({ atOnce: placesOf(connections.serving) }),
    heavyLines: createUserLines({ atOnce: placesOf(connections.heavy) }),
    now,
    checkResponses: settings.checkResponses,
    outside: sitePaths,
  }).init()
  const app = new Koa()
  // Koa's own report goes to the console; ours is the log.
  app.silent = true
  app.on('error', (error, ctx?: Context) => {
    const requestId = ctx?.state.requestId
    // So it is when nobody is left to be answered: the client has gone, which is no fault of ours.
    if (error.headerSent && 'code' in error) log.info({ requestId, reason: error.message }, 'the client went away')
    else log.error({ requestId, err: error }, 'the answer was lost')
  })
  const logRequest = createRequestLog(log)
  app.use(async (ctx, next) => {
    const started = performance.now()
    // The absolute form of a target (RFC 9112, 3.2.2). Whose host it names is not ours to judge,
    // and Koa would throw where it is none.
    if (!ctx.url.startsWith('/')) ctx.url = ctx.url.replace(/^[a-z]+:\/\/[^/?#]*\/?/i, '/')
    const { path } = ctx
    const given = ctx.headers['x-request-id']
    const requestId = isRequestId(given) ? given : toUlid(newId())
    const state: AppState = ctx.state
    state.requestId = requestId
    state.path = path
    try {
      await next()
    } finally {
      const template = state.outcome?.path ?? (sitePaths.has(path) ? path : undefined)
      const ms = Math.floor((performance.now() - started) * 100) / 100
      const { method, status } = ctx
      logRequest({ requestId, method, path: template, status, ms }, state.outcome?.error)
    }
  })
  const everyAnswer = { 'API-Version': contract.version, 'X-Content-Type-Options': 'nosniff' }
  const nameAnswer = (ctx: Context) => ctx.set({ 'X-Request-Id': ctx.state.requestId, ...everyAnswer })
  app.use(requireHost(createEarlyFailures(contract, styles), nameAnswer))
  if (settings.corsOrigins.length > 0)
    app.use(
      allowOrigins(settings.corsOrigins, pipeline.headerParameters(), (path) => pipeline.methodsOf(path), nameAnswer),
    )
  app.use((ctx, next) => {
    if (!sitePaths.has(ctx.state.path)) return next()
    nameAnswer(ctx)
    return site.serve(ctx, next)
  })
  const send = createSend(everyAnswer, publicUrl)
  app.use(async (ctx) => {
    const { req, res, headers } = ctx
    const state: AppState = ctx.state
    const outcome = await pipeline.handleRequest({
      method: ctx.method,
      path: state.path,
      query: ctx.querystring,
      headers: headers as Record<string, string>,
      origin: {
        requestId: state.requestId,
        address: clientAddress(req, settings.trustProxy),
        userAgent: headers['user-agent'],
        gone: closingOf(req.socket),
      },
      language: (own) => chooseLanguage(ctx, own),
      readBody: createReadBody(req, res, settings.bodyLimit),
    })
    state.outcome = outcome
    send(ctx, outcome)
  })
  return app
}

interface AppState {
  requestId: string
  /** As it came, still percent-encoded. */
  path: string
  outcome?: Partial<Outcome>
}
