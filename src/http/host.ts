import type { Context, Middleware } from 'koa'
import type { EarlyReason } from './contract.ts'
import type { EarlyFailures } from './early-failures.ts'

/** RFC 3986, 3.2.2 and 3.2.3, as RFC 9110, 7.2 has it; empty where the target has no authority. */
const hostAndPort =
  /^(?:\[[\da-f:.]+\]|\[v[\da-f]+\.[\w.~!$&'()*+,;=:-]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(?::\d*)?$/i

/**
 * RFC 9112, 3.2: a request without `Host`, with two, or with what is none, is 400; HTTP/1.0 knows
 * requests without. Two programs on its way could otherwise take it for two hosts.
 *
 * @param nameAnswer gives an answer the headers that every one has
 */
export function requireHost(failures: EarlyFailures, nameAnswer: (ctx: Context) => void): Middleware {
  return (ctx, next) => {
    const { rawHeaders, httpVersion } = ctx.req
    const wrong = problemOf(hostsOf(rawHeaders), httpVersion === '1.0' || httpVersion === '0.9')
    if (wrong === undefined) return next()
    const { status, mediaType, body } = failures.answer(wrong)
    nameAnswer(ctx)
    ctx.status = status
    ctx.set({ Connection: 'close', 'Cache-Control': 'no-store', 'Content-Language': 'en' })
    ctx.type = mediaType
    ctx.body = body
    return Promise.resolve()
  }
}

/** Node keeps the first of several elsewhere. */
function hostsOf(rawHeaders: readonly string[]): string[] {
  const hosts: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    if (name.length === 4 && name.toLowerCase() === 'host') hosts.push(rawHeaders[at + 1] as string)
  }
  return hosts
}

function problemOf([host, ...more]: readonly string[], isOld: boolean): EarlyReason | undefined {
  if (host === undefined) return isOld ? undefined : 'host_missing'
  if (more.length > 0) return 'host_repeated'
  return hostAndPort.test(host) ? undefined : 'host_malformed'
}
