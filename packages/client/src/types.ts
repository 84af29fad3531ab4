import type { JanusError } from './errors.ts'

/** What opens a session. */
export interface Credentials {
  /** A username or an email. */
  readonly username: string
  readonly password: string
}

/** What a session is held by. Whoever has them acts as the user: keep them like a password. */
export interface Tokens {
  readonly accessToken: string
  /** Without it the session ends with the access token. */
  readonly refreshToken?: string | undefined
  /**
   * When to refresh them, ahead of their end: milliseconds since 1970 by the clock of this machine.
   * Left out, they are refreshed when the service finds the access token expired.
   */
  readonly refreshAt?: number | undefined
}

/** Where the tokens of a session are kept: what several tabs or processes share. */
export interface TokenStore {
  get(): Tokens | undefined | Promise<Tokens | undefined>
  /** Keeps the tokens in place of those before; undefined: none. */
  set(tokens: Tokens | undefined): void | Promise<void>
  /**
   * Runs the work while nobody else who shares the store runs theirs, so that one of them refreshes
   * and the others take what it got. Left out: within this session alone.
   */
  lock?<Result>(work: () => Promise<Result>): Promise<Result>
}

/** An attempt to get an answer. No token, no password, no body, and no query of the address. */
export interface RequestEvent {
  readonly method: string
  /** Of the address, below `baseUrl`, without the query. */
  readonly path: string
  /** 1 for the first. */
  readonly attempt: number
  /** The name of the request: as given for the call, or as the service answered. */
  readonly requestId: string | undefined
}

export interface ResponseEvent extends RequestEvent {
  readonly status: number
  /** Milliseconds until the whole answer was there. */
  readonly ms: number
}

export interface RetryEvent extends RequestEvent {
  /** Why the attempt failed. */
  readonly error: JanusError
  /** Milliseconds until the next one. */
  readonly wait: number
}

/** How a session and its requests are to be. */
export interface JanusOptions {
  /** Where the service is: `https://example.com/accounts`. No redirect from there is followed. */
  readonly baseUrl: string
  /**
   * Logs in with these when a call first needs it. Never again once they were refused, or the
   * session was ended by somebody: each try with an old password counts toward a lock of the login.
   */
  readonly login?: Credentials | undefined
  /** A session that is open already. */
  readonly tokens?: Tokens | undefined
  /** Where tokens are kept; the memory of this object unless there is one. */
  readonly store?: TokenStore | undefined
  /** Called with every new pair, after a login or a refresh. */
  readonly onTokens?: ((tokens: Tokens) => void) | undefined
  /**
   * Called once when a session has ended that was not logged out here: log in again
   * (`janus.login`). The error says why; undefined: it was logged out elsewhere.
   */
  readonly onSessionEnd?: ((error: JanusError | undefined) => void) | undefined
  /** How often a request is repeated at most (2), where that is safe. */
  readonly retries?: number | undefined
  /** Milliseconds for each attempt (30 000); 0: no limit. */
  readonly timeout?: number | undefined
  /** Of messages; else the style's own: English for RPC, Chinese for REST. */
  readonly language?: 'en' | 'zh' | (string & {}) | undefined
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** In place of the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
  readonly onRequest?: ((event: RequestEvent) => void) | undefined
  readonly onResponse?: ((event: ResponseEvent) => void) | undefined
  readonly onRetry?: ((event: RetryEvent) => void) | undefined
}

/** For one call, in place of what holds for all. */
export interface CallOptions extends Pick<JanusOptions, 'timeout' | 'retries' | 'language' | 'headers'> {
  /** Gives the call up: it fails with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
  /** The name of the request in answers and in the service's log: 128 of `A-Z a-z 0-9 . _ : -`. */
  readonly requestId?: string | undefined
}

/** One request, as `janus.send` takes it. */
export interface RequestSpec {
  readonly method: string
  /** Below `baseUrl`, with its query. What begins otherwise could name another host. */
  readonly path: `/${string}`
  /** Sent as JSON. */
  readonly body?: object | undefined
  /** Whether to repeat it is safe; a GET is. */
  readonly idempotent?: boolean | undefined
  /** Whether it needs no session. */
  readonly public?: boolean | undefined
  /** Whether an expired access token will do. */
  readonly acceptsExpired?: boolean | undefined
  /**
   * Where an answer has what was asked for: names, joined by dots; left out: it is that; `-`: there
   * is nothing of interest. An answer without it is not the service's.
   */
  readonly data?: string | undefined
  /**
   * Where a failure has its message, code, reason and problems: names, joined by dots, by blanks;
   * left out: where REST has them.
   */
  readonly failure?: string | undefined
  readonly options?: CallOptions | undefined
}

/** What came back. */
export interface Answer<Raw = unknown, Data = unknown> {
  /** What was asked for. */
  readonly data: Data
  /** The body, as answered. */
  readonly raw: Raw
  /** Status and headers; its body has been read. */
  readonly response: Response
}

/** A session with a service. Styles are made of it: `rpc(janus)`, `rest(janus)`. */
export interface Janus {
  /**
   * Opens a session in place of the one before.
   *
   * @throws AuthenticationError for wrong credentials, RateLimitError after too many of them
   */
  login(credentials: Credentials): Promise<void>
  /**
   * Ends the session, here and at the service; an access token that has expired will do. What is
   * kept here is forgotten also when the service cannot be reached.
   */
  logout(): Promise<void>
  /**
   * Sends one request with the session, the retries and the hooks of all: what methods are made of,
   * and a way to what has no method.
   */
  send<Raw = unknown, Data = Raw>(request: RequestSpec): Promise<Answer<Raw, Data>>
}

/** Codes of failures that no answer of the service has. */
export type ClientCode =
  /** No answer came: see `cause`. */
  | 'CONNECTION_FAILED'
  /** No answer came in time. */
  | 'TIMED_OUT'
  /** The signal of the call has fired. */
  | 'ABORTED'
  /** The session has ended or could not be opened: `reason` and `cause` say why. */
  | 'NO_SESSION'
  /** What answered is not this service, or a proxy in front of it. */
  | 'UNEXPECTED_ANSWER'

export type Success<Data, Raw> = Answer<Raw, Data> & { readonly ok: true }

export interface Failure<Code extends string> {
  readonly ok: false
  readonly error: JanusError<Code | ClientCode>
}

export type Result<Data, Code extends string, Raw> = Success<Data, Raw> | Failure<Code>

/** A call under way: the data, or a `JanusError` that is thrown. */
export interface Call<Data, Code extends string, Raw = Data> extends Promise<Data> {
  /** Both ways to end as a value: nothing is thrown for what can go wrong with a request. */
  result(): Promise<Result<Data, Code, Raw>>
  /** The data, the body as answered, and status and headers. */
  withResponse(): Promise<Answer<Raw, Data>>
}

/**
 * A list. Awaited it is the page that was asked for, as answered. Iterated it is every item from
 * that page on, in its order, along the cursor: none twice, none missed that was there throughout.
 */
export interface List<Item, Code extends string, Page>
  extends Pick<Call<Page, Code>, 'then' | 'catch' | 'finally' | 'result' | 'withResponse'>,
    AsyncIterable<Item> {
  /** Page after page, as answered. */
  pages(): AsyncGenerator<Page, void, undefined>
  /** Every item, or the first so many. */
  toArray(options?: { readonly limit?: number | undefined }): Promise<Item[]>
}
