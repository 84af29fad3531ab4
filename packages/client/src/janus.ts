import { ConnectionError, type JanusError } from './errors.ts'
import { alarm, createSender, headersOf } from './send.ts'
import { createSession } from './session.ts'
import type { Answer, Janus, JanusOptions, RequestSpec } from './types.ts'

/**
 * A session with a service; nothing is sent until a call needs it.
 *
 * @throws TypeError for a `baseUrl` that is none, or has a password in it
 */
export function createJanus(options: JanusOptions): Janus {
  const send = createSender(options)
  const { current, replacement, login, logout } = createSession(options, send)

  return {
    login,
    logout,
    send<Raw, Data>(request: RequestSpec): Promise<Answer<Raw, Data>> {
      const { headers, signal, requestId } = request.options ?? {}
      const attempt = async () => {
        signal?.throwIfAborted()
        const own = request.public || headersOf(headers).has('Authorization')
        const tokens = own ? undefined : await current(request.acceptsExpired)
        return send(request, tokens?.accessToken).catch(async (error) => {
          const fresh = tokens && (await replacement(tokens, error))
          if (!fresh) throw error
          return send(request, fresh.accessToken)
        })
      }
      return new Promise((resolve, reject) => {
        const fail = (error?: unknown) => reject(signal?.aborted ? givenUp(signal.reason, requestId) : error)
        const stop = alarm(signal, 0, fail)
        attempt()
          .then(resolve as (answer: Answer) => void, fail)
          .finally(stop)
      })
    },
  }
}

function givenUp(cause: unknown, requestId: string | undefined): JanusError {
  const error = new ConnectionError('Call aborted', { code: 'ABORTED', requestId, cause })
  // As fetch calls it: what is looked for by those who give calls up.
  error.name = 'AbortError'
  return error
}
