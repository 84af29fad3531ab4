import type { Middleware } from 'koa'
import type { EarlyReason } from './contract.ts'
import type { EarlyFailures } from './early-failures.ts'

/** RFC 3986, 3.2.2 and 3.2.3, as RFC 9110, 7.2 has it; empty where the target has no authority. */
const hostAndPort =
  /^(?:\[[\da-f:.]+\]|\[v[\da-f]+\.[\w.~!$&'()*+,;=:-]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(?::\d*)?$/i

/**
 * RFC 9112, 3.2: a request without `Host`, with two, or with what is none, is 400; HTTP/1.0 knows
 * requests without. Two programs on its way could otherwise take it for two hosts.
 */
export function requireHost(failures: EarlyFailures): Middleware {
  return async (ctx, next) => {
    const { rawHeaders, httpVersion } = ctx.req
    const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host')
    const wrong = problemOf(hosts, httpVersion === '1.0' || httpVersion === '0.9')
    if (wrong === undefined) {
      await next()
      return
    }
    const { status, mediaType, body } = failures.answer(wrong)
    ctx.status = status
    ctx.set({ Connection: 'close', 'Cache-Control': 'no-store', 'Content-Language': 'en' })
    ctx.type = mediaType
    ctx.body = body
  }
}

function problemOf([host, ...more]: readonly string[], isOld: boolean): EarlyReason | undefined {
  if (host === undefined) return isOld ? undefined : 'host_missing'
  if (more.length > 0) return 'host_repeated'
  return hostAndPort.test(host) ? undefined : 'host_malformed'
}
