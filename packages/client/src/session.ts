import { ConnectionError, errorOf, type JanusError } from './errors.ts'
import { memory } from './memory.ts'
import type { Sender } from './send.ts'
import type { Answer, Credentials, Janus, JanusOptions, Tokens } from './types.ts'

/** What a login and a refresh answer in REST, which counts in seconds: no clock is compared. */
type Grant = Readonly<{ accessToken: string; refreshToken: string; expiresIn: number }>

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
  const seeded = first && store.set(first)
  let credentials = given.login
  /** Whether there is a session, the end of which would be told. */
  let open = first !== undefined
  /** Until when no login is tried, and why. */
  let barredUntil = 0
  let refusal: JanusError | undefined
  let renewal: Promise<Tokens | undefined> | undefined

  return { current, replacement, login, logout }

  async function current(expiredWillDo = false): Promise<Tokens | undefined> {
    await seeded
    const tokens = await store.get()
    if (!tokens) {
      // Somebody who shares the store has ended it.
      if (open && !renewal) end()
      return renew()
    }
    // Somebody who shares the store has opened another.
    if (!open) barredUntil = 0
    open = true
    if (expiredWillDo) return tokens
    const due = renewal ?? (tokens.refreshToken && Date.now() > (tokens.refreshAt as number))
    if (!due) return tokens
    return renew(tokens).catch((error) => {
      if (!open || barredUntil) throw error
      // Refreshed ahead of its end: the access token may be good yet.
      return tokens
    })
  }

  async function replacement(used: Tokens, error: JanusError): Promise<Tokens | undefined> {
    // Any other 401 speaks of something else, such as a wrong old password.
    if (error.reason === 'token_invalid') return renew(used, error)
    if (error.reason !== 'token_revoked') return undefined
    await settled()
    const tokens = await store.get()
    if (tokens && tokens.accessToken !== used.accessToken) return tokens
    await drop(error)
    return undefined
  }

  async function login(shown: Credentials): Promise<void> {
    await settled()
    await exclusively(() => begin(shown))
    // Of somebody else, it may be.
    credentials = undefined
  }

  async function logout(): Promise<void> {
    await settled()
    const tokens = await store.get()
    open = false
    await drop()
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

  function renew(used?: Tokens, error?: JanusError): Promise<Tokens | undefined> {
    return (renewal ?? exclusively(() => replace(used, error))).catch((error) => {
      throw withoutSession(error)
    })
  }

  /** One at a time, of all who share the store; who comes meanwhile gets what it gives. */
  function exclusively(work: () => Promise<Tokens | undefined>): Promise<Tokens | undefined> {
    renewal = (store.lock?.(work) ?? work()).finally(() => {
      renewal = undefined
    })
    return renewal
  }

  /** @param why the access token is not good any more */
  async function replace(used: Tokens | undefined, why: JanusError | undefined): Promise<Tokens | undefined> {
    const tokens = await store.get()
    // Somebody else was first.
    if (tokens && tokens.accessToken !== used?.accessToken) return tokens
    if (tokens) {
      let error = why
      if (tokens.refreshToken)
        try {
          return await adopt('/auth/refresh', { refreshToken: tokens.refreshToken })
        } catch (refusedWith) {
          error = refusedWith as JanusError
          // A 401 without a reason is of something between here and the service.
          if (error.status !== 401 || !error.reason) throw error
          const won = await store.get()
          if (won && won.accessToken !== tokens.accessToken) return won
        }
      // Ended by its age alone, it may be followed by another.
      if (!credentials || !/expired|invalid/.test(error?.reason as string)) {
        await drop(error)
        // There was nothing to refresh it with: the call fails as it was answered.
        if (error === why) return undefined
      }
    }
    if (barredUntil > Date.now()) throw refusal
    return (
      credentials &&
      begin(credentials).catch(async (error) => {
        refusal = error
        barredUntil = Date.now() + (error.retryAfter ?? 0) * 1000
        // Each try with a wrong password counts toward a lock of the login.
        if (error.status === 401) await drop(error)
        throw error
      })
    )
  }

  function begin({ username, password }: Credentials): Promise<Tokens> {
    return adopt('/auth/login', { usernameOrEmail: username, password })
  }

  async function adopt(path: `/${string}`, body: object): Promise<Tokens> {
    const { accessToken, refreshToken, expiresIn } = (await post(path, body)).data as Grant
    const refreshAt = Date.now() + 1000 * (expiresIn - Math.min(30, expiresIn / 10))
    const tokens = { accessToken, refreshToken, refreshAt }
    await store.set(tokens)
    open = true
    barredUntil = 0
    onTokens?.(tokens)
    return tokens
  }

  function post(path: `/${string}`, body?: object, token?: string): Promise<Answer> {
    const idempotent = path !== '/auth/login'
    return send(
      {
        method: 'POST',
        path,
        body,
        data: token ? '-' : 'data',
        idempotent,
        options: { language: given.language ?? 'en' },
      },
      token,
    )
  }

  /** Both at once: who asks meanwhile finds neither tokens nor a session. */
  async function drop(error?: JanusError): Promise<void> {
    const dropped = store.set(undefined)
    end(error)
    await dropped
  }

  function end(error?: JanusError): void {
    credentials = undefined
    refusal = error
    barredUntil = Infinity
    if (open) {
      open = false
      onSessionEnd?.(error)
    }
  }
}

function withoutSession(cause: JanusError | undefined): JanusError {
  if (cause instanceof ConnectionError) return cause
  return errorOf(`No session: ${cause?.message ?? 'log in again'}`, {
    status: 401,
    ...cause,
    response: cause?.response,
    code: 'NO_SESSION',
    cause,
  })
}
