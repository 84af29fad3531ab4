import { createHash } from 'node:crypto'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Context } from 'koa'

/**
 * Synchronously, as in the zlib of Node the others share libuv's pool with the passwords: behind
 * four hashes a document would wait for a second. Each is compressed once, at a quality that takes
 * a few milliseconds.
 */
const codings = {
  br: (bytes: Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes: Buffer) => gzipSync(bytes),
  identity: (bytes: Buffer) => bytes,
} as const
type Coding = keyof typeof codings

/**
 * The bytes of one coding, with their strong entity tag (RFC 9110, 8.8.3): another coding is
 * another representation.
 */
interface Representation {
  readonly bytes: Buffer
  readonly tag: string
}

/**
 * Answers with a document in the coding that the client takes, Brotli before gzip, or tells it that
 * it has the document already (RFC 9110, 13.1.2). Whoever refuses every coding is sent it as it is.
 *
 * @param read the document's text; each coding is made when it is first asked for, and kept while
 *   the text stays the same
 * @param headers `Content-Type` among them
 */
export function serveDocument(read: () => string, headers: Readonly<Record<string, string>>): (ctx: Context) => void {
  let text: string | undefined
  let made: Partial<Record<Coding, Representation>> = {}

  function represent(coding: Coding): Representation {
    const current = read()
    if (current !== text) made = {}
    text = current
    made[coding] ??= tagged(codings[coding](Buffer.from(current)))
    return made[coding]
  }

  return (ctx) => {
    const coding =
      (['br', 'gzip'] as const).find((each) => ctx.acceptsEncodings(each, 'identity') === each) ?? 'identity'
    const { bytes, tag } = represent(coding)
    ctx.set(headers)
    ctx.vary('Accept-Encoding')
    ctx.set('ETag', tag)
    // Koa takes nothing for fresh that is no success yet.
    ctx.status = 200
    if (ctx.fresh) {
      ctx.status = 304
      return
    }
    if (coding !== 'identity') ctx.set('Content-Encoding', coding)
    ctx.body = bytes
  }
}

function tagged(bytes: Buffer): Representation {
  return { bytes, tag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
}
