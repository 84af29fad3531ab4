import type { Service } from '../../../test/support/service.ts'
import { createJanus } from '../src/index.ts'
import type { JanusOptions } from '../src/types.ts'

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
