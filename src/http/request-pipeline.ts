import type { Caller } from '../domain/caller.ts'
import { readId } from '../domain/id.ts'
import type { Reading } from '../domain/reading.ts'
import type { StoreCall } from '../domain/store-call.ts'
import type { User } from '../domain/users/user.ts'
import { type Authenticated, authorize } from './authenticate.ts'
import { Backend, type BackendDeps } from './backend.ts'
import { failureHeaders, HttpError, InvalidRequest, toFailure } from './failures.ts'
import { ndjson } from './held-contract.ts'
import { checkLines, isLines } from './lines.ts'
import type { AnyHandler } from './operation.ts'
import { type Given, givenBy, type Prepared, type Validated } from './prepared.ts'
import { readProblems, weakPassword } from './problems.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Answer, FoundOperation, Outcome, PlainRequest, RequestContext } from './request-context.ts'
import { holdAnswers, mediaTypesOf } from './response-check.ts'
import { normalPath } from './route-table.ts'
import { inOtherLine, type UserLines } from './user-lines.ts'
import { wordFailure } from './words.ts'

export interface PipelineDeps extends BackendDeps {
  readonly rateLimit: RateLimit
  readonly lines: UserLines
  /** For what may take long, so that somebody's searches keep none of their other requests. */
  readonly heavyLines: UserLines
  readonly reading: Reading
  readonly now: () => Date
  /** Checks every answer against the contract before it is sent; what breaks it becomes a fault. */
  readonly checkResponses: boolean
}

/** The checks of a request, in the order that docs/decisions/0018 gives. */
export class RequestPipeline extends Backend {
  readonly #deps: PipelineDeps
  readonly #hold = holdAnswers(this)

  constructor(deps: PipelineDeps) {
    super(deps)
    this.#deps = deps
  }

  /**
   * Answers a request. What it does once, openapi-backend's own method does up to four times
   * (docs/decisions/0003).
   *
   * @returns the answer; whatever is thrown becomes one in the style of the operation or the path
   */
  override async handleRequest(request: PlainRequest): Promise<Outcome> {
    const context = this.#contextOf(request)
    const { operation, headers, places } = context
    try {
      if (!operation) return answerWithoutOperation(context)
      const prepared = this.#prepare(operation, context)
      const authenticated = await this.#authenticate(operation, context, prepared.calls)
      const counting = authenticated && this.#deps.rateLimit(authenticated, headers)
      if (counting) await counting
      const caller = authenticated && authorize(authenticated, request.origin, operation)
      const body = operation.requestBody ? await request.readBody(operation.inputs) : undefined
      const input = prepared.validate(body)
      const answer = await this.#handle(operation, context, input, caller, prepared, authenticated)
      const outcome = this.#outcome(context, answer)
      return this.#deps.checkResponses ? this.#hold(operation.operationId, outcome) : outcome
    } catch (error) {
      return this.#fail(context, error)
    } finally {
      places.leave()
    }
  }

  /**
   * The methods of a path as it came, in the contract or outside it; none where it leads nowhere.
   */
  methodsOf(path: string): readonly string[] {
    const match = this.match('OPTIONS', normalPath(path))
    return match && 'allow' in match ? match.allow : []
  }

