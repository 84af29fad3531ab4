import { Ajv2020, type Options as AjvOptions } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type Context, type Document, OpenAPIBackend, type Operation } from 'openapi-backend'
import { DomainError } from '../domain/errors.ts'
import type { Actor } from '../domain/permissions.ts'
import type { Sessions } from '../domain/sessions.ts'
import type { User } from '../domain/user.ts'
import { authenticate, type Caller } from './authenticate.ts'
import { authorize } from './authorize.ts'
import type { JsonBody } from './body.ts'
import {
  documents,
  type Handlers,
  type Input,
  type Language,
  type OperationId,
  publicOperations,
  type Reply,
} from './contract.ts'
import { type Answer, type Failure, failureHeaders, Refusal, type Style, toFailure } from './failures.ts'
import { type Asked, readProblems, type Schema } from './problems.ts'
import { readQuery } from './query.ts'
import type { RateLimit } from './rate-limit.ts'
import { createResponseCheck } from './response-check.ts'
import { allowOf, type Match, useRouteTable } from './route-table.ts'

export interface BackendDeps {
  readonly handlers: Handlers
  readonly styles: { readonly rpc: Style; readonly rest: Style }
  readonly sessions: Sessions
  readonly rateLimit: RateLimit
  readonly now: () => Date
  /** Holds every answer against the contract before it is sent; what breaks it becomes a fault. */
  readonly checkResponses: boolean
  /** Paths that are served outside the contract, with their methods. */
  readonly outside: ReadonlyMap<string, readonly string[]>
}

/** A request, apart from any framework. */
export interface PlainRequest {
  readonly method: string
  /** As it came, still percent-encoded. */
  readonly path: string
  /** Without its question mark. */
  readonly query: string
  readonly authorization: string | undefined
  readonly address: string
  /** Picks the language, given the one that the style speaks by itself. */
  readonly language: (own: Language) => Language
  /** Called at most once, and only for operations that take a body. */
  readonly readBody: () => Promise<JsonBody>
}

export interface Outcome extends Answer {
  readonly operation: { readonly id: OperationId; readonly path: string } | undefined
  /** What nobody threw on purpose, or what lies behind a 503; for the log alone. */
  readonly error?: unknown
}

/** What one request gathers on its way through openapi-backend's steps. */
interface Visit {
  readonly request: PlainRequest
  readonly language: Language
  readonly body: JsonBody | undefined
  readonly query: Record<string, unknown>
  readonly refused: Refusal | undefined
  readonly headers: Record<string, string>
  readonly countRequest: (userId: string) => void
  actor?: Actor
  self?: User
}

/** openapi-backend holds every document against the schema of OpenAPI 3.0; ours is 3.1 and is linted in CI. */
class Backend extends OpenAPIBackend {
  override validateDefinition(): Document {
    return this.document
  }
}

/**
 * openapi-backend, wired: a plain request in, an answer out; it never throws. The order of the checks is the contract's: route, size and type of the body, who
 * calls, how often, with which role, the contract, and then the domain.
 */
