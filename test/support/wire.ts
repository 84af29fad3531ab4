import { type Agent, request as httpRequest } from 'node:http'
import { lines } from './contract-coverage.ts'
import { secrets } from './secrets.ts'

/** What came over the wire, as a client sees it. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /**
   * Parsed JSON, of lines of it a list; undefined where there is no body; text where it is no JSON.
   */
  readonly body: any
}

export interface Call {
  readonly token?: string
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is; its content type is JSON unless a header says otherwise. */
  readonly raw?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** There is a secret in the path on purpose: to see what becomes of it. */
  readonly secretPath?: true
}

/**
 * One request, byte for byte: `fetch` would mend paths, refuse bodies and hide headers. Rejects
 * where the answer has a secret that does not belong there.
 */
export function send(agent: Agent | undefined, url: string, method: string, path: string, call: Call): Promise<Reply> {
  const { headers, body } = wireOf(call)
  secrets.learnRequest(body)
  if (call.secretPath) secrets.expectPath(path)
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      hostname,
      port,
      method,
      path,
      ...(agent && { agent }),
      headers: { ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }), ...headers },
    })
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const flat = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
        const status = response.statusCode ?? 0
        const said = response.rawHeaders.join('\n')
        const [leak] = secrets.scanExchange({ method, path, status, headers: said, text })
        if (leak) return reject(new Error(leak))
        const type = response.headers['content-type']?.split(';')[0]
        const got = type === lines && method !== 'HEAD' ? text.split('\n').filter(Boolean).map(parse) : parse(text)
        resolve({ status, headers: Object.fromEntries(flat), body: got })
      })
    })
    request.end(body)
  })
}

/** What a call sends. */
export function wireOf({ token, json, raw, headers = {} }: Call) {
  const body = json === undefined ? raw : JSON.stringify(json)
  return {
    body,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
