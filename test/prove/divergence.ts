import { isDeepStrictEqual } from 'node:util'
import type { Reply } from '../support/wire.ts'
import { claimsOf, fill, type Names, rename } from './names.ts'
import type { Exchange } from './wire.ts'

/** What came was not what had to come. */
export class Divergence extends Error {
  readonly exchange: Exchange
  /** What had to come and what came, with the values of this run. */
  readonly expected: unknown
  readonly got: unknown

  constructor(exchange: Exchange, expected: unknown, got: unknown) {
    super(`${exchange.method} ${exchange.path}`)
    this.exchange = exchange
    this.expected = expected
    this.got = got
  }
}

/**
 * Holds an answer against the prediction, and gives names what it brings. @throws Divergence
 *
 * @param part of the body of a failure
 */
export function compare(
  names: Names,
  exchange: Exchange,
  reply: Reply,
  part: (name: 'code' | 'reason') => string | undefined,
): void {
  const { status, code, reason, body, captures = {}, location, claims } = exchange
  if (code !== undefined) {
    const got = { status: reply.status, code: part('code'), reason: part('reason') }
    const expected = { status, code, reason }
    if (!isDeepStrictEqual(got, expected)) throw new Divergence(exchange, expected, shorten(reply))
    return
  }
  for (const [name, steps] of Object.entries(captures)) {
    const value = steps.reduce((at, step) => at?.[step], reply.body)
    // A cursor is that of the newest list.
    if (typeof value === 'string' && (name.startsWith('C') || !names.has(name))) rename(names, name, value)
  }
  const access = Object.keys(captures).find((name) => name.startsWith('A'))
  // The id of a session is told by its tokens alone, and by its list.
  const [, session] = /^A(\d+)_/.exec(access ?? '') ?? []
  if (access !== undefined && session !== undefined && !names.has(`S${session}`))
    rename(names, `S${session}`, String(claimsOf(names.get(access), { sid: '' })?.sid))
  const expected = JSON.parse(fill(names, JSON.stringify({ status, body, location, claims })))
  const said = access === undefined ? undefined : claimsOf(names.get(access), claims)
  const got = { status: reply.status, body: reply.body, location: reply.headers.location, claims: said }
  const shown = JSON.parse(JSON.stringify(got))
  if (!isDeepStrictEqual(shown, expected)) throw new Divergence(exchange, expected, shown)
}

const shorten = ({ status, body }: Reply) => ({ status, body })
