import { AuthenticationError } from './errors.ts'
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
  const session = createSession(options, send)

  return {
    login: session.login,
    logout: session.logout,
    async send<Raw>(request: RequestSpec): Promise<Answer<Raw>> {
      const { headers } = request.options ?? {}
      const own = request.public || Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'authorization')
      const tokens = own ? undefined : await session.current(request.acceptsExpired)
      try {
        return (await send(request, tokens?.accessToken)) as Answer<Raw>
      } catch (error) {
        if (!tokens || !(error instanceof AuthenticationError)) throw error
        const fresh = await session.replacement(tokens, error)
        if (!fresh) throw error
        return (await send(request, fresh.accessToken)) as Answer<Raw>
      }
    },
  }
}
