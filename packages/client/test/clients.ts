import { password, type Service } from '../../../test/support/service.ts'
import { rest } from '../src/generated/rest.ts'
import { rpc } from '../src/generated/rpc.ts'
import { createJanus, type JanusError } from '../src/index.ts'
import type { JanusOptions, TokenStore } from '../src/types.ts'

/** What the service was sent, and what stands between. */
export interface Wire {
  /** `POST /auth/login`, in order, without queries. */
  readonly sent: string[]
  /** As `fetch` would: to hold a request back, to lose it or its answer. */
  between: (send: () => Promise<Response>, line: string) => Promise<Response>
  readonly fetch: typeof globalThis.fetch
  count(line: string): number
}

/** The global `fetch`, looked at. */
export function wireTo(): Wire {
  const wire: Wire = {
    sent: [],
    between: (send) => send(),
    fetch: (input, init) => {
      const line = `${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`
      wire.sent.push(line)
      return wire.between(() => fetch(input, init), line)
    },
    count: (line) => wire.sent.filter((each) => each === line).length,
  }
  return wire
}

/** A session with the service, and what it has sent. */
export function clientOf(service: Pick<Service, 'url'>, options: Partial<JanusOptions> = {}) {
  const wire = wireTo()
  return { wire, janus: createJanus({ baseUrl: service.url, fetch: wire.fetch, ...options }) }
}

/** A new administrator with a session of their own, both faces of it, and the ends it was told. */
export async function personOf(service: Service, options: Partial<JanusOptions> = {}) {
  const user = await service.makeUser({ role: 'admin' })
  const ended: (JanusError | undefined)[] = []
  const { wire, janus } = clientOf(service, {
    login: { username: user.username, password },
    onSessionEnd: (error) => void ended.push(error),
    ...options,
  })
  return { user, wire, janus, ended, a: rpc(janus), b: rest(janus) }
}

/** As tabs and processes have one: read anew every time, and without a lock. */
export function sharedStore(): TokenStore {
  let kept = 'null'
  return {
    get: () => JSON.parse(kept) ?? undefined,
    set: (tokens) => {
      kept = JSON.stringify(tokens ?? null)
    },
  }
}
