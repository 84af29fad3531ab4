import cors from '@koa/cors'
import type Koa from 'koa'

/**
 * @param origins that may read answers
 * @param headers of requests that operations take, beside those of every body
 * @param methodsOf the methods of a path
 * @param nameAnswer gives an answer the headers that every one has
 */
export function allowOrigins(
  origins: readonly string[],
  headers: readonly string[],
  methodsOf: (path: string) => readonly string[],
  nameAnswer: (ctx: Koa.Context) => void,
): Koa.Middleware {
  const allow = cors({
    origin: (ctx) => (origins.includes(ctx.get('Origin')) ? ctx.get('Origin') : ''),
    allowHeaders: ['Authorization', 'Content-Type', ...headers],
    exposeHeaders: [
      'API-Version',
      'Accept-Encoding',
      'ETag',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'WWW-Authenticate',
      'X-Request-Id',
      'X-RateLimit-Limit',
      'X-RateLimit-Remaining',
      'X-RateLimit-Reset',
    ],
    maxAge: 600,
  })
  return async (ctx, next) => {
    let isPreflight = true
    await allow(ctx, () => {
      isPreflight = false
      return next()
    })
    if (!isPreflight) return
    nameAnswer(ctx)
    // The library has one list of methods for every path; the contract knows those of this one.
    const methods = methodsOf(ctx.path).join(', ')
    if (!methods) return
    ctx.set('Access-Control-Allow-Methods', methods)
    ctx.set('Allow', methods)
  }
}
