import type { Origin } from '../domain/caller.ts'
import type { Sessions } from '../domain/sessions/sessions.ts'
import type { JsonBody } from './body.ts'
import type { Handlers, Language, OperationId, Reply } from './contract.ts'
import { type Answer, type Failure, failureHeaders, Refusal, type Style, toFailure } from './failures.ts'
import { createOpenApi, type Visit } from './openapi.ts'
import { type Asked, newPasswordField } from './problems.ts'
import { readQuery } from './query.ts'
import type { RateLimit } from './rate-limit.ts'
import { createResponseCheck } from './response-check.ts'
import { allowOf, type Match } from './route-table.ts'
import type { UserLines } from './user-lines.ts'

export interface BackendDeps {
  readonly handlers: Handlers
  readonly styles: { readonly rpc: Style; readonly rest: Style }
  readonly sessions: Sessions
  readonly rateLimit: RateLimit
  readonly lines: UserLines
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
  readonly origin: Origin
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

/**
 * A plain request in, an answer out; it never throws. It finds the operation and reads the body, openapi-backend does the rest, and whatever was thrown
 * becomes an answer in the style of the path.
 */
export async function createBackend({
  handlers,
  styles,
  sessions,
  rateLimit,
  lines,
  now,
  checkResponses,
  outside,
}: BackendDeps) {
  const { api, find, askedBy } = await createOpenApi(handlers, sessions)
  const breaches = createResponseCheck(api)

  function findAnywhere(method: string, path: string): Match {
    const others = outside.get(path)
    return find(method, path) ?? (others && { allow: allowOf(others) })
  }

  /** The methods of a path as it came, those of the contract and those outside it; none where it leads nowhere. */
  function methodsOf(path: string): readonly string[] {
    const match = findAnywhere('OPTIONS', normalPath(path))
    return match && 'allow' in match ? match.allow : []
  }

  async function answer(request: PlainRequest): Promise<Outcome> {
    const path = normalPath(request.path)
    const match = findAnywhere(request.method, path)
    const operation = match && 'operation' in match ? match.operation : undefined
    const found = operation && { id: operation.operationId as OperationId, path: operation.path }
    const style = isRest(path) ? styles.rest : styles.rpc
    const language = request.language(style.language)
    const places = lines.forRequest(request.origin.gone)
    const headers: Record<string, string> = {
      'Content-Language': language,
      Vary: 'Accept-Language',
      'Cache-Control': 'no-store',
    }

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
      const visit: Visit = {
        authorization: request.authorization,
        origin: request.origin,
        language,
        body,
        headers,
        countRequest: (userId) => rateLimit(userId, headers),
        enter: places.enter,
        ...readQueryOf(request, askedBy(operation), body),
      }
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
      const failure = toFailure(error, operation && newPasswordField(askedBy(operation)))
      return fail(failure, failure.reason === 'fault' || failure.reason === 'unavailable' ? error : undefined)
    } finally {
      places.leave()
    }
  }

  return { answer, methodsOf, api }
}

function readQueryOf(
  request: PlainRequest,
  asked: Asked,
  body: JsonBody | undefined,
): Pick<Visit, 'query' | 'refused'> {
  const refused = body && 'refusal' in body ? body.refusal : undefined
  try {
    return { query: readQuery(request.query, asked.query), refused }
  } catch (error) {
    if (error instanceof Refusal) return { query: {}, refused: refused ?? error }
    throw error
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
