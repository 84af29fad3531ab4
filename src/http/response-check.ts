import type { OpenAPIBackend, Operation } from 'openapi-backend'
import { checkLines, isLines } from './lines.ts'
import { everyHeader } from './operation.ts'
import type { Answer, Outcome } from './request-context.ts'

interface Response {
  readonly content?: object
  readonly 'x-media-types'?: readonly string[]
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>
}

/**
 * Every breach of the contract by an answer, in words; none is an empty list. openapi-backend
 * itself lets an undocumented status pass. Of lines, each is an answer.
 */
export function createResponseCheck(api: OpenAPIBackend) {
  return (operationId: string, { status, body, headers = {} }: Partial<Answer> & { status: number }): string[] => {
    const operation = api.getOperation(operationId) as Operation
    const response = operation.responses?.[String(status)] as Response | undefined
    if (!response) return [`${operationId} has no status ${status}`]
    const missing = Object.entries(response.headers ?? {})
      .filter(([name, { required }]) => required && !(name in headers) && !everyHeader.includes(name))
      .map(([name]) => `the header ${name} is missing`)
    if ((response.content === undefined) !== (body === undefined))
      return [...missing, `${status} ${body === undefined ? 'has a body' : 'has no body'}`]
    if (body === undefined) return missing
    // As the client will see it: a Date is a string by then, and what is undefined is gone.
    const seen = JSON.parse(JSON.stringify(body))
    const { errors } = api.validateResponse(seen, operation, status)
    return [
      ...missing,
      ...(errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
      ),
    ]
  }
}

/**
 * The same answer, held against the contract.
 *
 * @throws Error that names what breaks it; of lines, when they are sent
 */
export function holdAnswers(api: OpenAPIBackend) {
  const breachesOf = createResponseCheck(api)
  return (operationId: string, outcome: Outcome): Outcome => {
    const check = (body: unknown) => {
      const breaches = breachesOf(operationId, { ...outcome, body })
      if (breaches.length > 0) throw new Error(`the answer breaks the contract: ${breaches.join('; ')}`)
    }
    if (isLines(outcome.body)) return { ...outcome, body: checkLines(outcome.body, check) }
    check(outcome.body)
    return outcome
  }
}

/** The media types that the body of an answer may have; none where it has no body. */
export function mediaTypesOf(operation: Operation | undefined, status: number): readonly string[] {
  const response = operation?.responses?.[String(status)] as Response | undefined
  return response?.['x-media-types'] ?? []
}
