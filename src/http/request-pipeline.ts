import { type Document, type HandlerMap, OpenAPIBackend, type Operation } from 'openapi-backend'
import type { Caller, Origin } from '../domain/caller.ts'
import { DomainError } from '../domain/errors.ts'
import type { Sessions } from '../domain/sessions/sessions.ts'
import type { Role } from '../domain/users/user.ts'
import { type Authenticated, authenticateBearer } from './authenticate.ts'
import { documents, type Handler, type Handlers, type OperationId, type Reply } from './contract.ts'
import { type Answer, failureHeaders, HttpError, type Style, toFailure } from './failures.ts'
import { closeObjects, createAjv } from './held-contract.ts'
import { type Inputs, inputsOf, newPasswordField, readProblems } from './problems.ts'
import { readQuery } from './query.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Outcome, PlainRequest, RequestContext } from './request-context.ts'
import { createResponseCheck } from './response-check.ts'
import { allowOf, type Match, useRouteTable } from './route-table.ts'
import type { UserLines } from './user-lines.ts'

export interface PipelineDeps {
  readonly handlers: Handlers
  readonly styles: { readonly rpc: Style; readonly rest: Style }
  readonly sessions: Sessions
  readonly rateLimit: RateLimit
  readonly lines: UserLines
  readonly now: () => Date
  /** Checks every answer against the contract before it is sent; what breaks it becomes a fault. */
  readonly checkResponses: boolean
  /** Paths that are served outside the contract, with their methods. */
  readonly outside: ReadonlyMap<string, readonly string[]>
}

/** A plain request in, an answer out, in the order of the checks that `handleRequest` has. */
export class RequestPipeline extends OpenAPIBackend {
  readonly #deps: PipelineDeps
  readonly #inputs = new Map<string | undefined, Inputs>()
  readonly #breaches = createResponseCheck(this)
  #find: ReturnType<typeof useRouteTable> = () => undefined

  constructor(deps: PipelineDeps) {
    super({
      definition: closeObjects(JSON.parse(documents.json)) as Document,
      strict: true,
      // All validators of all answers would cost the start two seconds; `init` makes those of requests.
      quick: true,
      // Carries defaults from the validator to the handler; `readQuery` decides what is a number.
      coerceTypes: true,
      customizeAjv: (_ajv, options) => createAjv(options),
      handlers: deps.handlers as unknown as HandlerMap,
      securityHandlers: {
        AccessTokenAuth: ({ operation }, { request, places }: RequestContext) =>
          authenticateBearer(
            deps.sessions,
            request.headers.authorization,
            places.enter,
            'x-accepts-expired-token' in operation,
          ),
      },
    })
    this.#deps = deps
  }

  /** The library checks by the schema of OpenAPI 3.0; ours is 3.1 and is linted in CI. */
  override validateDefinition(): Document {
    return this.document
  }

  override async init(): Promise<this> {
    await super.init()
    this.#find = useRouteTable(this)
    for (const operation of this.router.getOperations()) {
      this.#inputs.set(operation.operationId, inputsOf(operation))
      this.validator.getRequestValidatorsForOperation(String(operation.operationId))
    }
    return this
  }

