import { Readable } from 'node:stream'
import type { Context } from 'koa'
import { isLines } from './lines.ts'
import type { Outcome } from './request-context.ts'

/**
 * Writes answers to responses: status and all headers in one go, and the body with them. Koa, which
 * collects headers one by one and looks at the body's type, would take as long as everything that
 * stands before.
 *
 * @param everyAnswer headers that every answer has, beside `X-Request-Id`
 * @param publicUrl goes before `Location`
 */
export function createSend(everyAnswer: Readonly<Record<string, string>>, publicUrl = '') {
  const given = Object.entries(everyAnswer).flat()
  /** `Content-Type` by media type. */
  const contentTypes = new Map<string, string>()

  function contentTypeOf(ctx: Context, mediaType: string): string {
    const known = contentTypes.get(mediaType)
    if (known !== undefined) return known
    ctx.type = mediaType
    const made = ctx.response.get('Content-Type')
    contentTypes.set(mediaType, made)
    return made
  }

  return (ctx: Context, { status, body, mediaType, headers }: Outcome): void => {
    const { res } = ctx
    const lines: (string | number)[] = ['X-Request-Id', ctx.state.requestId, ...given]
    for (const name in headers) {
      const value = headers[name] as string
      // There may be one for CORS already.
      if (name === 'Vary' && res.hasHeader('Vary')) ctx.vary(value)
      else lines.push(name, name === 'Location' ? publicUrl + value : value)
    }
    if (mediaType !== undefined) lines.push('Content-Type', contentTypeOf(ctx, mediaType))
    if (isLines(body)) {
      for (let at = 0; at < lines.length; at += 2) ctx.set(lines[at] as string, lines[at + 1] as string)
      ctx.body = Readable.from(toText(body))
      ctx.status = status
      return
    }
    ctx.respond = false
    if (!ctx.writable) {
      // For the log: nobody is left to be answered.
      res.statusCode = status
      res.end()
    } else if (body === undefined) {
      if (status !== 204) lines.push('Content-Length', 0)
      res.writeHead(status, lines).end()
    } else {
      const text = JSON.stringify(body)
      lines.push('Content-Length', Buffer.byteLength(text))
      res.writeHead(status, lines).end(ctx.method === 'HEAD' ? undefined : text)
    }
  }
}

/**
 * @throws Error with what broke them off as its cause: unlike that of a client who has gone, it has
 * no `code`
 */
async function* toText(lines: AsyncIterable<unknown>): AsyncIterable<string> {
  try {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`
  } catch (cause) {
    throw new Error('the answer broke off', { cause })
  }
}
