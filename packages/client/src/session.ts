import { ConnectionError, errorOf, type JanusError } from './errors.ts'
import type { Sender } from './send.ts'
import type { Answer, Credentials, Janus, JanusOptions, TokenStore, Tokens } from './types.ts'

/** What a login and a refresh answer in the REST style, which counts in seconds: no clock is compared. */
interface Grant {
  readonly data: { readonly accessToken: string; readonly refreshToken: string; readonly expiresIn: number }
}

const failure = 'message details.code details.reason details.errors'

export interface Session extends Pick<Janus, 'login' | 'logout'> {
  /**
   * What the next request is sent with; undefined where there was no session and no login is known.
   *
   * @throws JanusError `NO_SESSION`, or that of a connection
   */
  current(expiredWillDo?: boolean): Promise<Tokens | undefined>
  /** What to repeat a request with that was refused; undefined where that cannot help. */
  replacement(used: Tokens, error: JanusError): Promise<Tokens | undefined>
}

/** The tokens of a session: opens and refreshes it when that is due, once for all who wait. */
export function createSession(given: JanusOptions, send: Sender): Session {
  const { onTokens, onSessionEnd, tokens: first, store = memory() } = given
  const language = given.language ?? 'en'
  const seeded = first && store.set(first)
  let credentials = given.login
  /** Whether there is a session, the end of which would be told. */
  let open = first !== undefined
  /** Why no login is tried, and until when. */
  let refusal: { readonly error?: JanusError | undefined; readonly until: number } | undefined
  let renewal: Promise<Tokens | undefined> | undefined

  return { current, replacement, login, logout }

  async function current(expiredWillDo = false): Promise<Tokens | undefined> {
    await seeded
    const tokens = await store.get()
    if (tokens) {
      open = true
      if (expiredWillDo) return tokens
      const due = renewal ?? (tokens.refreshToken && Date.now() > Number(tokens.refreshAt) && renew(tokens))
      if (!due) return tokens
      return due.catch((error) => {
        if (refusal) throw error
        // Refreshed ahead of its end: the access token may be good yet.
        return tokens
      })
    }
    if (renewal) return renewal
    // Somebody who shares the store has ended it.
    if (open) end()
    if (refusal && refusal.until > Date.now()) throw withoutSession(refusal.error)
    return credentials && renew()
  }

  async function replacement(used: Tokens, error: JanusError): Promise<Tokens | undefined> {
    // Any other 401 speaks of something else, such as a wrong old password.
    if (error.reason === 'token_invalid') return renew(used)
    if (error.reason !== 'token_revoked') return undefined
    const tokens = await store.get()
    if (tokens && tokens.accessToken !== used.accessToken) return tokens
    await store.set(undefined)
    end(error)
    return undefined
  }

  async function login(shown: Credentials): Promise<void> {
    await settled()
    await exclusively(() => begin(shown))
  }

  async function logout(): Promise<void> {
    await settled()
    const tokens = await store.get()
    open = false
    end()
    await store.set(undefined)
    if (!tokens) return
    await post('/auth/logout', undefined, tokens.accessToken).catch((error) => {
      // It had ended already.
      if (error.status !== 401) throw error
    })
  }

  /** After what is under way, however it ends. */
  async function settled(): Promise<void> {
    await seeded
    await renewal?.catch(() => {})
  }

  function renew(used?: Tokens): Promise<Tokens | undefined> {
    return (
      renewal ??
      exclusively(() =>
        replace(used).catch((error) => {
          throw withoutSession(error)
        }),
      )
    )
  }

  /** One at a time, here and among those who share the store; who comes meanwhile gets what it gives. */
  function exclusively(work: () => Promise<Tokens | undefined>): Promise<Tokens | undefined> {
    renewal = (store.lock ? store.lock(work) : work()).finally(() => {
      renewal = undefined
    })
    return renewal
  }

  async function replace(used: Tokens | undefined): Promise<Tokens | undefined> {
    const tokens = await store.get()
    // Somebody else was first.
    if (tokens && tokens.accessToken !== used?.accessToken) return tokens
    if (tokens?.refreshToken) {
      try {
        return await adopt('/auth/refresh', { refreshToken: tokens.refreshToken })
      } catch (error) {
        const { status, reason } = error as JanusError
        if (status !== 401) throw error
        const won = await store.get()
        if (won && won.accessToken !== tokens.accessToken) return won
        if (reason !== 'refresh_token_expired' || !credentials) {
          await store.set(undefined)
          end(error as JanusError)
          throw error
        }
      }
    }
    return credentials && begin(credentials)
  }

  async function begin({ username, password }: Credentials): Promise<Tokens> {
    try {
      return await adopt('/auth/login', { usernameOrEmail: username, password })
    } catch (error) {
      const { status, retryAfter = 0 } = error as JanusError
      // Each try with a wrong password counts toward a lock of the login.
      refusal = { error: error as JanusError, until: status === 401 ? Infinity : Date.now() + retryAfter * 1000 }
      throw error
    }
  }

  async function adopt(path: string, body: object): Promise<Tokens> {
    const { raw } = await post(path, body)
    const { accessToken, refreshToken, expiresIn } = (raw as Grant).data
    const ahead = Math.min(30, expiresIn / 10)
    const tokens = { accessToken, refreshToken, refreshAt: Date.now() + (expiresIn - ahead) * 1000 }
    await store.set(tokens)
    open = true
    refusal = undefined
    onTokens?.(tokens)
    return tokens
  }

  function post(path: string, body?: object, token?: string): Promise<Answer> {
    const idempotent = path !== '/auth/login'
    return send({ method: 'POST', path, body, idempotent, failure, options: { language } }, token)
  }

  function end(error?: JanusError): void {
    credentials = undefined
    refusal = { error, until: Infinity }
    if (open) onSessionEnd?.(error)
    open = false
  }
}

function withoutSession(cause: JanusError | undefined): JanusError {
  if (cause instanceof ConnectionError) return cause
  const why = cause?.message ?? 'it has ended; log in again'
  return errorOf(`There is no session: ${why}`, {
    status: 401,
    ...cause,
    response: cause?.response,
    code: 'NO_SESSION',
    cause,
  })
}

function memory(): TokenStore {
  let kept: Tokens | undefined
  return {
    get: () => kept,
    set(tokens) {
      kept = tokens
    },
  }
}
