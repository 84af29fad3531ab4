import { createRequire } from 'node:module'
import type { ErrorObject } from 'ajv'
import { type Document, type HandlerMap, OpenAPIBackend } from 'openapi-backend'
import type { Sessions } from '../domain/sessions/sessions.ts'
import type { StoreCall } from '../domain/store-call.ts'
import { authenticateBearer } from './authenticate.ts'
import type { Contract } from './contract.ts'
import { prepareDocument } from './held-contract.ts'
import type { AnyHandler } from './operation.ts'
import type { FoundOperation, RequestContext } from './request-context.ts'
import { allowOf, type Match, useRouteTable } from './route-table.ts'
import { inputsOf } from './schemas.ts'
import type { Paths } from './site.ts'
import { createStyleTable, type Style } from './style.ts'

export interface BackendDeps {
  readonly contract: Contract
  readonly styles: readonly Style[]
  readonly handlers: Readonly<Record<string, AnyHandler>>
  readonly sessions: Sessions
  /** Paths that are served outside the contract, with their methods. */
  readonly outside: Paths
}

/** What a request gives, as the library's schemas of operations name its parts. */
export interface GivenInput {
  readonly path: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  /** By their names in small letters. */
  readonly header: Readonly<Record<string, unknown>>
  readonly requestBody?: unknown
}

const require = createRequire(import.meta.url)
/** Ajv's dialect of OpenAPI 3.1, which a start does without where nothing is to be compiled. */
const loadAjv = () => require('./ajv.ts') as typeof import('./ajv.ts')

/**
 * openapi-backend, set up for our contract: it finds operations, validates, and holds the handlers.
 */
export class Backend extends OpenAPIBackend {
  protected readonly styles: ReturnType<typeof createStyleTable>
  protected operations: ReadonlyMap<string, FoundOperation> = new Map()
  readonly #validators: Contract['validators']
  readonly #given: HandlerMap
  readonly #outside: BackendDeps['outside']
  #find: ReturnType<typeof useRouteTable> = () => undefined

  constructor({ contract, styles, handlers, sessions, outside }: BackendDeps) {
    super({
      definition: prepareDocument(contract.document),
      strict: true,
      // Making all validators would cost the start two seconds; `init` takes those of requests from
      // the contract.
      quick: true,
      // Carries defaults from the validator to the handler; `readQuery` decides what is a number.
      coerceTypes: true,
      customizeAjv: (_ajv, options) => loadAjv().createAjv(options),
      securityHandlers: {
        AccessTokenAuth: ({ operation }, { request, places }: RequestContext, calls: readonly StoreCall[]) =>
          authenticateBearer(
            sessions,
            request.headers.authorization,
            places.enter,
            'x-accepts-expired-token' in operation,
            calls,
          ),
      },
    })
    this.styles = createStyleTable(contract, styles)
    this.#validators = contract.validators
    this.#given = handlers as HandlerMap
    this.#outside = outside
  }

  /** The library reads and walks it once more; ours is an object without foreign references. */
  override async loadDocument(): Promise<Document> {
    this.document = this.inputDocument as Document
    return this.document
  }

  /** The library checks by the schema of OpenAPI 3.0; ours is 3.1 and is linted in CI. */
  override validateDefinition(): Document {
    return this.document
  }

  /** @throws Error where an operation has no handler or no style, or a handler no operation */
  override async init(): Promise<this> {
    await super.init()
    this.#find = useRouteTable(this)
    // Only now: for each handler the library looks for the operation, by the table.
    this.register(this.#given)
    const operations = this.router.getOperations().map((operation): FoundOperation => {
      const operationId = String(operation.operationId)
      if (!this.handlers[operationId]) throw new Error(`the operation ${operationId} has no handler`)
      const made = [0, 1].flatMap((at) => this.#validators[`${operationId} ${at}`] ?? [])
      if (made.length > 0) this.validator.requestValidators[operationId] = made
      this.validator.getRequestValidatorsForOperation(operationId)
      return { ...operation, operationId, inputs: inputsOf(operation), style: this.styles.ofOperation(operation) }
    })
    this.operations = new Map(operations.map((operation) => [operation.operationId, operation]))
    return this
  }

  /** The names of the headers that operations take. */
  headerParameters(): readonly string[] {
    const parameters = [...this.operations.values()].flatMap((operation) => operation.parameters ?? [])
    return [
      ...new Set(
        (parameters as { in: string; name: string }[]).flatMap((each) => (each.in === 'header' ? each.name : [])),
      ),
    ]
  }

  /**
   * Holds a request against what its operation takes. The library's `validateRequest` would parse
   * it anew: the template of the path, the query, the headers, cookies.
   *
   * @param given gets the defaults of what is left out, so that it has to be the request's own
   */
  protected breachesOf(operationId: string, given: GivenInput): ErrorObject[] {
    const breaches: ErrorObject[] = []
    for (const validate of this.validator.getRequestValidatorsForOperation(operationId) ?? [])
      if (!validate(given)) breaches.push(...(validate.errors ?? []))
    return breaches
  }

  /** What a path and a method lead to, in the contract or outside it. */
  protected match(method: string, path: string): Match {
    const others = this.#outside.get(path)
    return this.#find(method, path) ?? (others && { allow: allowOf(others) })
  }
}
