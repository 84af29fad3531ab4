import type { Middleware } from 'koa'

/** RFC 3986, 3.2.2 and 3.2.3, as RFC 9110, 7.2 has it; empty where the target has no authority. */
const hostAndPort =
  /^(?:\[[\da-f:.]+\]|\[v[\da-f]+\.[\w.~!$&'()*+,;=:-]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(?::\d*)?$/i

/**
 * RFC 9112, 3.2: a request without `Host`, with two, or with what is none, is 400; HTTP/1.0 knows requests without. Two
 * programs on its way could otherwise take it for two hosts.
 */
export function requireHost(): Middleware {
  return async (ctx, next) => {
    const { rawHeaders, httpVersion } = ctx.req
    const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host')
    const wrong = problemOf(hosts, httpVersion === '1.0' || httpVersion === '0.9')
    if (wrong === undefined) {
      await next()
      return
    }
    ctx.status = 400
    ctx.set({ Connection: 'close', 'Cache-Control': 'no-store', 'Content-Language': 'en' })
    ctx.body = { error: wrong, code: 400, error_code: 'MALFORMED_REQUEST' }
  }
}

function problemOf([host, ...more]: readonly string[], isOld: boolean): string | undefined {
  if (host === undefined) return isOld ? undefined : 'the header Host is missing'
  if (more.length > 0) return 'the header Host must be sent once'
  return hostAndPort.test(host) ? undefined : 'the header Host must be a host and may have a port'
}
