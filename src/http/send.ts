import { Readable } from 'node:stream'
import type { Context } from 'koa'
import { isLines } from './lines.ts'
import type { Outcome } from './request-context.ts'

/** @param publicUrl goes before `Location` */
export function send(ctx: Context, { status, body, mediaType, headers }: Outcome, publicUrl = ''): void {
  const { Vary, Location, ...others } = headers
  ctx.status = status
  if (Vary) ctx.vary(Vary)
  if (Location) ctx.set('Location', publicUrl + Location)
  ctx.set(others)
  if (mediaType) ctx.type = mediaType
  ctx.body = isLines(body) ? Readable.from(toText(body)) : (body ?? null)
  // Koa makes 204 of an empty body.
  ctx.status = status
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
