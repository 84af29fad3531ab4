import { Ajv2020, type Options as AjvOptions } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type Context, type Document, OpenAPIBackend, type Operation } from 'openapi-backend'
import type { Caller, Origin } from '../domain/caller.ts'
import { DomainError } from '../domain/errors.ts'
import type { Sessions } from '../domain/sessions/sessions.ts'
import type { EnterLine } from '../domain/waiter.ts'
import { authenticate } from './authenticate.ts'
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
import { Refusal } from './failures.ts'
import { addTextKeywords, closeObjects } from './held-contract.ts'
import { type Asked, askedOf, readProblems } from './problems.ts'
import { useRouteTable } from './route-table.ts'

/** What one request gathers on its way through openapi-backend's steps. */
export interface Visit {
  readonly authorization: string | undefined
  readonly origin: Origin
  readonly language: Language
  readonly body: JsonBody | undefined
  readonly query: Record<string, unknown>
  readonly refused: Refusal | undefined
  readonly headers: Record<string, string>
  readonly countRequest: (userId: string) => void
  readonly enter: EnterLine
  caller?: Caller
}

/** openapi-backend holds every document against the schema of OpenAPI 3.0; ours is 3.1 and is linted in CI. */
class Backend extends OpenAPIBackend {
  override validateDefinition(): Document {
    return this.document
  }
}

/**
 * openapi-backend with our handlers: what happens between a found operation and its reply, in the order of the contract. Who calls, how often, with which role,
 * whether the request is as described; then the handler.
 */
export async function createOpenApi(handlers: Handlers, sessions: Sessions) {
  const api = new Backend({
    definition: closeObjects(JSON.parse(documents.json)) as Document,
    strict: true,
    // Every validator of every answer would cost the start two seconds; those of requests are made below, the others at their first use.
    quick: true,
    // Carries defaults from the validator to the handler; what is a number is decided in `readQuery`.
    coerceTypes: true,
    customizeAjv: (_ajv, options) => createAjv(options),
    securityHandlers: {
      AccessTokenAuth: ({ operation }: Context, visit: Visit) =>
        authenticate(sessions, visit.authorization, operation, visit.enter),
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
  const operations = api.router.getOperations()
  const asked = new Map(operations.map((operation) => [operation.operationId, askedOf(operation)]))
  assertPublic(operations)
  for (const { operationId } of operations) api.validator.getRequestValidatorsForOperation(String(operationId))

  /** Its result is ignored: it stops a request by throwing. */
  function postSecurityHandler(context: Context, visit: Visit): void {
    const found = context.security?.AccessTokenAuth as
      | Pick<Caller, 'principal' | 'credential'>
      | { error: unknown }
      | undefined
    if (found && 'error' in found) {
      // openapi-backend takes a thrown error for "not allowed": a dead database would look like a bad token.
      throw found.error
    }
    if (found) {
      visit.countRequest(found.principal.id)
      visit.caller = authorize({ ...found, origin: visit.origin }, context.operation)
    }
    if (visit.refused) throw visit.refused
  }

  function validationFail(context: Context, visit: Visit): never {
    const body = visit.body && 'value' in visit.body ? visit.body.value : undefined
    const { problems, idMalformed } = readProblems(context.validation.errors ?? [], askedBy(context.operation), {
      body,
      query: visit.query,
    })
    if (problems.length === 0 && idMalformed) throw new DomainError('user_not_found')
    throw new Refusal('invalid_request', { problems })
  }

  /** What the operation asks for. */
  function askedBy(operation: Operation): Asked {
    return asked.get(operation.operationId) as Asked
  }

  return { api, find, askedBy }
}

/**
 * Ajv in the dialect of OpenAPI 3.1, with formats. Its own coercion stays off: it takes `1e2` for a number and `5` for a string.
 * Each operation has an Ajv of its own, and each would compile the schema of schemas, most of the time of a start: the document is linted in CI.
 */
function createAjv(options: AjvOptions): Ajv2020 {
  const own = { coerceTypes: false, useDefaults: true, allErrors: true, strict: false, validateSchema: false } as const
  const ajv = new Ajv2020({ ...options, ...own })
  addFormats.default(ajv)
  addTextKeywords(ajv)
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
      caller: visit.caller,
      countRequest: (userId: string) => visit.countRequest(userId),
      enter: visit.enter,
      origin: visit.origin,
      language: visit.language,
      reply: (status: number, body: unknown, headers = {}) => ({ status, body, headers }),
    } as never)

/** @throws Error when `publicOperations`, which the types follow, is not what the document says */
function assertPublic(operations: readonly Operation[]): void {
  const open = operations.filter(({ security }) => security?.length === 0)
  const ids = open.map(({ operationId }) => String(operationId)).sort()
  if (ids.join() !== [...publicOperations].sort().join())
    throw new Error(`these operations ask for no token, and publicOperations says otherwise: ${ids.join(', ')}`)
}
