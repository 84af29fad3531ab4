import type { OpenAPIBackend, Operation } from 'openapi-backend'
import type { Answer } from './failures.ts'

/**
 * Every breach of the contract by an answer, in words; none is an empty list. openapi-backend itself lets an undocumented status pass.
 */
export function createResponseCheck(api: OpenAPIBackend) {
  return (operationId: string, { status, body }: Pick<Answer, 'status' | 'body'>): string[] => {
    const operation = api.getOperation(operationId) as Operation
    if (!operation.responses?.[String(status)]) return [`${operationId} has no status ${status}`]
    // As the client will see it: a Date is a string by then, and what is undefined is gone.
    const seen = JSON.parse(JSON.stringify(body))
    const { errors } = api.validateResponse(seen, operation, status)
    return (errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }
}
