import { createSender } from './send.ts'
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
    async send<Raw>(request: RequestSpec): Promise<Answer<Raw>> {
      const own = request.public || new Headers(request.options?.headers).has('Authorization')
      const tokens = own ? undefined : await current(request.acceptsExpired)
      const answer = await send(request, tokens?.accessToken).catch(async (error) => {
        const fresh = tokens && (await replacement(tokens, error))
        if (!fresh) throw error
        return send(request, fresh.accessToken)
      })
      return answer as Answer<Raw>
    },
  }
}
