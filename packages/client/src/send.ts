import { ConnectionError, errorOf, JanusError, TimeoutError } from './errors.ts'
import { contractMajor, type FailureReason, type Problem } from './generated/common.ts'
import { at, fill } from './paths.ts'
import type { Answer, JanusOptions, RequestEvent, RequestSpec } from './types.ts'

/** Sends one request with this access token. */
export type Sender = (request: RequestSpec, token: string | undefined) => Promise<Answer>

/**
 * What sends requests: one attempt after another, until there is an answer or no sense in another.
 *
 * @throws TypeError for a `baseUrl` that is none, or has a name and a password in it
 */
export function createSender(given: JanusOptions): Sender {
  const { fetch: send = (...args) => fetch(...args), onRequest, onResponse, onRetry } = given
  // A text of what is none too: an environment variable that is not set gets the sentence below.
  const base = `${given.baseUrl}`.replace(/\/+$/, '')
  // Told without the address: it may have a password in it.
  if (!/^https?:\/\/[^?#@]+$/.test(base)) throw new TypeError('baseUrl has to be like https://example.com')
  let major = contractMajor

  return async (request, token) => {
    const {
      method,
      path,
      body,
      idempotent = method === 'GET',
      data = '',
      failure = 'message details.code details.reason details.errors',
      options = {},
    } = request
    const { signal, requestId, language = given.language } = options
    const { retries = given.retries ?? 2, timeout = given.timeout ?? 30_000 } = options
    const text = body ? JSON.stringify(body) : null
    const headers = headersOf(
      {
        Authorization: token && `Bearer ${token}`,
        'Content-Type': text && 'application/json',
        'Accept-Language': language,
        'X-Request-Id': requestId,
      },
      given.headers,
      options.headers,
    )

    for (let attempt = 1; ; attempt++) {
      const event = { method, path: path.replace(/\?.*/, ''), attempt, requestId }
      signal?.throwIfAborted()
      try {
        return await once(event)
      } catch (error) {
        if (!(error instanceof JanusError)) throw error
        const { status, reason, retryAfter = 0 } = error
        const safe =
          // Counted before anything else is done.
          reason === 'rate_limited' ||
          (idempotent && (error instanceof ConnectionError || /408|429|50[234]/.test(status as unknown as string)))
        // Asked to wait longer than a minute, the caller decides.
        if (!(safe && attempt <= retries && retryAfter <= 60) || signal?.aborted) throw error
        // Full jitter: clients that failed together do not come back together.
        const wait = retryAfter * 1000 + Math.random() * Math.min(8000, 250 * 2 ** attempt)
        onRetry?.({ ...event, error, wait })
        if (!signal?.aborted)
          await new Promise<void>((resolve) => {
            const stop = alarm(signal, wait || 1, () => {
              stop()
              resolve()
            })
          })
      }
    }

    async function once(event: RequestEvent): Promise<Answer> {
      onRequest?.(event)
      const started = Date.now()
      const controller = new AbortController()
      const stop = alarm(signal, timeout, () => controller.abort())
      let response: Response
      let told: string
      try {
        response = await send(base + path, {
          method,
          headers,
          signal: controller.signal,
          body: text,
          // The service sends none. Followed, it takes passwords and own headers to other hosts.
          redirect: 'manual',
        })
        told = await response.text()
      } catch (cause) {
        // Node shows what it cannot read as HTTP, which may be the answer to a login.
        delete (cause as { cause?: { data?: unknown } } | undefined)?.cause?.data
        throw controller.signal.aborted
          ? new TimeoutError(`No answer within ${timeout} ms`, { code: 'TIMED_OUT', requestId })
          : new ConnectionError('Service unreachable', { code: 'CONNECTION_FAILED', requestId, cause })
      } finally {
        stop()
      }
      const { status, ok, headers: about } = response
      const name = about.get('X-Request-Id') ?? requestId
      onResponse?.({ ...event, requestId: name, status, ms: Date.now() - started })
      const version = about.get('API-Version')
      if (Number.parseInt(version as string, 10) > major) {
        // Said once.
        major = Infinity
        // biome-ignore lint/suspicious/noConsole: for the developer
        console.warn(`Update janus-users-client to contract ${version}`)
      }
      let raw: unknown
      try {
        raw = JSON.parse(told)
      } catch {
        // Told below: nothing is where it has to be.
      }
      const picked = at(raw, data)
      if (ok && (picked != null || status === 204)) return { data: data === '-' ? undefined : picked, raw, response }
      const [message, code, reason, problems] = failure.split(' ').map((each) => at(raw, each))
      const known = typeof code === 'string'
      throw errorOf(known ? String(message) : `Not an answer of the service: ${status}`, {
        code: known ? code : 'UNEXPECTED_ANSWER',
        status,
        reason: reason as FailureReason | undefined,
        problems: problems as readonly Problem[] | undefined,
        requestId: name,
        retryAfter: secondsOf(about.get('Retry-After')),
        response,
      })
    }
  }
}

/**
 * Rings after so many milliseconds (0: never), and when the signal fires.
 *
 * @returns what keeps it from ringing
 */
export function alarm(signal: AbortSignal | undefined, ms: number, ring: () => void): () => void {
  // A timer that is given more than 2 ** 31 rings at once.
  const timer = ms > 0 && ms < 2e9 ? setTimeout(ring, ms) : undefined
  signal?.addEventListener('abort', ring)
  return () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', ring)
  }
}

/** @throws TypeError that does not repeat the value, as the platform's own would */
export function headersOf(...all: (object | undefined)[]): Headers {
  try {
    return fill(new Headers(), ...all)
  } catch {
    throw new TypeError('Bad header')
  }
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function secondsOf(header: string | null): number | undefined {
  const seconds = Number(header) || (Date.parse(header as string) - Date.now()) / 1000
  return seconds > 0 ? Math.ceil(seconds) : undefined
}
