import { callOf } from './call.ts'
import { listOf, type Paging, type Query } from './list.ts'
import { fill } from './paths.ts'
import type { CallOptions, Janus } from './types.ts'

/** The methods of a style, by group and name: a line for each operation of the contract. */
export type Operations = Readonly<Record<string, Readonly<Record<string, string>>>>

/**
 * Makes the methods of a style. An operation is a line of words: its method; its path, in which
 * every `{name}` is an argument; flags (`b`: takes a body, `q`: takes query parameters, `i`: a write
 * that may be repeated, `p`: needs no session, `x`: an expired access token will do); where its
 * answer has the data (`*`: it is the data, `-`: there is none). A list goes on with the words of
 * `Paging`.
 *
 * @param style the first part of each operation's `id`
 * @param failure where failures have their message, code, reason and problems
 */
export function face(janus: Janus, style: string, failure: string, operations: Operations): unknown {
  const made: Record<string, Record<string, unknown>> = {}
  for (const group in operations) {
    made[group] = {}
    for (const name in operations[group]) {
      const call = method(janus, failure, operations[group][name] as string)
      made[group][name] = Object.assign(call, { id: `${style}.${group}.${name}` })
    }
  }
  return made
}

type Words = [verb: string, path: string, flags: string, data: string, ...paging: [] | Paging]

function method(janus: Janus, failure: string, line: string) {
  const [verb, path, flags, data, ...paging] = line.split(' ') as Words
  const has = (flag: string) => flags.includes(flag)
  return (...args: unknown[]) => {
    const address = path.replace(/\{(\w+)\}/g, (_, name) => segment(name, args.shift()))
    const query = (has('q') && (args.shift() as Query)) || {}
    const body = has('b') ? (args.shift() as object) : undefined
    const options = args.shift() as CallOptions | undefined
    const send = (asked: Query) =>
      janus.send({
        method: verb,
        path: address + textOf(asked),
        body,
        idempotent: has('i') || undefined,
        public: has('p'),
        acceptsExpired: has('x'),
        data,
        failure,
        options,
      })
    return paging.length ? listOf(paging, query, send) : callOf(send(query))
  }
}

/** @throws TypeError for what would be another address: no text, or the dots that go up a folder */
function segment(name: string, value: unknown): string {
  if (typeof value !== 'string' || /^\.{0,2}$/.test(value)) throw new TypeError(`${name} has to be an id`)
  return encodeURIComponent(value)
}

function textOf(query: Query): string {
  const text = fill(new URLSearchParams(), query).toString()
  return text && `?${text}`
}
