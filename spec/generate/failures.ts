import {
  type Document,
  type FailureAnswer,
  type FailureSituation,
  type Json,
  type Node,
  type Operation,
  operationsOf,
} from './document.ts'

interface BodySchema {
  $ref?: string
  properties?: Record<string, BodySchema & { enum?: Json[]; const?: Json }>
}

/** What follows from the table of failures (failures.tsp): the codes of every operation, and an example of every failure. */
export function writeFailures(document: Document): void {
  for (const operation of operationsOf(document))
    operation['x-error-codes'] = codesOf(operation, document['x-failures'])
  exemplifyFailures(document)
}

/** @throws Error for a reason that is none, or that the operation's style cannot answer */
function codesOf(operation: Operation, failures: readonly FailureSituation[]): string[] {
  const { operationId, 'x-style': style, 'x-failure-reasons': reasons } = operation
  const codes = reasons.map((reason) => {
    const code = answerOf(failures.find((each) => each.reason === reason) ?? {}, style)?.code
    if (!code) throw new Error(`${operationId}: the table of failures has no "${reason}" in the ${style} style`)
    return code
  })
  return [...new Set(codes)]
}

/** An example of every failure, in each style that can answer it. */
function exemplifyFailures({ components, 'x-failures': failures, 'x-styles': styles }: Document): void {
  for (const { reason, when, ...answers } of failures) {
    for (const [style, { namespace }] of Object.entries(styles)) {
      const said = answerOf(answers, style)
      if (!said) continue
      const { content, schema } = responseOf(namespace, said)
      content.examples ??= {}
      content.examples[reason] = { summary: `${said.code}: ${when}`, value: exampleOf(reason, said, schema) }
    }
  }

  function responseOf(style: string, { status, code }: FailureAnswer) {
    for (const [name, response] of Object.entries(components.responses ?? {})) {
      const content = response.content['application/json']
      const schema = schemaAt(content.schema)
      const { code: rpcStatus, statusCode = rpcStatus, error_code, details } = schema.properties ?? {}
      const codes = error_code ?? schemaAt(details).properties?.code
      if (name.startsWith(style) && statusCode?.const === status && (codes?.enum ?? [codes?.const]).includes(code))
        return { content, schema }
    }
    throw new Error(`x-failures: no response of the ${style} style has ${status} ${code}`)
  }

  function schemaAt(schema: BodySchema | undefined): BodySchema {
    const name = schema?.$ref?.split('/').at(-1)
    return name ? (components.schemas[name] as unknown as BodySchema) : (schema as BodySchema)
  }
}

function answerOf(situation: Partial<FailureSituation>, style: string): FailureAnswer | undefined {
  return situation[style] as FailureAnswer | undefined
}

function exampleOf(
  reason: string,
  { status, code, message, problems, request }: FailureAnswer,
  { properties }: BodySchema,
): Node {
  if (!request) return { error: message, code: status, error_code: code, ...(problems && { details: problems }) }
  const [method, path] = request.split(' ') as [string, string]
  return {
    success: false,
    statusCode: status,
    error: properties?.error?.const as string,
    message,
    timestamp: '2025-07-18T10:30:00Z',
    path,
    method,
    details: { code, reason, ...(problems && { errors: problems }) },
  }
}
