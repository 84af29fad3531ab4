import { ConnectionError, errorOf, JanusError, TimeoutError } from './errors.ts'
import { contractVersion, type FailureReason, type Problem } from './generated/common.ts'
import { at } from './paths.ts'
import type { Answer, JanusOptions, RequestSpec } from './types.ts'

/** Sends one request with this access token. */
export type Sender = (request: RequestSpec, token: string | undefined) => Promise<Answer>

/** Asked to wait longer than so many seconds, the caller decides. */
const longestWait = 60
const repeatable = [408, 429, 502, 503, 504]

/**
 * What sends requests: one attempt after another, until there is an answer or no sense in another.
 *
 * @throws TypeError for a `baseUrl` that is none, or has a name and a password in it
 */
export function createSender(given: JanusOptions): Sender {
  const { fetch: send = (...args) => fetch(...args), onRequest, onResponse, onRetry } = given
  const base = given.baseUrl.replace(/\/+$/, '')
  // Told without the address: it may have a password in it.
  if (!/^https?:\/\/[^/?#@]+(\/[^?#]*)?$/.test(base))
    throw new TypeError('baseUrl has to be like https://users.example.com, without a password and a query')
  let warned = false

  return async (request, token) => {
    const { method, path, body, idempotent = method === 'GET', options = {} } = request
    const { signal, requestId } = options
    const { retries = 2, timeout = 30_000, language } = { ...given, ...defined(options) }
    const headers = headersOf({
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(language && { 'Accept-Language': language }),
      ...(requestId && { 'X-Request-Id': requestId }),
      ...given.headers,
      ...options.headers,
    })

    for (let attempt = 1; ; attempt++) {
      const event = { method, path: path.replace(/\?.*/, ''), attempt, requestId }
      try {
        return await once(event)
      } catch (error) {
        if (!(error instanceof JanusError)) throw error
        const { code, status = 0, reason, retryAfter = 0 } = error
        const safe =
          // Counted before anything else is done.
          reason === 'rate_limited' ||
          (idempotent && code !== 'ABORTED' && (error instanceof ConnectionError || repeatable.includes(status)))
        if (!safe || attempt > retries || retryAfter > longestWait) throw error
        // Full jitter: clients that failed together do not come back together.
        const wait = retryAfter * 1000 + Math.random() * Math.min(8000, 250 * 2 ** attempt)
        onRetry?.({ ...event, error, wait })
        await sleep(wait)
      }
    }

    async function once(event: { method: string; path: string; attempt: number; requestId: string | undefined }) {
      const started = Date.now()
      const controller = new AbortController()
      const abort = () => controller.abort()
      let timedOut = false
      const expire = () => {
        timedOut = true
        abort()
      }
      const timer = timeout > 0 ? setTimeout(expire, timeout) : undefined
      signal?.addEventListener('abort', abort)
      if (signal?.aborted) abort()
      onRequest?.(event)
      let response: Response
      let text: string
      try {
        response = await send(base + path, {
          method,
          headers,
          signal: controller.signal,
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
        text = await response.text()
      } catch (cause) {
        if (signal?.aborted) throw aborted()
        throw timedOut
          ? new TimeoutError(`No answer within ${timeout} ms`, { code: 'TIMED_OUT', requestId })
          : new ConnectionError('The service cannot be reached', { code: 'CONNECTION_FAILED', requestId, cause })
      } finally {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
      }
      const { status, ok } = response
      const name = response.headers.get('X-Request-Id') ?? requestId
      onResponse?.({ ...event, requestId: name, status, ms: Date.now() - started })
      warn(response.headers.get('API-Version'))
      const raw = parse(text)
      if (ok && (raw !== undefined || text === '')) return { raw, response }
      throw failureOf(raw, name, response)
    }

    function failureOf(raw: unknown, name: string | undefined, response: Response): JanusError {
      const { status } = response
      const [message, code, reason, problems] = (request.failure ?? '').split(' ').map((each) => at(raw, each))
      const known = typeof code === 'string'
      return errorOf(known ? String(message) : `An answer that is not the service's own: ${status}`, {
        code: known ? code : 'UNEXPECTED_ANSWER',
        status,
        reason: reason as FailureReason | undefined,
        problems: problems as readonly Problem[] | undefined,
        requestId: name,
        retryAfter: secondsOf(response.headers.get('Retry-After')),
        response,
      })
    }

    function sleep(ms: number): Promise<void> {
      return new Promise((resolve, reject) => {
        const stop = () => {
          clearTimeout(timer)
          reject(aborted())
        }
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', stop)
          resolve()
        }, ms)
        signal?.addEventListener('abort', stop, { once: true })
      })
    }

    function aborted(): JanusError {
      const error = new ConnectionError('The call was given up', { code: 'ABORTED', requestId, cause: signal?.reason })
      // As fetch calls it: what is looked for by those who give calls up.
      error.name = 'AbortError'
      return error
    }
  }

  function warn(version: string | null) {
    if (warned || !(Number.parseInt(version ?? '', 10) > Number.parseInt(contractVersion, 10))) return
    warned = true
    // biome-ignore lint/suspicious/noConsole: once, and for the developer
    console.warn(`The service is of contract ${version}, this client of ${contractVersion}: update janus-users-client`)
  }
}

/** @throws TypeError that does not repeat the value, as the platform's own would */
function headersOf(values: Record<string, string>): Headers {
  try {
    return new Headers(values)
  } catch {
    throw new TypeError('A header or the token has characters that HTTP cannot carry')
  }
}

function defined<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function secondsOf(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN)
  const left = Number.isNaN(seconds) ? (Date.parse(header ?? '') - Date.now()) / 1000 : seconds
  return Number.isNaN(left) ? undefined : Math.max(0, Math.ceil(left))
}
