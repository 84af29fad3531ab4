import { callOf } from './call.ts'
import { listOf, type Paging, type Query } from './list.ts'
import { fill } from './paths.ts'
import type { CallOptions, Janus } from './types.ts'

/** The methods of a style, by group and name: a line for each operation of the contract. */
export type Operations = Readonly<Record<string, Readonly<Record<string, string>>>>

/**
 * Makes the methods of a style. An operation is a line of words: its method; its path, in which
 * every `{name}` is an argument, and which ends with `?` or `&` where query parameters follow;
 * flags (`b`: takes a body, `q`: takes query parameters, `i`: a write that may be repeated, `p`:
 * needs no session, `x`: an expired access token will do); where its answer has the data (`*`: it
 * is the data, `-`: there is none). A list goes on with the words of `Paging`. Each method has its
 * `id` and its `line` as properties.
 *
 * @param style the first part of each operation's `id`
 * @param failure where failures have their message, code, reason and problems
 */
export function face(janus: Janus, style: string, failure: string, operations: Operations): unknown {
  const made: Record<string, Record<string, unknown>> = {}
  for (const group in operations) {
    made[group] = {}
    for (const name in operations[group]) {
      const line = operations[group][name] as string
      made[group][name] = Object.assign(method(janus, failure, line), { id: `${style}.${group}.${name}`, line })
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
    const send = (asked: Query) =>
      janus.send({
        method: verb,
        path: (address + fill(new URLSearchParams(), asked)).replace(/[?&]$/, '') as `/${string}`,
        body,
        idempotent: has('i') || undefined,
        public: has('p'),
        acceptsExpired: has('x'),
        data,
        failure,
        options: args[0] as CallOptions | undefined,
      })
    return paging.length ? listOf(paging, query, send) : callOf(send(query))
  }
}

/** @throws TypeError for what would be another address: no text, or the dots that go up a folder */
function segment(name: string, value: unknown): string {
  if (typeof value !== 'string' || /^\.{0,2}$/.test(value)) throw new TypeError(`${name} is no id`)
  return encodeURIComponent(value)
}
