import { ConnectionError, errorOf, JanusError, TimeoutError } from './errors.ts'
import { contractMajor, type FailureReason, type Problem } from './generated/common.ts'
import { at, compact } from './paths.ts'
import type { Answer, JanusOptions, RequestEvent, RequestSpec } from './types.ts'

/** Sends one request with this access token. */
export type Sender = (request: RequestSpec, token: string | undefined) => Promise<Answer>

/** Asked to wait longer than so many seconds, the caller decides. */
const longestWait = 60
/** Why an attempt was given up. */
const late = 'late'
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
  if (!/^https?:\/\/[^?#@]+$/.test(base))
    throw new TypeError('baseUrl has to be like https://users.example.com')
  let warned = false

  return async (request, token) => {
    const { method, path, body, idempotent = method === 'GET', options = {} } = request
    const { signal, requestId } = options
    const retries = options.retries ?? given.retries ?? 2
    const timeout = options.timeout ?? given.timeout ?? 30_000
    const language = options.language ?? given.language
    const headers = headersOf({
      Authorization: token && `Bearer ${token}`,
      'Content-Type': body && 'application/json',
      'Accept-Language': language,
      'X-Request-Id': requestId,
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

    async function once(event: RequestEvent): Promise<Answer> {
      if (signal?.aborted) throw givenUp()
      const started = Date.now()
      const controller = new AbortController()
      const abort = () => controller.abort()
      const timer = timeout > 0 && setTimeout(() => controller.abort(late), timeout)
      signal?.addEventListener('abort', abort)
      onRequest?.(event)
      let response: Response
      let text: string
      try {
        response = await send(base + path, {
          method,
          headers,
          signal: controller.signal,
          body: body ? JSON.stringify(body) : null,
        })
        text = await response.text()
      } catch (cause) {
        if (signal?.aborted) throw givenUp()
        throw controller.signal.reason === late
          ? new TimeoutError(`No answer within ${timeout} ms`, { code: 'TIMED_OUT', requestId })
          : new ConnectionError('The service cannot be reached', { code: 'CONNECTION_FAILED', requestId, cause })
      } finally {
        if (timer) clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
      }
      const { status, ok, headers: told } = response
      const name = told.get('X-Request-Id') ?? requestId
      onResponse?.({ ...event, requestId: name, status, ms: Date.now() - started })
      warn(told.get('API-Version'))
      const raw = parse(text)
      if (ok && (raw !== undefined || text === '')) return { raw, response }
      throw failureOf(raw, name, response)
    }

    function failureOf(raw: unknown, name: string | undefined, response: Response): JanusError {
      const { status } = response
      const [message, code, reason, problems] = (request.failure ?? '').split(' ').map((each) => at(raw, each))
      const known = typeof code === 'string'
      return errorOf(known ? String(message) : `The answer is not the service's own: ${status}`, {
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
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, ms)
        const stop = () => {
          clearTimeout(timer)
          resolve()
        }
        signal?.addEventListener('abort', stop, { once: true })
      })
    }

    function givenUp(): JanusError {
      const error = new ConnectionError('The call was given up', { code: 'ABORTED', requestId, cause: signal?.reason })
      // As fetch calls it: what is looked for by those who give calls up.
      error.name = 'AbortError'
      return error
    }
  }

  function warn(version: string | null) {
    if (warned || !(Number.parseInt(version ?? '', 10) > contractMajor)) return
    warned = true
    // biome-ignore lint/suspicious/noConsole: once, and for the developer
    console.warn(`The service has contract ${version}: update janus-users-client`)
  }
}

/** @throws TypeError that does not repeat the value, as the platform's own would */
function headersOf(values: object): Headers {
  try {
    return new Headers(compact(values))
  } catch {
    throw new TypeError('A header or the token cannot be sent')
  }
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
  const seconds = Number(header) || (Date.parse(header ?? '') - Date.now()) / 1000
  return seconds > 0 ? Math.ceil(seconds) : undefined
}
