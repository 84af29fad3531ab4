import { at } from '../../contract/pointer.ts'
import { methodsOf } from '../../packages/client/generate/methods.ts'
import { rest } from '../../packages/client/src/generated/rest.ts'
import { rpc } from '../../packages/client/src/generated/rpc.ts'
import { createJanus } from '../../packages/client/src/janus.ts'
import type { Call, List } from '../../packages/client/src/types.ts'
import { findPath } from '../support/contract-check.ts'
import { ours } from '../support/contract-coverage.ts'
import type { Reply } from '../support/wire.ts'
import { argumentsOf, type Described, expectedOf, pathOf, plain, sentBy, shownBy } from './client-parts.ts'
import type { Fault, Sent } from './fault.ts'
import type { Tally } from './tally.ts'

/** A method of a face; a list can be iterated as well. */
export type Method = (...args: any[]) => Call<unknown, string> & Partial<List<unknown, string, unknown>>

/** An answer as it came over the wire, and what the client tells of it. */
export interface Told {
  /** None where the client tells of no answer. */
  readonly reply?: Reply | undefined
  /** What it has to tell. */
  readonly expected: unknown
  readonly got: unknown
}

/** More items than a list of the proof ever has. */
const endless = 1000

/**
 * The typed client in both faces, as what makes the requests of the proof.
 *
 * @param url of the service
 * @param deliver sends what the client sends
 * @param tally brought up to date with what goes through the client
 * @param fault may put other methods in place of the client's
 */
export function openClient(url: string, deliver: (sent: Sent) => Promise<Reply>, tally: Tally, fault?: Fault) {
  /** What came over the wire, by what the client was given for it. */
  const replies = new WeakMap<Response, Reply>()
  const janus = createJanus({
    baseUrl: url,
    // A second try would hide that the first has failed.
    retries: 0,
    async fetch(input, init) {
      const reply = await deliver(sentBy(String(input).slice(url.length), init))
      const { status, headers, body } = reply
      const response = new Response(body === undefined ? null : JSON.stringify(body), { status, headers })
      replies.set(response, reply)
      return response
    },
  })
  const methods = Object.entries({ rpc: rpc(janus), rest: rest(janus) }).flatMap(([style, face]) =>
    methodsOf(ours, style).map((described) => {
      const [group, name] = described.names
      const own: Method = (face as any)[group][name]
      const id = `${style}.${group}.${name}`
      tally.calls[id] ??= 0
      return { id, described, call: fault?.method?.(own, id) ?? own }
    }),
  )

  return {
    /** Makes a request by the method of its operation; undefined where no method can make it. */
    ask(request: Sent): Promise<Told> | undefined {
      const method = methodOf(request)
      const args = method && argumentsOf(method.described, request)
      if (!args) {
        tally.raw += 1
        return undefined
      }
      tally.calls[method.id] = (tally.calls[method.id] ?? 0) + 1
      return tell(method.described, () => method.call(...args))
    },

    /**
     * Iterates the list of a request, which has to give what a whole answer has; undefined where
     * there is no such method.
     */
    async iterate(request: Sent, whole: object): Promise<Told | undefined> {
      const method = methodOf(request)
      const paging = method?.described.operation['x-pagination']
      const [query, options] = (method && argumentsOf(method.described, request)) ?? []
      if (!method || !paging) return undefined
      tally.iterations += 1
      const expected = at(whole, paging.items)
      const found: unknown[] = []
      try {
        const list = method.call(query, options)
        for await (const item of list as AsyncIterable<unknown>) if (found.push(item) > endless) break
        return { expected, got: plain(found) }
      } catch (error) {
        return { expected, got: plain(shownBy(error)) }
      }
    },
  }

  function methodOf({ method, path }: Sent) {
    const operation = findPath(pathOf(path))?.operations[method.toLowerCase()]
    return methods.find(({ described }) => described.operation === operation)
  }

  async function tell(described: Described, call: () => ReturnType<Method>): Promise<Told> {
    try {
      const { data, raw, response } = await call().withResponse()
      const { status } = response
      return toldOf(described, response, { status, headers: Object.fromEntries(response.headers), raw, data })
    } catch (error) {
      return toldOf(described, (error as { response?: Response }).response, shownBy(error))
    }
  }

  function toldOf(described: Described, response: Response | undefined, got: unknown): Told {
    const reply = response && replies.get(response)
    return { reply, expected: reply ? plain(expectedOf(described, reply)) : 'an answer', got: plain(got) }
  }
}
