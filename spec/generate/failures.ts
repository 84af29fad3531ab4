import {
  bodyOf,
  type ContractDocument,
  type FailureAnswer,
  type FailurePart,
  type Operation,
  operationsOf,
  type Schema,
} from '../../contract/document.ts'
import { pointerTo, resolve } from '../../contract/pointer.ts'
import { type FailureBody, responseNameOf } from './envelopes.ts'
import type { Json, Node } from './normalise.ts'
import type { StyleWords, Words } from './words.ts'

/**
 * What follows from the tables of words: the codes of every operation, and an example of every
 * failure.
 */
export function writeFailures(document: ContractDocument, bodies: readonly FailureBody[], words: Words): void {
  for (const operation of operationsOf(document)) operation['x-error-codes'] = codesOf(operation, words)
  for (const { reason, when, ...answers } of document['x-failures'])
    for (const body of bodies.filter(({ reasons }) => reasons.includes(reason))) {
      const said = answers[body.style.name] as FailureAnswer
      const media = bodyOf(document.components.responses[responseNameOf(body.name)] ?? {})?.[1]
      if (!media) throw new Error(`${body.name} is the body of no answer`)
      const value = exampleOf(document, body, reason, said)
      media.examples = { ...media.examples, [reason]: { summary: `${said.code}: ${when}`, value } }
    }
}

/** @throws Error for a reason that is none, or that the operation's style cannot answer */
function codesOf(operation: Operation, { reasons: known, styles }: Words): string[] {
  const { operationId, responses, 'x-style': name, 'x-failure-reasons': reasons } = operation
  const style = styles.find((each) => each.name === name)
  if (!style) throw new Error(`${operationId} is of no style: its namespace has no @style`)
  const codes = reasons.map((reason) => {
    if (!known[reason]) throw new Error(`${operationId} fails for "${reason}", which is no reason (common/reasons.tsp)`)
    const answer = style.answers[reason]
    if (!answer) throw new Error(`${operationId} fails for "${reason}", to which the ${name} style has no answer`)
    if (!responses[answer.status])
      throw new Error(`the ${name} style answers "${reason}" with ${answer.status}, and none of its failures has that`)
    return answer.code
  })
  return [...new Set(codes)]
}

/** The whole body, of what the table says, what has one value, and the examples of types. */
function exampleOf(
  document: ContractDocument,
  { style, name }: FailureBody,
  reason: string,
  said: FailureAnswer,
): Node {
  const [method, path] = said.request?.split(' ') ?? []
  const values: Partial<Record<FailurePart, unknown>> = { ...said, reason, method, path }
  const parts = Object.entries(document['x-styles'][style.name]?.failure ?? {})
  return build(document.components.schemas[name] as Schema, '')

  function build({ properties = {}, required = [] }: Schema, at: string): Node {
    const fields = Object.entries(properties).map(([field, property]) => {
      const pointer = at + pointerTo(field)
      const part = parts.find(([, where]) => where === pointer)?.[0]
      const schema = resolve<Schema>(document, property)
      if (!part && schema.properties) return [field, build(schema, pointer)]
      const value = part ? values[part as FailurePart] : undefined
      return [field, value ?? (required.includes(field) ? exampleValue(style, field, schema) : undefined)]
    })
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as Node
  }
}

function exampleValue({ example }: StyleWords, field: string, schema: Schema): Json {
  return (example?.[field] ?? schema.const ?? schema.examples?.[0] ?? null) as Json
}
