import { InvalidRequest } from './failures.ts'
import type { Schema } from './schemas.ts'

/**
 * A query string as the contract's validation takes it: repeated keys as lists (which no parameter
 * is), numbers as numbers. Only decimal digits make a number; Ajv's own coercion would take `1e2`,
 * `0x10` and a space too.
 *
 * @throws InvalidRequest for a broken percent-encoding
 */
export function readQuery(text: string, parameters: Readonly<Record<string, Schema>>): Record<string, unknown> {
  const query: Record<string, unknown> = Object.create(null)
  if (text === '') return query
  // No query of the contract has as many: what comes after cannot make it a good one.
  for (const pair of text.split('&').filter(Boolean).slice(0, 100)) {
    const at = pair.indexOf('=')
    const name = decode(at === -1 ? pair : pair.slice(0, at))
    const value = at === -1 ? '' : decode(pair.slice(at + 1))
    const read = parameters[name]?.type === 'integer' && /^\d{1,20}$/.test(value) ? Number(value) : value
    const given = query[name]
    if (Array.isArray(given)) given.push(read)
    else query[name] = Object.hasOwn(query, name) ? [given, read] : read
  }
  return query
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new InvalidRequest({ place: 'query', field: 'query', kind: 'broken_encoding' })
  }
}
