/** One request of a job; `{n}` in the body is a number that no other request has. */
export interface Request {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** So many connections, each of which sends its requests in turn, over and over. */
export interface Group {
  readonly name: string
  /** That of the job, unless there is another. */
  readonly url?: string
  /** Of each connection, its requests. */
  readonly connections: readonly (readonly Request[])[]
}

/** What a generator is asked to do: all groups at once. */
export interface Job {
  readonly url: string
  readonly seconds: number
  /** Requests of each connection after which it ends before its time. */
  readonly atMost?: number
  readonly groups: readonly Group[]
}

/** What came of a group. */
export interface Outcome {
  readonly name: string
  readonly count: number
  /** Milliseconds of each request, ascending. */
  readonly ms: readonly number[]
  /** Answers that were no success, and the first of them. */
  readonly failures: number
  readonly failure?: string
}

/** The text of a request of HTTP/1.1. */
export function write({ method, path, headers = {}, body }: Request, host: string): string {
  const text = body === undefined ? '' : JSON.stringify(body)
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`]),
  ]
  return `${lines.join('\r\n')}\r\n\r\n${text}`
}