  /**
   * Answers a request. What it does once, openapi-backend's own does up to four times (see
   * docs/decisions/0003); the order of the checks is docs/decisions/0018.
   *
   * @returns the answer; whatever is thrown becomes one in the style of the path
   */
  override async handleRequest(request: PlainRequest): Promise<Outcome> {
    const context = this.#contextOf(request)
    const { operation, headers, language, places } = context
    const { origin } = request
    try {
      if (!operation) return answerWithoutOperation(context)
      const authenticated = await this.#authenticate(operation, context)
      if (authenticated) this.#deps.rateLimit(authenticated, headers)
      const caller = authenticated && authorize(authenticated, origin, operation)
      const body = operation.requestBody ? await request.readBody() : undefined
      const parameters = this.#validate(operation, context, body)
      const reply = await this.#handlerOf(operation)({
        ...parameters,
        body,
        caller,
        origin,
        language,
        enter: places.enter,
        countRequest: (other: Pick<Caller, 'principal'>) => this.#deps.rateLimit(other, headers),
        reply: (status: number, body: unknown, headers = {}) => ({ status, body, headers }),
      } as never)
      this.#checkAnswer(operation, reply)
      return this.#outcome(context, reply)
    } catch (error) {
      return this.#fail(context, error)
    } finally {
      places.leave()
    }
  }

  /** The methods of a path as it came, in the contract or outside it; none where it leads nowhere. */
  methodsOf(path: string): readonly string[] {
    const match = this.#match('OPTIONS', normalPath(path))
    return match && 'allow' in match ? match.allow : []
  }

  #match(method: string, path: string): Match {
    const others = this.#deps.outside.get(path)
    return this.#find(method, path) ?? (others && { allow: allowOf(others) })
  }

  #contextOf(request: PlainRequest): RequestContext {
    const path = normalPath(request.path)
    const match = this.#match(request.method, path)
    const style = isRest(path) ? this.#deps.styles.rest : this.#deps.styles.rpc
    const language = request.language(style.language)
    return {
      request,
      path,
      match,
      operation: match && 'operation' in match ? match.operation : undefined,
      style,
      language,
      places: this.#deps.lines.forRequest(request.origin.gone),
      headers: { 'Content-Language': language, Vary: 'Accept-Language', 'Cache-Control': 'no-store' },
    }
  }

  /**
   * @returns who calls, by the first of the operation's security requirements that the request shows
   *   credentials for; undefined where it has none
   * @throws HttpError `token_missing`, and whatever the security handler throws
   */
  async #authenticate(operation: Operation, context: RequestContext): Promise<Authenticated | undefined> {
    const requirements = operation.security ?? []
    for (const scheme of requirements.flatMap(Object.keys)) {
      const authenticated = await this.securityHandlers[scheme]?.({ operation } as never, context)
      if (authenticated) return authenticated as Authenticated
    }
    if (requirements.length > 0) throw new HttpError('token_missing')
    return undefined
  }

  /** @throws HttpError `invalid_request`; DomainError `user_not_found` for an id that is none */
  #validate(operation: Operation, { request, path }: RequestContext, body: unknown) {
    const inputs = this.#inputs.get(operation.operationId) as Inputs
    const query = readQuery(request.query, inputs.query)
    const { errors, coerced } = this.validator.validateRequest(
      {
        method: operation.method,
        path,
        headers: {},
        query: query as Record<string, string>,
        ...(body !== undefined && { body }),
      },
      operation,
    )
    if (errors) {
      const { problems, idMalformed } = readProblems(errors, inputs, { body, query })
      if (problems.length === 0 && idMalformed) throw new DomainError('user_not_found')
      throw new HttpError('invalid_request', { problems })
    }
    return { query: coerced?.query, path: coerced?.params, givenQuery: new Set(Object.keys(query)) }
  }

  #handlerOf(operation: Operation): Handler<OperationId> {
    return this.handlers[String(operation.operationId)] as never
  }

  /** @throws Error that names what breaks the contract */
  #checkAnswer({ operationId }: Operation, reply: Reply<OperationId>): void {
    const breaches = this.#deps.checkResponses ? this.#breaches(String(operationId), reply) : []
    if (breaches.length > 0) throw new Error(`the answer breaks the contract: ${breaches.join('; ')}`)
  }

  #fail(context: RequestContext, error: unknown): Outcome {
    const { request, operation, style, language } = context
    const failure = toFailure(error, operation && newPasswordField(this.#inputs.get(operation.operationId) as Inputs))
    const { status, body } = style.fail(failure, {
      method: request.method,
      path: request.path,
      language,
      now: this.#deps.now(),
      operationId: operation?.operationId,
    })
    const isNews = failure.reason === 'fault' || failure.reason === 'unavailable'
    return {
      ...this.#outcome(context, { status, body, headers: failureHeaders(failure, status) }),
      ...(isNews && { error }),
    }
  }

  #outcome({ operation, headers }: RequestContext, answer: Answer): Outcome {
    const { status, body } = answer
    const found = operation && { id: operation.operationId as OperationId, path: operation.path }
    return { status, body, headers: { ...headers, ...answer.headers }, operation: found }
  }
}

/**
 * @param operation `x-roles` has the roles that may call it; none means nobody. The domain checks
 *   again, in the transaction that writes.
 * @throws DomainError `role_required`
 */
function authorize(authenticated: Authenticated, origin: Origin, operation: object): Caller {
  const { 'x-roles': allowed = [] } = operation as { 'x-roles'?: readonly Role[] }
  if (!allowed.includes(authenticated.principal.role)) throw new DomainError('role_required')
  return { ...authenticated, origin, allowed }
}

/** @throws HttpError `no_such_path`, `no_such_method` */
function answerWithoutOperation({ match, request }: RequestContext): Outcome {
  if (!match || !('allow' in match)) throw new HttpError('no_such_path')
  const { allow } = match
  if (request.method !== 'OPTIONS') throw new HttpError('no_such_method', { allow })
  return { status: 204, body: undefined, headers: { Allow: allow.join(', ') }, operation: undefined }
}

/**
 * `%3A` is `:`, since some clients and proxies encode it. A path that cannot be decoded is taken to
 * the letter, so that it names nothing instead of throwing in the router.
 */
function normalPath(path: string): string {
  const plain = path.replace(/%3A/gi, ':')
  try {
    decodeURIComponent(plain)
    return plain
  } catch {
    return plain.replaceAll('%', '%25')
  }
}

/** Whose style answers: that of the operation, or of the path where there is none. */
function isRest(path: string): boolean {
  return path === '/users' || path.startsWith('/users/') || path.startsWith('/auth/')
}