  #contextOf(request: PlainRequest): RequestContext {
    const path = normalPath(request.path)
    const match = this.match(request.method, path)
    const operation =
      match && 'operation' in match ? this.operations.get(String(match.operation.operationId)) : undefined
    const style = operation?.style ?? this.styles.ofPath(path)
    const language = request.language(style.language)
    const places = this.#deps.lines.forRequest(request.origin.gone)
    const headers = { 'Content-Language': language, Vary: 'Accept-Language', 'Cache-Control': 'no-store' }
    return { request, path, match, operation, style, language, places, headers }
  }

  /**
   * @returns who calls, by the first of the operation's security requirements that the request
   *   shows credentials for; undefined where it has none
   * @throws HttpError `token_missing`, and whatever the security handler throws
   */
  async #authenticate(
    operation: FoundOperation,
    context: RequestContext,
    calls: readonly StoreCall[],
  ): Promise<Authenticated | undefined> {
    const requirements = operation.security ?? []
    for (const scheme of requirements.flatMap(Object.keys)) {
      const authenticated = await this.securityHandlers[scheme]?.({ operation } as never, context, calls)
      if (authenticated) return authenticated
    }
    if (requirements.length > 0) throw new HttpError('token_missing')
    return undefined
  }

  /**
   * What can be done before it is known who calls, and so in the same round trip: reading what the
   * handler asks for, or the user whom the operation is about. What is wrong is told by `validate`,
   * when it is its turn.
   */
  #prepare(operation: FoundOperation, context: RequestContext): Prepared {
    const { toRead } = this.handlers[operation.operationId] as AnyHandler
    try {
      const given = givenBy(operation, context)
      if (!toRead) {
        const id = readId(String(given.path.id ?? given.query.id ?? ''))
        const calls = id === undefined ? [] : [['users', 'find', id] as const]
        return { calls, target: id, validate: (body) => this.#validate(operation, given, body) }
      }
      const input = this.#validate(operation, given, undefined)
      const query = toRead(input as never)
      const waits = this.#deps.reading.waits(query)
      return { calls: waits ? [] : query.calls, query, waits, validate: () => input }
    } catch (error) {
      return {
        calls: [],
        validate() {
          throw error
        },
      }
    }
  }

  /** @throws InvalidRequest; HttpError `user_not_found` for an id that is none */
  #validate({ operationId, inputs }: FoundOperation, given: Given, body: unknown): Validated {
    const { path, query, header, headers, givenQuery } = given
    const validate = (body: unknown) => {
      const parts = body === undefined ? { path, query, header } : { path, query, header, requestBody: body }
      const breaches = this.breachesOf(operationId, parts)
      if (breaches.length === 0) return
      const { problems, idMalformed } = readProblems(breaches, inputs, { body, query })
      throw problems.length === 0 && idMalformed ? new HttpError('user_not_found') : new InvalidRequest(...problems)
    }
    const lines = isLines(body) ? checkLines(body, validate) : undefined
    validate(lines ? undefined : body)
    return { query, path, body: lines ?? body, headers, givenQuery }
  }

  #handle(
    { operationId }: FoundOperation,
    { request, language, places, headers }: RequestContext,
    input: Validated,
    caller: Omit<Caller, 'seen'> | undefined,
    { target, query, waits }: Prepared,
    { answers = [], lastWriteAt }: Partial<Authenticated> = {},
  ) {
    const seen = target === undefined ? undefined : new Map([[target, answers[0] as User | undefined]])
    return (this.handlers[operationId] as AnyHandler)({
      ...input,
      caller: caller && seen ? { ...caller, seen } : caller,
      origin: request.origin,
      language,
      enter: places.enter,
      // Asked inside a command, which waits for nobody: what is not counted at once is let through.
      countRequest: (other: Pick<Caller, 'principal'>) => void this.#deps.rateLimit(other, headers)?.catch(() => {}),
      reply: (status: number, body: unknown, headers = {}): Answer => ({ status, body, headers }),
      ...(query && {
        read: async () => {
          const { reading, heavyLines } = this.#deps
          const read = () => reading.read(query, waits ? { lastWriteAt } : { answers })
          return query.heavy && caller ? inOtherLine(places, heavyLines, caller, read) : read()
        },
      }),
    } as never)
  }

  #fail(context: RequestContext, error: unknown): Outcome {
    const { request, operation, style, language } = context
    const { contract, now } = this.#deps
    const failure = toFailure(error, contract, (weakness) => weakPassword(operation?.inputs, weakness))
    try {
      const worded = wordFailure(contract, style.name, failure, language)
      const { status } = worded
      const body = style.failure(worded, { method: request.method, path: request.path, now: now() })
      const isNews = failure.reason === 'fault' || failure.reason === 'unavailable'
      const outcome = this.#outcome(context, { status, body, headers: failureHeaders(failure, status) })
      return { ...outcome, mediaType: style.mediaType, ...(isNews && { error }) }
    } catch (cause) {
      // The style has no words for it.
      if (failure.reason === 'fault') throw cause
      return this.#fail(context, cause)
    }
  }

  #outcome({ operation, headers }: RequestContext, { status, body, headers: own }: Answer): Outcome {
    const types = mediaTypesOf(operation, status)
    const mediaType = isLines(body) ? ndjson : types.find((type) => type !== ndjson)
    return { status, body, headers: { ...headers, ...own }, mediaType, path: operation?.path }
  }
}

/** @throws HttpError `no_such_path`, `no_such_method` */
function answerWithoutOperation({ match, request }: RequestContext): Outcome {
  if (!match || !('allow' in match)) throw new HttpError('no_such_path')
  const { allow } = match
  if (request.method !== 'OPTIONS') throw new HttpError('no_such_method', { allow })
  return { status: 204, body: undefined, headers: { Allow: allow.join(', ') }, mediaType: undefined, path: undefined }
}
