import { callOf } from './call.ts'
import { listOf, type Query } from './list.ts'
import { at } from './paths.ts'
import type { Answer, CallOptions, Janus } from './types.ts'

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
  return map(operations, (group, methods) =>
    map(methods, (name, line) => Object.assign(method(janus, failure, line), { id: `${style}.${group}.${name}` })),
  )
}

function method(janus: Janus, failure: string, line: string) {
  const [verb = '', path = '', flags = '', data = '', items, next = '', start, pages] = line.split(' ')
  const has = (flag: string) => flags.includes(flag)
  return (...args: unknown[]) => {
    const address = path.replace(/\{(\w+)\}/g, (_, name) => segment(name, args.shift()))
    const query = has('q') ? args.shift() : undefined
    const body = has('b') ? args.shift() : undefined
    const options = args.shift() as CallOptions | undefined
    const send = (asked: Query) =>
      janus.send({
        method: verb,
        path: address + textOf(asked),
        body,
        idempotent: has('i') || undefined,
        public: has('p'),
        acceptsExpired: has('x'),
        failure,
        options,
      })
    if (items) return listOf({ items, next, start, pages: pages?.split(',') }, (query ?? {}) as Query, send)
    const pick = ({ raw }: Answer) => (data === '*' ? raw : data === '-' ? undefined : at(raw, data))
    return callOf(send((query ?? {}) as Query).then((answer) => ({ ...answer, data: pick(answer) })))
  }
}

/** @throws TypeError for what would be another address: no text, or the dots that go up a folder */
function segment(name: string, value: unknown): string {
  if (typeof value !== 'string' || /^\.{0,2}$/.test(value)) throw new TypeError(`${name} has to be an id`)
  return encodeURIComponent(value)
}

function textOf(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`
}

function map<Value, Made>(
  from: Readonly<Record<string, Value>>,
  make: (name: string, value: Value) => Made,
): Record<string, Made> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, make(name, value)]))
}