export async function createBackend({
  handlers,
  styles,
  sessions,
  rateLimit,
  now,
  checkResponses,
  outside,
}: BackendDeps) {
  const api = new Backend({
    definition: JSON.parse(documents.json) as Document,
    strict: true,
    // Every validator of every answer would cost the start two seconds; those of requests are made below, the others at their first use.
    quick: true,
    // Carries defaults from the validator to the handler; what is a number is decided in `readQuery`.
    coerceTypes: true,
    customizeAjv: (_ajv, options) => createAjv(options),
    securityHandlers: {
      AccessTokenAuth: (_context: Context, visit: Visit) => authenticate(sessions, visit.request.authorization),
    },
    handlers: {
      ...Object.fromEntries(Object.entries(handlers).map(([id, handler]) => [id, run(handler as never)])),
      postSecurityHandler,
      unauthorizedHandler: () => {
        throw new Refusal('token_missing')
      },
      validationFail,
    },
  })
  await api.init()
  const find = useRouteTable(api)
  for (const { operationId } of api.router.getOperations())
    api.validator.getRequestValidatorsForOperation(String(operationId))
  assertPublic(api.router.getOperations())
  const breaches = createResponseCheck(api)

  /** Its result is ignored: it stops a request by throwing. */
  function postSecurityHandler(context: Context, visit: Visit): void {
    const found = context.security?.AccessTokenAuth as Caller | { error: unknown } | undefined
    if (found && 'error' in found) {
      // openapi-backend takes a thrown error for "not allowed": a dead database would look like a bad token.
      throw found.error
    }
    if (found) {
      visit.countRequest(found.user.id)
      visit.actor = authorize(found, context.operation)
      visit.self = found.user
    }
    if (visit.refused) throw visit.refused
  }

  function validationFail(context: Context, visit: Visit): never {
    const body = visit.body && 'value' in visit.body ? visit.body.value : undefined
    const { problems, idMalformed } = readProblems(context.validation.errors ?? [], askedOf(context.operation), body)
    if (problems.length === 0 && idMalformed) throw new DomainError('user_not_found')
    throw new Refusal('invalid_request', { problems })
  }

  async function answer(request: PlainRequest): Promise<Outcome> {
    const path = normalPath(request.path)
    const others = outside.get(path)
    const match: Match = find(request.method, path) ?? (others && { allow: allowOf(others) })
    const operation = match && 'operation' in match ? match.operation : undefined
    const found = operation && { id: operation.operationId as OperationId, path: operation.path }
    const style = isRest(path) ? styles.rest : styles.rpc
    const language = request.language(style.language)
    const headers: Record<string, string> = {
      'Content-Language': language,
      Vary: 'Accept-Language',
      'Cache-Control': 'no-store',
    }
    let passwordField = 'password'

    const fail = (failure: Failure, error?: unknown): Outcome => {
      const { status, body } = style.fail(failure, {
        method: request.method,
        path: request.path,
        language,
        now: now(),
        operationId: found?.id,
      })
      return { status, body, headers: { ...headers, ...failureHeaders(failure, status) }, operation: found, error }
    }

    try {
      if (!match) throw new Refusal('no_such_path')
      if (!operation || !found) {
        const allow = 'allow' in match ? match.allow : []
        if (request.method === 'OPTIONS')
          return { status: 204, body: undefined, headers: { Allow: allow.join(', ') }, operation: found }
        throw new Refusal('no_such_method', { allow })
      }
      const body = operation.requestBody ? await request.readBody() : undefined
      if (body && 'value' in body)
        passwordField =
          ['new_password', 'newPassword'].find((field) => Object.hasOwn(body.value, field)) ?? passwordField
      const countRequest = (userId: string) => rateLimit(userId, headers)
      const visit: Visit = { request, language, body, headers, countRequest, ...readQueryOf(request, operation, body) }
      const reply: Reply<OperationId> = await api.handleRequest(
        {
          method: operation.method,
          path,
          headers: {},
          query: visit.query as Record<string, string>,
          ...(body && 'value' in body && { body: body.value }),
        },
        visit,
      )
      const outcome = {
        status: reply.status,
        body: reply.body,
        headers: { ...headers, ...reply.headers },
        operation: found,
      }
      const wrong = checkResponses ? breaches(found.id, outcome) : []
      if (wrong.length > 0) throw new Error(`the answer breaks the contract: ${wrong.join('; ')}`)
      return outcome
    } catch (error) {
      const failure = toFailure(error, passwordField)
      return fail(failure, failure.reason === 'fault' || failure.reason === 'unavailable' ? error : undefined)
    }
  }

  return { answer, api }
}

/**
 * Ajv in the dialect of OpenAPI 3.1, with formats. Its own coercion stays off: it takes `1e2` for a number and `5` for a string.
 */
function createAjv(options: AjvOptions): Ajv2020 {
  const ajv = new Ajv2020({ ...options, coerceTypes: false, useDefaults: true, allErrors: true, strict: false })
  addFormats.default(ajv)
  return ajv
}

const run =
  (handler: (input: Input<OperationId>) => Promise<Reply<OperationId>>) =>
  ({ request }: Context, visit: Visit) =>
    handler({
      query: request.query,
      asked: new Set(Object.keys(visit.query)),
      path: request.params,
      body: request.requestBody,
      actor: visit.actor,
      self: visit.self,
      countRequest: (userId: string) => visit.countRequest(userId),
      address: visit.request.address,
      language: visit.language,
      reply: (status: number, body: unknown, headers = {}) => ({ status, body, headers }),
    } as never)

function readQueryOf(
  request: PlainRequest,
  operation: Operation,
  body: JsonBody | undefined,
): Pick<Visit, 'query' | 'refused'> {
  const refused = body && 'refusal' in body ? body.refusal : undefined
  try {
    return { query: readQuery(request.query, askedOf(operation).query), refused }
  } catch (error) {
    if (error instanceof Refusal) return { query: {}, refused: refused ?? error }
    throw error
  }
}

function askedOf(operation: Operation): Asked {
  const parameters = (operation.parameters ?? []) as { in: string; name: string; schema: Schema }[]
  const body = operation.requestBody as { content: Record<string, { schema: Schema }> } | undefined
  return {
    body: body?.content['application/json']?.schema,
    query: Object.fromEntries(
      parameters.filter((each) => each.in === 'query').map(({ name, schema }) => [name, schema]),
    ),
  }
}

/**
 * `%3A` is `:`, since some clients and proxies encode it. A path that cannot be decoded is taken to the letter, so that it names nothing
 * instead of throwing in the router.
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

/** @throws Error when `publicOperations`, which the types follow, is not what the document says */
function assertPublic(operations: readonly Operation[]): void {
  const open = operations.filter(({ security }) => security?.every((each) => Object.keys(each).length === 0))
  const ids = open.map(({ operationId }) => String(operationId)).sort()
  if (ids.join() !== [...publicOperations].sort().join())
    throw new Error(`these operations ask for no token, and publicOperations says otherwise: ${ids.join(', ')}`)
}
